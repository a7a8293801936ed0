package import Kernel

/// Somebody outside who takes money from cards. What it answers may come late, twice or never, so each charge has a key of
/// ours, and asking again with it is always harmless.
package protocol PaymentProcessor: Sendable {
    /// `sandbox`: stored with each payment, and part of the journal's keys.
    var name: String { get }

    /// Hands the card over and gets what may be kept in its place.
    func tokenize(_ card: Card) async throws -> CardToken

    /// Asks for money, or, where this key was seen before, answers what became of it.
    /// - Parameter returnPath: where the customer comes back to after 3-D Secure.
    /// - Throws: when it is not known whether the processor heard it.
    func charge(
        key: String, amount: Money, token: CardToken, returnPath: String, presence: CardPresence
    ) async throws -> ChargeState

    /// What became of a charge.
    /// - Returns: nil where the processor never saw the key.
    func state(ofKey key: String) async throws -> ChargeState?

    /// Gives a charge up, so that it cannot succeed any more. A key the processor never saw is refused from then on.
    /// - Returns: what holds in the end: `.succeeded` where giving up came too late.
    func cancel(key: String) async throws -> ChargeState

    /// Sends money of a charge back, or, where this key was seen before, answers what became of it.
    /// - Parameter reference: the charge's, from `ChargeState.succeeded`.
    /// - Throws: when it is not known whether the processor heard it.
    func refund(key: String, reference: String, amount: Money) async throws -> ProcessorRefund

    /// What became of a refund.
    /// - Returns: nil where the processor never saw the key.
    func refundState(ofKey key: String) async throws -> ProcessorRefund?
}

/// What a processor says of a refund. It may say later that one that succeeded came back.
package enum ProcessorRefund: Hashable, Sendable {
    /// - Parameter reference: the processor's own name for the refund, unique for ever.
    case succeeded(reference: String)
    case pending
    /// The money stays with us.
    case failed(reason: String)
}

/// Stands for a card at the processor.
package struct CardToken: Hashable, Sendable {
    package let token: String
    /// `visa`, `mastercard`, `card`
    package let brand: String
    package let last4: String
    package let expires: CardExpiry

    package init(token: String, brand: String, last4: String, expires: CardExpiry) {
        self.token = token
        self.brand = brand
        self.last4 = last4
        self.expires = expires
    }
}

/// Whether the customer is there to answer the bank's questions.
package enum CardPresence: String, Sendable {
    case present
    /// A renewal with a saved card.
    case absent
}

package enum ChargeState: Hashable, Sendable {
    /// - Parameters:
    ///   - reference: the processor's own name for the charge, unique for ever.
    ///   - fee: what it keeps at payout, where it says so already.
    case succeeded(reference: String, fee: Money?)
    /// - Parameter reason: a `PaymentFailure` code.
    case failed(reason: String)
    /// The customer must go to this path first (3-D Secure).
    case needsAction(path: String, reference: String)
    case pending
}

/// Why a card did not pay: what processors answer, in our words.
package enum PaymentFailure: String, CaseIterable, Sendable {
    case cardDeclined = "card_declined"
    case insufficientFunds = "insufficient_funds"
    case authenticationFailed = "authentication_failed"
    /// The bank wants the customer there, and a renewal has nobody there.
    case authenticationRequired = "authentication_required"
    case cancelled
    /// Sandbox only.
    case notATestCard = "not_a_test_card"

    package var word: String { "billing.payment.failure.\(rawValue)" }

    /// The sentence for a stored code; a processor may say what we have no sentence for.
    package static func word(for code: String) -> String { (PaymentFailure(rawValue: code) ?? .cardDeclined).word }
}
