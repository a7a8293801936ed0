package import Billing
package import Kernel
import Storage

/// What the pretended processor knows about a charge.
package struct SandboxCharge: Hashable, Sendable {
    package let id: Int64
    package let key: String
    package let amount: Money
    package let last4: String
    package let state: State
    /// Where the customer came from and goes back to.
    package let returnPath: String
    package let createdAt: Instant
    let failure: String?

    package enum State: String, Sendable {
        case succeeded, failed
        case needsAction = "needs_action"
    }

    /// The bank's page, where the customer says yes or no.
    package var actionPath: String { "/sandbox/3ds/\(id)" }

    package var reference: String { "ch_\(id)_\(key.prefix(8))" }

    package var chargeState: ChargeState {
        switch state {
        case .succeeded: .succeeded(reference: reference, fee: nil)
        case .failed: .failed(reason: failure ?? PaymentFailure.cardDeclined.rawValue)
        case .needsAction: .needsAction(path: actionPath, reference: reference)
        }
    }
}

extension SandboxCharge.State: StoredAsText {}

extension SandboxCharge {
    static let select: SQL = """
        SELECT id, key, currency, amount, last4, state, failure, return_path, created_at FROM sandbox_charge
        """

    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        last4 = try row["last4"]
        state = try row["state"]
        failure = try row["failure"]
        returnPath = try row["return_path"]
        createdAt = try row["created_at"]
    }
}
