package import Kernel

/// Somebody outside who takes money, by card and by other methods. What it answers may come late, twice or never, so each charge has a key of
/// ours, and asking again with it is always harmless.
package protocol PaymentProcessor: Sendable {
    /// `sandbox`: stored with each payment, and part of the journal's keys.
    var name: String { get }

    /// Hands the card over and gets what may be kept in its place.
    func tokenize(_ card: Card) async throws -> CardToken

    /// What it takes. What is not among them is not offered.
    var methods: Set<PaymentMethod> { get }

    /// Asks for money, or, where this key was seen before, answers what became of it.
    /// - Throws: when it is not known whether the processor heard it.
    func charge(_ request: ChargeRequest) async throws -> ChargeState

    /// What may be charged again later, of a charge that succeeded and was asked to keep it.
    /// - Returns: nil where there is nothing that could be kept.
    func kept(ofKey key: String) async throws -> SavedInstrument?

    /// Makes a method ready to be charged later, without taking money now, or, where this key was seen before, answers what
    /// became of it.
    func setUp(_ request: SetUpRequest) async throws -> SetUpState

    /// - Returns: nil where the processor never saw the key.
    func setUpState(ofKey key: String) async throws -> SetUpState?

    /// Forgets what was saved. Harmless where it is forgotten already.
    func detach(_ token: String) async throws

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

    /// What a bank did with a charge, by the processor's own name for it.
    /// - Returns: nil where nothing was taken.
    func dispute(_ reference: String) async throws -> ProcessorDispute?

    /// What banks took back since then, as it stands now.
    func disputes(since: Instant) async throws -> [ProcessorDispute]

    /// The keys of the charges that succeeded, of those that were asked for since then.
    func charges(since: Instant) async throws -> [String]

    /// What was paid out to our bank since then.
    func payouts(since: Instant) async throws -> [ProcessorPayout]

    /// - Returns: nil where it is not known, or has not left.
    func payout(_ reference: String) async throws -> ProcessorPayout?
}

/// Not every processor has more to say than what became of what it was asked.
extension PaymentProcessor {
    package func dispute(_ reference: String) async throws -> ProcessorDispute? { nil }
    package func disputes(since: Instant) async throws -> [ProcessorDispute] { [] }
    package func charges(since: Instant) async throws -> [String] { [] }
    package func payouts(since: Instant) async throws -> [ProcessorPayout] { [] }
    package func payout(_ reference: String) async throws -> ProcessorPayout? {
        try await payouts(since: Instant(milliseconds: 0)).first { $0.reference == reference }
    }
}

/// What a processor says of a refund. It may say later that one that succeeded came back.
package enum ProcessorRefund: Hashable, Sendable {
    /// - Parameter reference: the processor's own name for the refund, unique for ever.
    case succeeded(reference: String)
    case pending
    /// The money stays with us.
    case failed(reason: String)
}

/// What a charge is taken from.
package enum Instrument: Hashable, Sendable {
    /// A card that was typed just now.
    case card(CardToken)
    /// On the method's own page: the customer goes there and says yes.
    case wallet(PaymentMethod)
    /// Saved before.
    case saved(SavedInstrument)

    package var method: PaymentMethod {
        switch self {
        case .card: .card
        case .wallet(let method): method
        case .saved(let saved): saved.method
        }
    }
}

/// A charge as the processor is asked for it.
package struct ChargeRequest: Hashable, Sendable {
    /// Ours, and for ever.
    package let key: String
    package let organization: OrganizationID
    package let amount: Money
    package let instrument: Instrument
    /// Whether it may be charged again later without asking.
    package let keeps: Bool
    /// Where the customer comes back to from 3-D Secure, or from the method's own page.
    package let returnPath: String
    package let presence: CardPresence

    package init(
        key: String, organization: OrganizationID, amount: Money, instrument: Instrument, keeps: Bool = false,
        returnPath: String, presence: CardPresence = .present
    ) {
        self.key = key
        self.organization = organization
        self.amount = amount
        self.instrument = instrument
        self.keeps = keeps
        self.returnPath = returnPath
        self.presence = presence
    }
}

package struct SetUpRequest: Hashable, Sendable {
    package let key: String
    package let organization: OrganizationID
    /// Never one that is saved already.
    package let instrument: Instrument
    package let returnPath: String

    package init(key: String, organization: OrganizationID, instrument: Instrument, returnPath: String) {
        self.key = key
        self.organization = organization
        self.instrument = instrument
        self.returnPath = returnPath
    }
}

package enum SetUpState: Hashable, Sendable {
    case ready(SavedInstrument)
    /// - Parameter reason: a `PaymentFailure` code.
    case failed(reason: String)
    case needsAction(path: String)
    case pending
}

/// A method that can be charged later: a token, and what people know it by. Never a number (PAY-8).
package struct SavedInstrument: Hashable, Sendable {
    package let method: PaymentMethod
    package let token: String
    /// `visa`; empty for what is no card.
    package let brand: String
    /// The last digits of the card, or what the method shows of the account.
    package let label: String
    /// Cards only.
    package let expires: CardExpiry?

    package init(method: PaymentMethod, token: String, brand: String, label: String, expires: CardExpiry?) {
        self.method = method
        self.token = token
        self.brand = brand
        self.label = label
        self.expires = expires
    }
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
    /// The customer must go to this path of ours, or https address of the processor's, first (3-D Secure, TWINT).
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
    /// The processor did not take the request as it was.
    case refused = "refused_by_processor"
    /// Sandbox only.
    case notATestCard = "not_a_test_card"

    package var word: String { "billing.payment.failure.\(rawValue)" }

    /// The sentence for a stored code; a processor may say what we have no sentence for.
    package static func word(for code: String) -> String { (PaymentFailure(rawValue: code) ?? .cardDeclined).word }
}
