import Kernel
import Web

/// A wish for an account: an address that has to be proved before anything else is asked (ACC-2, ACC-4). There is one for
/// every address that was typed, known or not, so that nobody can tell the difference (security.md, "Enumeration").
struct SignUp: Sendable {
    let id: SignUpID
    let email: EmailAddress
    let language: Language
    /// Where the person was going, such as an order (ACC-5).
    let nextPath: String
    let nonce: String
    let isStaff: Bool
    /// What the account joins instead of founding an organisation (ACC-7). Its link was proved instead of an own mail.
    let invitation: InvitationID?
    let expiresAt: Instant
    let usedAt: Instant?
    let person: PersonID?

    /// Long enough to find the mail in the evening.
    static let lifetime: Duration = .hours(24)

    enum State: Sendable {
        case open, expired, used
    }

    func state(at now: Instant) -> State {
        usedAt != nil ? .used : now >= expiresAt ? .expired : .open
    }

    /// The link in the mail.
    func token(_ keys: Keys) -> LinkToken { LinkToken("sign-up", id.rawValue, nonce: nonce, keys: keys) }

    /// Lets the browser that asked see where its request stands and ask again; proves nothing else.
    func receipt(_ keys: Keys) -> LinkToken { LinkToken("sign-up receipt", id.rawValue, nonce: nonce, keys: keys) }

    /// How often one address may be written to (security.md): once a minute, 5 times an hour, 10 times a day.
    static func maySend(sentAt times: [Instant], now: Instant) -> Bool {
        func count(within duration: Duration) -> Int { times.filter { now < $0.adding(duration) }.count }
        return count(within: .minutes(1)) < 1 && count(within: .hours(1)) < 5 && count(within: .hours(24)) < 10
    }
}
