import Access
import Accounts
import Kernel
import Storage
import Web

/// What the page of an invitation says of it.
struct InvitationFacts: Sendable {
    let invitation: Invitation
    let state: Invitation.State
    let organization: String
    let inviter: String
    /// Whoever looks is a member already.
    let isMember: Bool
    /// Its inviter may not give any more what it promises.
    let isWithdrawn: Bool

    init(_ invitation: Invitation, for person: PersonID?, at now: Instant, in connection: Connection) throws {
        self.invitation = invitation
        let isThere = try Invitation.isThere(invitation.organization, connection)
        let state = invitation.state(at: now)
        self.state = !isThere && (state == .pending || state == .expired) ? .cancelled : state
        organization = try Organization.find(invitation.organization, in: connection)?.name ?? ""
        inviter = try Person.find(invitation.invitedBy, in: connection)?.name ?? ""
        isWithdrawn = try self.state == .pending && !invitation.isVouchedFor(connection)
        isMember = try person.map { try Invitation.isMember($0, of: invitation.organization, connection) } ?? false
    }

    /// Who invites whom to what, as what.
    func sentence(_ words: Words) -> String {
        words(
            "invitations.sentence",
            [
                "inviter": inviter, "email": invitation.email.description, "organization": organization,
                "role": words("role.\(invitation.membership.role.rawValue)"),
            ])
    }
}
