import Accounts
import Delivery
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// "Your invoice": to those who look after the organisation's bills, each in their language.
    func invoiceLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization,
            let document = try connection.document(DocumentID(rawValue: event.subjectID), in: organization)
        else { return [] }
        // One page or a few: printed while the relay waits, once for everybody.
        let file: [Attachment] =
            try connection.billingPreference(of: organization).attachesInvoice
            ? [
                Attachment(
                    name: press.fileName(of: document), type: "application/pdf",
                    bytes: press.pdf(of: try connection.paper(of: document)))
            ] : []
        return try letters(organization, connection, attaching: file) { person, words in
            Letter(
                subject: words("billing.mail.invoice.subject", ["number": document.number]), words: words,
                settings: settings, greeting: person.firstName,
                paragraphs: [
                    words(
                        "billing.mail.invoice.text", ["number": document.number, "total": words.money(document.total)])
                ],
                action: (
                    words("billing.mail.invoice.action"),
                    "/organizations/\(organization)/billing/documents/\(document.id)"
                ))
        }
    }

    /// "How to transfer": with the pro forma, everything a bank's form asks for (PAYM-5).
    func transferLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization,
            let document = try connection.document(DocumentID(rawValue: event.subjectID), in: organization),
            let reference = try connection.transferReference(of: document.id)
        else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.transfer.subject", ["number": document.number]), words: words,
                settings: settings, greeting: person.firstName,
                paragraphs: [words("billing.mail.transfer.text", ["number": document.number])],
                facts: words.transferFacts(reference, to: document.issuer),
                action: (
                    words("billing.mail.transfer.action"),
                    "/organizations/\(organization)/billing/documents/\(document.id)"
                ), closing: [words("billing.transfer.fees")])
        }
    }

    /// Money that found nothing to pay is told in words (REM-4).
    func creditedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let why = PrepaidMovement.Origin(rawValue: recorded.event.payload["reason"] ?? "").flatMap { origin in
            switch origin {
            case .duplicate: "billing.mail.credited.why.duplicate"
            case .crossing: "billing.mail.credited.why.crossing"
            case .excess: "billing.mail.credited.why.excess"
            case .tooLittle: "billing.mail.credited.why.too_little"
            case .unmatched: "billing.mail.credited.why.unmatched"
            default: nil
            }
        }
        return try movementLetter(recorded, connection, "billing.mail.credited", amount: "credited", why: why)
    }

    func toppedUpLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        try movementLetter(recorded, connection, "billing.mail.topped_up", amount: "amount")
    }

    func refundedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        try movementLetter(recorded, connection, "billing.mail.refunded", amount: "amount")
    }

    func refundReturnedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        try movementLetter(recorded, connection, "billing.mail.refund_returned", amount: "amount")
    }

    /// A letter about an amount, in two words: `….subject` and `….text`.
    /// - Parameters:
    ///   - key: which amount of the event it is.
    ///   - values: what else the text says.
    ///   - why: the word of a second paragraph.
    ///   - button: where it leads.
    func movementLetter(
        _ recorded: RecordedEvent, _ connection: Connection, _ word: String, amount key: String,
        _ values: [String: String] = [:], why: String? = nil,
        button: (word: String, place: String) = ("billing.mail.movements", "prepaid")
    ) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization, let currency = Currency(rawValue: event.payload["currency"] ?? ""),
            let amount = Money(event.payload[key] ?? "", currency)
        else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("\(word).subject"), words: words, settings: settings, greeting: person.firstName,
                paragraphs: [words("\(word).text", values.merging(["amount": words.money(amount)]) { $1 })]
                    + (why.map { [words($0)] } ?? []),
                action: (words(button.word), Link("/organizations/\(organization)/billing/\(path: button.place)")))
        }
    }

    func letters(
        _ organization: OrganizationID, _ connection: Connection, attaching files: [Attachment] = [],
        _ write: (Person, Words) -> Letter
    ) throws -> [Dispatch] {
        try Organization.billingContacts(of: organization, in: connection).compactMap { id in
            guard let person = try Person.find(id, in: connection) else { return nil }
            let mail = write(person, wording.words(person.language)).mail(to: person.login, name: person.name)
            return .email(mail.attaching(files))
        }
    }
}
