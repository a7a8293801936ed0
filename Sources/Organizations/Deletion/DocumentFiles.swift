import Accounts
import Delivery
import Kernel
import Storage
import Web

/// The documents of an organisation that is being deleted, as files to whoever deletes it (BILL-13): nobody can open its pages
/// afterwards. A mail for each file, so that none is more than mail servers take; nothing of them is kept once they are out.
struct DocumentFiles: Sendable {
    let organization: OrganizationID
    let name: String
    let person: PersonID
    /// How many documents there were when the files were made.
    let total: Int
    let attachments: [Attachment]

    /// In the transaction that deletes: the mails go out when it has happened, and only then.
    func send(
        _ wording: Wording, _ settings: WebSettings, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        guard let person = try Person.find(person, in: connection) else { throw Problem.notFound }
        let words = wording.words(person.language)
        for (index, attachment) in attachments.enumerated() {
            // An event each: one carries at most one mail to an address.
            let event = try connection.record(
                Event(
                    "DocumentsHandedOver", by: actor, organization: organization, subject: "person",
                    person.id.rawValue, payload: ["file": attachment.name]), at: now)
            let letter = Letter(
                subject: words(
                    "organizations.mail.documents.subject",
                    ["organization": name, "part": String(index + 1), "parts": String(attachments.count)]),
                words: words, settings: settings, greeting: person.firstName,
                paragraphs: [
                    words("organizations.mail.documents.text", ["organization": name, "file": attachment.name])
                ])
            let mail = letter.mail(to: person.login, name: person.name).attaching([attachment])
            try connection.queue(.email(mail), because: event, at: now)
        }
    }
}
