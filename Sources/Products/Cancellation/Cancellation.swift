package import Kernel
import Storage
package import Web

/// The wish to end products before their day, which holds once it was confirmed by the link of an e-mail (PROD-8). Until then
/// nothing is lost, and it can be taken back.
package struct Cancellation: Sendable {
    package enum State: String, Sendable {
        case requested, confirmed, withdrawn
        /// Nobody confirmed it in time.
        case lapsed
    }

    package let id: CancellationID
    package let organization: OrganizationID
    let state: State
    let nonce: String
    let requestedBy: PersonID
    let requestedAt: Instant
    let expiresAt: Instant
    let decidedAt: Instant?

    /// Long enough for a weekend, short enough that nobody confirms what they have forgotten.
    static let lifetime: Duration = .days(3)
    /// The mail that waits for an answer is sent again at most so often: it goes to whoever asked, not to whoever presses.
    static let mailEvery: Duration = .minutes(1)
    /// Products that a letter names; of more it tells how many.
    static let namedMax = 50

    package func token(_ keys: Keys) -> LinkToken { LinkToken("cancellation", id.rawValue, nonce: nonce, keys: keys) }

    func page(_ keys: Keys) -> Link {
        Link("/organizations/\(organization)/products/cancellation/\(path: token(keys).text)")
    }

    func state(at now: Instant) -> State { state == .requested && now >= expiresAt ? .lapsed : state }
}

extension Cancellation.State: StoredAsText {}
