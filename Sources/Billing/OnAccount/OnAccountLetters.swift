import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    var onAccountSubscriptions: [Subscription] {
        [
            Subscription("BoughtOnAccount", boughtLetter),
            Subscription("OnAccountGranted", grantedLetter),
            Subscription("OnAccountWithdrawn", withdrawnLetter),
        ]
    }

    /// "Your invoice, to be paid by …": with everything a bank's form asks for, and the invoice.
    private func boughtLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let organization = recorded.event.organization,
            let document = try connection.document(DocumentID(rawValue: recorded.event.subjectID), in: organization),
            // Paid before the mail went out: then the mail about that has it all.
            document.canBePaid
        else { return [] }
        let reference = try connection.transferReference(of: document.id)?.asking(document.open)
        let file = try attachment(of: document, connection)
        return try letters(organization, connection, attaching: [file]) { person, words in
            Letter(
                subject: words("billing.mail.invoice.subject", ["number": document.number]), words: words,
                settings: settings, greeting: person.firstName,
                paragraphs: [
                    words(
                        "billing.mail.on_account.text",
                        [
                            "number": document.number, "total": words.money(document.total),
                            "day": words.day(document.dueOn),
                        ])
                ],
                facts: reference.map { words.transferFacts($0, to: document.issuer) } ?? [],
                action: (words("billing.mail.on_account.action"), payLink(document)),
                closing: reference == nil ? [] : [words("billing.transfer.fees")])
        }
    }

    private func grantedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let payload = recorded.event.payload
        guard let organization = recorded.event.organization,
            let currency = Currency(rawValue: payload["currency"] ?? ""),
            let limit = Money(payload["limit"] ?? "", currency)
        else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.on_account_granted.subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [
                    words(
                        "billing.mail.on_account_granted.text",
                        ["limit": words.money(limit), "days": payload["due_days"] ?? ""]),
                    words("billing.mail.on_account.reason", ["reason": payload["reason"] ?? ""]),
                ],
                action: (words("billing.documents"), "/organizations/\(organization)/billing/documents"))
        }
    }

    private func withdrawnLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let organization = recorded.event.organization else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.on_account_withdrawn.subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [
                    words("billing.mail.on_account_withdrawn.text"),
                    words("billing.mail.on_account.reason", ["reason": recorded.event.payload["reason"] ?? ""]),
                ],
                action: (words("billing.documents"), "/organizations/\(organization)/billing/documents"))
        }
    }

    /// A document as a file to a mail. One page or a few: printed while the relay waits, once for everybody.
    func attachment(of document: Document, _ connection: Connection) throws -> Attachment {
        Attachment(
            name: press.fileName(of: document), type: "application/pdf",
            bytes: press.pdf(of: try connection.paper(of: document)))
    }

    func payLink(_ document: Document) -> Link {
        "/organizations/\(document.organization)/billing/documents/\(document.id)/pay"
    }
}
