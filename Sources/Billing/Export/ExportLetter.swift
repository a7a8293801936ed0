import Access
import Accounts
import Delivery
import Kernel
import Organizations
import Storage
import Web

/// An export sent by e-mail, to the one who asked for it (BILL-3, BILL-13).
///
/// The file is made before, outside of the transaction that tells of it, and waits beside its event until it has gone out; then
/// nothing of it is kept (`Connection.queue`). The event says what was chosen.
struct ExportLetter {
    /// Mails to one person of an organisation in 24 hours: more than a bookkeeper needs, and no mailbox is filled.
    static let perDayMax = 20

    let filter: DocumentFilter
    let attachment: Attachment
    let permit: Permit<ManageBilling>
    let actor: Event.Actor

    func send(_ wording: Wording, _ settings: WebSettings, at now: Instant, in connection: Connection) throws {
        try permit.renew(in: connection)
        try ExportLetter.checkCount(permit, at: now, in: connection)
        guard let person = try Person.find(permit.person, in: connection) else { throw Problem.notFound }
        var payload = Dictionary(uniqueKeysWithValues: filter.query.filter { !$0.value.isEmpty })
        payload["file"] = attachment.name
        let event = try connection.record(
            Event(
                "DocumentsSent", by: actor, organization: permit.organization, subject: "person", person.id.rawValue,
                payload: payload), at: now)
        let words = wording.words(person.language)
        let letter = Letter(
            subject: words("billing.mail.export.subject"), words: words, settings: settings,
            greeting: person.firstName, paragraphs: [words("billing.mail.export.text", ["file": attachment.name])],
            action: (
                words("billing.mail.export.action"),
                Link("/organizations/\(permit.organization)/billing/documents").query(filter.query)
            ))
        let mail = letter.mail(to: person.login, name: person.name).attaching([attachment])
        try connection.queue(.email(mail), because: event, at: now)
    }

    /// - Throws: 422 where the file is more than mail servers take.
    static func checkSize(_ bytes: [UInt8]) throws {
        guard bytes.count <= Mail.attachmentsBytesMax else {
            throw Problem(
                .invalid, code: "export_too_large", word: "billing.export.too_large",
                arguments: ["max": String(Mail.attachmentsBytesMax / 1_000_000)], field: "from")
        }
    }

    /// - Throws: 429 after enough for a day.
    static func checkCount(_ permit: Permit<ManageBilling>, at now: Instant, in connection: Connection) throws {
        let first = try Event.firstID(since: now.adding(.hours(-24)), in: connection)
        let sent: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM event
                WHERE id >= \(first) AND organization_id = \(permit.organization) AND name = 'DocumentsSent'
                    AND person_id = \(permit.person)
                """)?["count"] ?? 0
        guard sent < perDayMax else {
            throw Problem(
                .tooMany(retryAfterSeconds: 3600), code: "too_many_exports", word: "billing.export.too_often",
                arguments: ["max": String(perDayMax)])
        }
    }
}
