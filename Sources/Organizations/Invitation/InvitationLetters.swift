import Access
import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Organizations {
    /// What is written about invitations: to who is invited, and to who invited.
    var invitationLetters: [Subscription] {
        [
            Subscription("MemberInvited", invitationLetter("invited")),
            Subscription("InvitationResent", invitationLetter("resent")),
            Subscription("InvitationAccepted", outcomeLetter("accepted")),
            Subscription("InvitationDeclined", outcomeLetter("declined")),
            Subscription("InvitationRenewalAsked", renewalLetter),
        ]
    }

    /// In the language of the account where the address has one, else in that of the inviter.
    private func invitationLetter(
        _ kind: String
    ) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { recorded, connection in
            guard
                let invitation = try Invitation.find(
                    InvitationID(rawValue: recorded.event.subjectID), in: connection),
                invitation.state(at: recorded.happenedAt) == .pending,
                let organization = try Organization.find(invitation.organization, in: connection),
                let inviter = try Person.find(invitation.invitedBy, in: connection)
            else { return [] }
            let person = try Person.find(login: invitation.email, in: connection)
            let words = wording.words(person?.language ?? invitation.language)
            let zone = person?.zone ?? organization.zone
            let facts = try InvitationFacts(invitation, for: nil, at: recorded.happenedAt, in: connection)
            let letter = Letter(
                subject: words("invitations.mail.\(kind).subject", ["organization": organization.name]), words: words,
                settings: settings, greeting: person?.firstName,
                paragraphs: [facts.sentence(words), words("invitations.role.\(invitation.membership.role.rawValue)")],
                facts: [
                    (words("invitations.mail.organization"), organization.name),
                    (words("invitations.mail.inviter"), "\(inviter.name), \(inviter.login)"),
                    (words("invitations.role"), words("role.\(invitation.membership.role.rawValue)")),
                    (words("invitations.expires"), words.moment(invitation.expiresAt, in: zone)),
                ],
                action: (words("invitations.mail.action"), invitation.page(keys)),
                closing: [words("invitations.mail.account"), words("invitations.mail.unexpected")])
            return [.email(letter.mail(to: invitation.email, name: person?.name ?? ""))]
        }
    }

    /// To the inviter, as long as they answer for members.
    private func outcomeLetter(_ outcome: String) -> @Sendable (RecordedEvent, Connection) throws -> [Dispatch] {
        { recorded, connection in
            guard
                let invitation = try Invitation.find(
                    InvitationID(rawValue: recorded.event.subjectID), in: connection),
                let organization = try Organization.find(invitation.organization, in: connection),
                let inviter = try administrator(invitation.invitedBy, in: organization.id, connection)
            else { return [] }
            let account = try invitation.person.flatMap { try Person.find($0, in: connection) }
            let login = account?.login ?? invitation.email
            return [.email(mail("invitations.mail.\(outcome)", invitation, organization, by: login, to: inviter))]
        }
    }

    /// To the inviter, or to who answers for the organisation now.
    private func renewalLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard
            let invitation = try Invitation.find(InvitationID(rawValue: recorded.event.subjectID), in: connection),
            let organization = try Organization.find(invitation.organization, in: connection),
            let reader = try administrator(invitation.invitedBy, in: organization.id, connection)
                ?? Member.administrators(of: organization.id, in: connection).first(where: { !$0.isBlocked })
        else { return [] }
        return [.email(mail("invitations.mail.renewal", invitation, organization, by: invitation.email, to: reader))]
    }

    private func administrator(
        _ person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Member? {
        try Member.find(person, in: organization, connection).flatMap {
            $0.role.administers && !$0.isBlocked ? $0 : nil
        }
    }

    /// - Parameter login: of the account that answered, which need not be the invited address (USR-8).
    private func mail(
        _ word: String, _ invitation: Invitation, _ organization: Organization, by login: EmailAddress,
        to reader: Member
    ) -> Mail {
        let words = wording.words(reader.language)
        let holes = [
            "email": invitation.email.description, "organization": organization.name, "login": login.description,
        ]
        let letter = Letter(
            subject: words("\(word).subject", holes), words: words, settings: settings, greeting: reader.firstName,
            paragraphs: [words("\(word).text", holes)],
            action: (words("invitations.mail.see"), "/organizations/\(organization.id)/invitations"))
        return letter.mail(to: reader.login, name: reader.name)
    }
}
