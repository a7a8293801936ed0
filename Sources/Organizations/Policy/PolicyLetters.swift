import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    var policySubscriptions: [Subscription] {
        [
            Subscription("SecondFactorRequired") { event, connection in
                try letters("policy.mail.required", about: event, connection)
            },
            Subscription("SecondFactorReminderSent") { event, connection in
                try letters("policy.mail.reminder", about: event, connection)
            },
            Subscription("SecondFactorNoLongerRequired") { event, connection in
                try letters("policy.mail.ended", about: event, connection)
            },
        ]
    }

    /// To everybody who lacks a second factor now: what is asked of them, and where to set one up.
    private func letters(_ word: String, about event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let id = event.event.organization, let organization = try Organization.find(id, in: connection) else {
            return []
        }
        return try Member.lackingSecondFactor(in: id, connection).map { member in
            let words = wording.words(member.language)
            let arguments = ["organization": organization.name]
            let letter = Letter(
                subject: words("\(word).subject", arguments), words: words, settings: settings,
                greeting: member.firstName, paragraphs: [words("\(word).text", arguments), words("policy.mail.why")],
                action: (words("policy.mail.action"), "/security/second-factor"))
            return .email(letter.mail(to: member.login, name: member.name))
        }
    }
}

extension Member {
    /// Who can still be written to and has no second factor.
    static func lackingSecondFactor(
        in organization: OrganizationID, _ connection: Connection
    ) throws -> [(login: EmailAddress, firstName: String, name: String, language: Language)] {
        try connection.rows(
            """
            SELECT person.login, person.first_name, person.last_name, person.language
            FROM membership JOIN person ON person.id = membership.person_id
            WHERE membership.organization_id = \(organization) AND person.blocked_at IS NULL
                AND NOT \(Person.hasSecondFactor)
            ORDER BY person.id LIMIT \(Policy.lettersMax)
            """
        ).map { row in
            let first: String = try row["first_name"]
            let last: String = try row["last_name"]
            return (try row["login"], first, "\(first) \(last)", try row["language"])
        }
    }
}
