import Billing
import Storage

/// What the test cards do. The number itself is never kept, only this.
enum SandboxCard: String, CaseIterable, Sendable, StoredAsText {
    case pays
    case declined
    case insufficientFunds = "insufficient_funds"
    case asksFirst = "asks_first"
    /// Pays while the customer is there, and can so be saved, but fails when it is charged later.
    case paysPresentOnly = "pays_present_only"
    case unknown

    init(number: String) {
        self =
            switch number {
            case "4242424242424242": .pays
            case "4000000000000002": .declined
            case "4000000000009995": .insufficientFunds
            case "4000002500003155": .asksFirst
            case "4000000000000341": .paysPresentOnly
            default: .unknown
            }
    }

    /// - Parameter isSaved: whether it was saved before, and is charged again now.
    func outcome(_ presence: CardPresence, isSaved: Bool) -> Outcome {
        if self == .paysPresentOnly, isSaved { return .failed(.cardDeclined) }
        return outcome(presence)
    }

    func outcome(_ presence: CardPresence) -> Outcome {
        switch (self, presence) {
        case (.pays, _), (.paysPresentOnly, .present): .succeeded
        case (.asksFirst, .present): .needsAction
        case (.asksFirst, .absent): .failed(.authenticationRequired)
        case (.declined, _), (.paysPresentOnly, .absent): .failed(.cardDeclined)
        case (.insufficientFunds, _): .failed(.insufficientFunds)
        case (.unknown, _): .failed(.notATestCard)
        }
    }

    enum Outcome: Hashable {
        case succeeded
        case needsAction
        case failed(PaymentFailure)
    }
}
