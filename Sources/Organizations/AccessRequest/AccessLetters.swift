import Access
import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    var accessSubscriptions: [Subscription] {
        [
            Subscription("AccessRequested", accessRequestedLetters),
            Subscription("AccessGranted") { try answerLetter($0, "granted", $1) },
            Subscription("AccessRefused") { try answerLetter($0, "refused", $1) },
            Subscription("AccessRequestClosed") { try answerLetter($0, "closed", $1) },
        ]
    }

    /// To everybody who can grant it, with the page that decides it in one click.
    private func accessRequestedLetters(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let request = try AccessRequest.find(AccessRequestID(rawValue: event.event.subjectID), in: connection),
            let type = Rights.named(request.right),
            let organization = try Organization.find(request.organization, in: connection)
        else { return [] }
        let product = try productName(request, connection)
        return try AccessRequest.grantors(of: type, in: organization.id, connection)
            .filter { $0.id != request.person }.map { reader in
                let words = wording.words(reader.language)
                var facts = [(name: words("requests.right"), value: words.right(type.name))]
                if let product { facts.append((words("requests.product"), product)) }
                if !request.note.isEmpty { facts.append((words("requests.note"), request.note)) }
                let letter = Letter(
                    subject: words(
                        "requests.mail.asked.subject",
                        ["name": request.personName, "organization": organization.name]),
                    words: words, settings: settings, greeting: reader.firstName,
                    paragraphs: [
                        words(
                            "requests.mail.asked.text",
                            ["name": request.personName, "organization": organization.name])
                    ],
                    facts: facts,
                    action: (
                        words("requests.review"), "/organizations/\(organization.id)/access-requests/\(request.id)"
                    ), closing: [words("requests.mail.asked.why")])
                return .email(letter.mail(to: reader.login, name: reader.name))
            }
    }

    private func answerLetter(
        _ event: RecordedEvent, _ answer: String, _ connection: Connection
    ) throws -> [Dispatch] {
        guard let request = try AccessRequest.find(AccessRequestID(rawValue: event.event.subjectID), in: connection),
            let organization = try Organization.find(request.organization, in: connection),
            let member = try Member.find(request.person, in: organization.id, connection)
        else { return [] }
        let words = wording.words(member.language)
        var facts = [(name: words("requests.right"), value: request.title(words))]
        if !request.answer.isEmpty { facts.append((words("requests.answer"), request.answer)) }
        let letter = Letter(
            subject: words("requests.mail.\(answer).subject", ["organization": organization.name]), words: words,
            settings: settings, greeting: member.firstName,
            paragraphs: [words("requests.mail.\(answer).text", ["organization": organization.name])], facts: facts,
            action: (words("rights.title"), "/organizations/\(organization.id)/access"))
        return [.email(letter.mail(to: member.login, name: member.name))]
    }

    /// For those who see every product.
    func productName(_ request: AccessRequest, _ connection: Connection) throws -> String? {
        guard let product = request.product else { return nil }
        return try products.list(request.organization, connection).first { $0.id == product }?.name
            ?? product.description
    }
}
