import Access
import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    /// Whoever's place changes is told, in their own language; so are those who answer for the organisation, where it
    /// concerns them.
    var memberSubscriptions: [Subscription] {
        [
            Subscription("MemberChanged", memberChangedLetter),
            Subscription("MemberRemoved", memberRemovedLetter),
            Subscription("MemberLeft", memberLeftLetters),
            Subscription("SecurityAlertSent", securityAlertLetter),
            Subscription("PersonBlocked") { try blockLetters($0, "members.mail.blocked", $1) },
            Subscription("PersonUnblocked") { try blockLetters($0, "members.mail.unblocked", $1) },
        ]
    }

    /// The organisation of an event, and the person it is about.
    func parties(_ event: RecordedEvent, _ connection: Connection) throws -> (Organization, Person)? {
        guard let id = event.event.organization, let organization = try Organization.find(id, in: connection),
            let person = try Person.find(PersonID(rawValue: event.event.subjectID), in: connection)
        else { return nil }
        return (organization, person)
    }

    private func memberChangedLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        // What answers a request is told as the answer.
        guard event.event.payload["request"] == nil, let (organization, person) = try parties(event, connection) else {
            return []
        }
        let words = wording.words(person.language)
        let letter = Letter(
            subject: words("members.mail.changed.subject", ["organization": organization.name]), words: words,
            settings: settings, greeting: person.firstName,
            paragraphs: [words("members.mail.changed.text", ["organization": organization.name])],
            facts: try facts(event.event.payload, organization.id, words, connection),
            action: (words("rights.title"), "/organizations/\(organization.id)/access"),
            closing: [words("members.mail.changed.why")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }

    /// Before and after, in words.
    private func facts(
        _ payload: [String: String], _ organization: OrganizationID, _ words: Words, _ connection: Connection
    ) throws -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        func note(_ key: String, _ title: String, _ text: (String) -> String) {
            guard let before = payload["\(key)_before"], let after = payload["\(key)_after"] else { return }
            facts.append((title, "\(text(before)) → \(text(after))"))
        }
        func names(_ list: String, _ name: (String) -> String?) -> String {
            let names = list.split(separator: ",").compactMap { name(String($0)) }
            return names.isEmpty ? "–" : names.joined(separator: ", ")
        }
        let teams = try Team.all(in: organization, connection)
        let entries = try products.list(organization, connection)
        note("role", words("members.role")) { words("role.\($0)") }
        note("billing", words("members.billing")) { words($0 == "yes" ? "rights.yes" : "rights.no") }
        note("contacts", words("members.contacts")) { names($0) { words("members.contacts.\($0)") } }
        note("teams", words("members.teams")) { names($0) { id in teams.first { $0.id.description == id }?.name } }
        note("products", words("members.products.own")) {
            names($0) { id in entries.first { $0.id.description == id }?.name }
        }
        return facts
    }

    private func memberRemovedLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (organization, person) = try parties(event, connection) else { return [] }
        let words = wording.words(person.language)
        let letter = Letter(
            subject: words("members.mail.removed.subject", ["organization": organization.name]), words: words,
            settings: settings, greeting: person.firstName,
            paragraphs: [
                words("members.mail.removed.text", ["organization": organization.name]),
                words("members.mail.removed.account"),
            ])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }

    private func memberLeftLetters(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (organization, person) = try parties(event, connection) else { return [] }
        return try representatives(of: organization.id, but: person.id, connection).map { reader in
            let words = wording.words(reader.language)
            let letter = Letter(
                subject: words("members.mail.left.subject", ["organization": organization.name]), words: words,
                settings: settings, greeting: reader.firstName,
                paragraphs: [
                    words("members.mail.left.text", ["name": person.name, "organization": organization.name])
                ],
                action: (words("members.title"), "/organizations/\(organization.id)/members"))
            return .email(letter.mail(to: reader.login, name: reader.name))
        }
    }

    private func securityAlertLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (organization, person) = try parties(event, connection),
            let member = try Member.find(person.id, in: organization.id, connection)
        else { return [] }
        let words = wording.words(person.language)
        let state = words(member.hasSecondFactor ? "members.mail.alert.with" : "members.mail.alert.without")
        let letter = Letter(
            subject: words("members.mail.alert.subject"), words: words, settings: settings,
            greeting: person.firstName,
            paragraphs: [
                words("members.mail.alert.text", ["organization": organization.name]), state,
                words("members.mail.alert.advice"),
            ],
            action: (words("shell.security"), "/security"))
        return [.email(letter.mail(to: person.login, name: person.name))]
    }

    /// Support blocked somebody, or let them in again: who answers for their organisations is told (BLK-9).
    private func blockLetters(
        _ event: RecordedEvent, _ word: String, _ connection: Connection
    ) throws -> [Dispatch] {
        let person = PersonID(rawValue: event.event.subjectID)
        guard let blocked = try Person.find(person, in: connection) else { return [] }
        let places = try connection.rows(
            """
            SELECT organization.id, organization.name FROM membership
            JOIN organization ON organization.id = membership.organization_id
            WHERE membership.person_id = \(person) ORDER BY organization.id LIMIT 200
            """
        ).map { (id: try $0["id"] as OrganizationID, name: try $0["name"] as String) }
        // One letter for each reader, whichever of the organisations they share.
        var told: Set<PersonID> = []
        return try places.flatMap { place in
            try representatives(of: place.id, but: person, connection).filter { told.insert($0.id).inserted }.map {
                reader in
                let words = wording.words(reader.language)
                let letter = Letter(
                    subject: words("\(word).subject", ["name": blocked.name]), words: words, settings: settings,
                    greeting: reader.firstName,
                    paragraphs: [words("\(word).text", ["name": blocked.name, "organization": place.name])],
                    action: (words("members.title"), "/organizations/\(place.id)/members/\(person)"))
                return .email(letter.mail(to: reader.login, name: reader.name))
            }
        }
    }

    private func representatives(
        of organization: OrganizationID, but person: PersonID, _ connection: Connection
    ) throws -> [Member] {
        try Member.administrators(of: organization, in: connection).filter {
            $0.role == .legalRepresentative && $0.id != person && !$0.isBlocked
        }
    }
}
