import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    var teamSubscriptions: [Subscription] {
        [
            Subscription("TeamMemberAdded", teamMemberAddedLetter),
            Subscription("TeamMemberRemoved", teamMemberRemovedLetter),
        ]
    }

    /// What somebody reaches from now on, and through whom.
    private func teamMemberAddedLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (member, place) = try teammate(of: event, connection),
            let team = TeamID(event.event.payload["team"] ?? ""),
            let team = try Team.find(team, in: member.organization, connection),
            // Taken out again before the letter was written.
            try team.isMember(member.id, connection)
        else { return [] }
        let words = wording.words(member.language)
        let arguments = ["team": team.name, "organization": place]
        let letter = Letter(
            subject: words("teams.mail.added.subject", arguments), words: words, settings: settings,
            greeting: member.firstName,
            paragraphs: [
                words("teams.mail.added.text", arguments), words.count("teams.mail.added.products", team.products),
            ],
            action: (words("teams.mail.added.action"), team.link))
        return [.email(letter.mail(to: member.login, name: member.name))]
    }

    private func teamMemberRemovedLetter(_ event: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let (member, place) = try teammate(of: event, connection) else { return [] }
        let words = wording.words(member.language)
        let arguments = ["team": event.event.payload["name"] ?? "", "organization": place]
        let letter = Letter(
            subject: words("teams.mail.removed.subject", arguments), words: words, settings: settings,
            greeting: member.firstName,
            paragraphs: [words("teams.mail.removed.text", arguments), words("teams.mail.removed.kept")])
        return [.email(letter.mail(to: member.login, name: member.name))]
    }

    /// Whom the event is about, while they are a member. Who did it themselves knows.
    private func teammate(
        of event: RecordedEvent, _ connection: Connection
    ) throws -> (member: Member, organization: String)? {
        let person = PersonID(rawValue: event.event.subjectID)
        guard let organization = event.event.organization, event.event.actor.person != person,
            let member = try Member.find(person, in: organization, connection), !member.isBlocked,
            let place = try Organization.find(organization, in: connection)
        else { return nil }
        return (member, place.name)
    }
}
