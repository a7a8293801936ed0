import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    /// To whoever deleted it: what was deleted, and, where they wanted it, every document that was issued, since they can no
    /// longer open its pages (ORG-12).
    func deletionLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        let event = recorded.event
        guard let id = event.organization, let deleter = event.actor.person,
            let person = try Person.find(deleter, in: connection)
        else { return [] }
        let words = wording.words(person.language)
        let name = event.payload["name"] ?? ""
        var paragraphs = [
            words("organizations.mail.deleted.text", ["organization": name]), words("organizations.deleted.kept"),
            words("organizations.deleted.account"),
        ]
        var facts: [(name: String, value: String)] = []
        if event.payload["documents"] == "yes" {
            let documents = try endings.documents(id, connection)
            paragraphs.append(words.count("organizations.mail.deleted.documents", documents.total))
            facts = documents.newest.map { ($0.title(words), "\(words.day($0.issuedOn)), \(words.money($0.total))") }
        }
        let letter = Letter(
            subject: words("organizations.mail.deleted.subject", ["organization": name]), words: words,
            settings: settings, greeting: person.firstName, paragraphs: paragraphs, facts: facts,
            action: (words("organizations.mine"), "/profile/organizations"),
            closing: [words("organizations.mail.deleted.not_you")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }
}
