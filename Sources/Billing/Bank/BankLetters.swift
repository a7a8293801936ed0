import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    var bankSubscriptions: [Subscription] {
        [
            Subscription("BankEntryConverted", convertedLetter),
            Subscription("BankEntryReturned", returnedLetter),
            Subscription("TransferTakenBack", takenBackLetter),
            Subscription("TransferPaidByOther", paidByOtherLetter),
            Subscription("TransferPaidForOther", paidForOtherLetter),
        ]
    }

    /// What their transfer came to, at which rate.
    private func convertedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let payload = recorded.event.payload
        guard let organization = recorded.event.organization, let from = Money(payload, "amount", "currency"),
            let to = Money(payload, "converted", "into"), let rate = payload["rate"]
        else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.converted.subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [
                    words(
                        "billing.mail.converted.text",
                        ["from": words.money(from), "to": words.money(to), "rate": rate])
                ],
                action: (words("billing.mail.movements"), "/organizations/\(organization)/billing/prepaid"))
        }
    }

    /// The bank took their transfer back: what is open again, and what left the prepaid account.
    private func takenBackLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let payload = recorded.event.payload
        guard let organization = recorded.event.organization, let amount = Money(payload, "amount", "currency"),
            let prepaid = Money(payload, "prepaid", payload["into"] == nil ? "currency" : "into")
        else { return [] }
        let documents = try (payload["documents"] ?? "").split(separator: " ").compactMap { id in
            try DocumentID(String(id)).flatMap { try connection.document($0, in: organization) }
        }
        let home: Link = "/organizations/\(organization)/billing"
        return try letters(organization, connection) { person, words in
            let open = documents.map { words("billing.mail.taken_back.open", ["number": $0.number]) }
            let less =
                prepaid.isPositive ? [words("billing.mail.taken_back.prepaid", ["amount": words.money(prepaid)])] : []
            return Letter(
                subject: words("billing.mail.taken_back.subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [words("billing.mail.taken_back.text", ["amount": words.money(amount)])] + open + less,
                action: documents.count > 1
                    ? (words("billing.documents"), "\(path: home.text)/documents")
                    : documents.first.map { (words("billing.mail.on_account.action"), payLink($0)) }
                        ?? (words("billing.mail.movements"), "\(path: home.text)/prepaid"))
        }
    }

    /// Money that goes back to where it came from; told where it is known whose it is.
    private func returnedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let payload = recorded.event.payload
        guard let organization = recorded.event.organization, let amount = Money(payload, "amount", "currency") else {
            return []
        }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.sent_back.subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [words("billing.mail.sent_back.text", ["amount": words.money(amount)])],
                facts: [(words("billing.bank.reason"), payload["reason"] ?? "")],
                action: (words("billing.mail.invoice.action"), "/organizations/\(organization)/billing/documents"))
        }
    }
}

extension Money {
    init?(_ payload: [String: String], _ amount: String, _ currency: String) {
        guard let currency = Currency(rawValue: payload[currency] ?? "") else { return nil }
        self.init(payload[amount] ?? "", currency)
    }
}
