import Kernel
import Storage

extension Document {
    /// `InvoiceIssued`, `ProFormaIssued`, `ReceiptIssued`, `CreditNoteIssued`.
    func issuedEvent(by actor: Event.Actor) -> Event {
        let name =
            switch kind {
            case .invoice: "InvoiceIssued"
            case .creditNote: "CreditNoteIssued"
            case .receipt: "ReceiptIssued"
            case .proForma: "ProFormaIssued"
            }
        return event(name, by: actor)
    }

    func paidEvent(by actor: Event.Actor) -> Event { event("InvoicePaid", by: actor) }

    func onAccountEvent(by actor: Event.Actor) -> Event { event("BoughtOnAccount", by: actor) }

    /// `CreditNoteIssued`, with the invoice it credits: who provides what was billed may want to end it.
    func creditedEvent(_ invoice: Document, reason: String, by actor: Event.Actor) -> Event {
        event(
            "CreditNoteIssued", by: actor,
            ["invoice_id": invoice.id.description, "invoice": invoice.number, "reason": reason])
    }

    private func event(_ name: String, by actor: Event.Actor, _ more: [String: String] = [:]) -> Event {
        Event(
            name, by: actor, organization: organization, subject: "document", id.rawValue,
            payload: [
                "number": number, "total": total.plain, "currency": currency.rawValue,
                "due_on": dueOn.description,
            ].merging(more) { _, new in new })
    }
}
