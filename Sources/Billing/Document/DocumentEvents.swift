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

    private func event(_ name: String, by actor: Event.Actor) -> Event {
        Event(
            name, by: actor, organization: organization, subject: "document", id.rawValue,
            payload: [
                "number": number, "total": total.plain, "currency": currency.rawValue,
                "due_on": dueOn.description,
            ])
    }
}
