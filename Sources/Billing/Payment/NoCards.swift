package import Kernel

/// Stands where no payment processor is connected: cards are refused with a sentence, everything else works.
package struct NoCards: PaymentProcessor {
    package let name = "none"
    package let methods: Set<PaymentMethod> = [.card]

    package init() {}

    package func tokenize(_ card: Card) async throws -> CardToken {
        throw Problem.field("card_number", "billing.card.not_connected", code: "cards_not_accepted")
    }

    package func charge(_ request: ChargeRequest) async throws -> ChargeState {
        .failed(reason: PaymentFailure.cardDeclined.rawValue)
    }

    package func kept(ofKey key: String) async throws -> SavedInstrument? { nil }

    package func setUp(_ request: SetUpRequest) async throws -> SetUpState {
        .failed(reason: PaymentFailure.cardDeclined.rawValue)
    }

    package func setUpState(ofKey key: String) async throws -> SetUpState? { nil }

    package func detach(_ token: String) async throws {}

    package func state(ofKey key: String) async throws -> ChargeState? { nil }

    package func cancel(key: String) async throws -> ChargeState {
        .failed(reason: PaymentFailure.cancelled.rawValue)
    }

    package func refund(key: String, reference: String, amount: Money) async throws -> ProcessorRefund {
        .failed(reason: "not_connected")
    }

    package func refundState(ofKey key: String) async throws -> ProcessorRefund? { nil }
}
