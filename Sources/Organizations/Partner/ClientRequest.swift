import Access
package import Kernel
import Storage
package import Web

/// A partner asks to act for a client: a letter to somebody there, who need not have an account (PART-7, PART-8, PART-14).
package struct ClientRequest: Sendable {
    /// It lives as an invitation does, and ends as one.
    package typealias State = Invitation.State

    package let id: ClientRequestID
    package let partner: OrganizationID
    package let email: EmailAddress
    /// Asks for full access with billing; else for certain products, which the note describes and the client chooses.
    package let wantsAll: Bool
    package let note: String
    package let language: Language
    private let stored: State
    let nonce: String
    /// Who vouches for it: whoever sent it last.
    package let askedBy: PersonID
    /// Who let the partner in.
    package let client: OrganizationID?
    package let sentAt: Instant
    package let timesSent: Int
    package let expiresAt: Instant

    package static let noteLengthMax = 300
    /// By one partner in 24 hours, so that nobody writes to the world in our name.
    package static let dayMax = 50

    package func state(at now: Instant) -> State { stored == .pending && now >= expiresAt ? .expired : stored }

    /// What the link in the mail ends with.
    package func token(_ keys: Keys) -> LinkToken {
        LinkToken("client request", id.rawValue, nonce: nonce, keys: keys)
    }

    /// The page that the mail leads to.
    func page(_ keys: Keys) -> Link { "/client-requests/\(token(keys).text)" }

    init(_ row: Row) throws {
        id = try row["id"]
        partner = try row["partner_id"]
        email = try row["email"]
        wantsAll = try row["wants_all"]
        note = try row["note"]
        language = try row["language"]
        stored = try row["state"]
        nonce = try row["nonce"]
        askedBy = try row["asked_by_id"]
        client = try row["client_id"]
        sentAt = try row["sent_at"]
        timesSent = try row["times_sent"]
        expiresAt = try row["expires_at"]
    }
}
