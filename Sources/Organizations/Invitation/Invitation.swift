import Access
package import Kernel
import Storage
package import Web

/// An invitation to an organisation: to an address, whether it has an account or not (USR-6, USR-7).
package struct Invitation: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case pending, accepted, declined, cancelled
        /// Pending for longer than `lifetime`; never stored.
        case expired
    }

    package let id: InvitationID
    package let organization: OrganizationID
    package let email: EmailAddress
    package let membership: Membership
    /// Of the mail, where the address has no account yet.
    package let language: Language
    private let stored: State
    let nonce: String
    /// Who vouches for it: whoever sent it last.
    package let invitedBy: PersonID
    /// Who accepted, with whichever account (USR-8).
    package let person: PersonID?
    package let createdAt: Instant
    package let sentAt: Instant
    package let timesSent: Int
    package let expiresAt: Instant
    package let decidedAt: Instant?
    /// When somebody who came too late asked for a new link.
    package let renewalAskedAt: Instant?

    /// Long enough for somebody on holiday.
    package static let lifetime: Duration = .days(14)
    /// Addresses that one wizard takes: more is a list of strangers, not of colleagues.
    package static let batchMax = 50
    /// Invitations of one organisation in 24 hours, so that nobody writes to the world in our name.
    package static let dayMax = 200
    /// Invitations by one person in 24 hours, in all organisations together: founding another one makes no room.
    package static let dayMaxOfPerson = 200
    /// Mails about one invitation, however often it is sent again: nobody is to be pestered in our name.
    package static let timesSentMax = 5

    package func state(at now: Instant) -> State { stored == .pending && now >= expiresAt ? .expired : stored }

    /// What the link in the mail ends with.
    package func token(_ keys: Keys) -> LinkToken { LinkToken("invitation", id.rawValue, nonce: nonce, keys: keys) }

    /// The page that the mail leads to.
    func page(_ keys: Keys) -> Link { "/invitations/\(token(keys).text)" }

    init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        email = try row["email"]
        membership = Membership(
            role: try row["role"], hasBillingRight: try row["has_billing_right"], contacts: try ContactKinds(row),
            products: Set(ids: try row["products"]), teams: Set(ids: try row["teams"]))
        language = try row["language"]
        stored = try row["state"]
        nonce = try row["nonce"]
        invitedBy = try row["invited_by_id"]
        person = try row["person_id"]
        createdAt = try row["created_at"]
        sentAt = try row["sent_at"]
        timesSent = try row["times_sent"]
        expiresAt = try row["expires_at"]
        decidedAt = try row["decided_at"]
        renewalAskedAt = try row["renewal_asked_at"]
    }
}

extension Invitation.State: StoredAsText {}
