package import Billing
package import Kernel
import Storage

/// What the pretended processor knows about a charge.
package struct SandboxCharge: Hashable, Sendable {
    package let id: Int64
    package let key: String
    package let amount: Money
    /// Empty for what is no card.
    package let last4: String
    package let method: PaymentMethod
    /// Nothing is paid: a method is saved for later.
    package let isSetUp: Bool
    package let state: State
    /// Where the customer came from and goes back to.
    package let returnPath: String
    package let createdAt: Instant
    let failure: String?
    let token: String?
    let keeps: Bool

    package enum State: String, Sendable {
        case succeeded, failed
        case needsAction = "needs_action"
    }

    /// The page of the bank, or of the method, where the customer says yes or no.
    package var actionPath: String { "/sandbox/\(method == .card ? "3ds" : "wallet")/\(id)" }

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
        SELECT id, key, currency, amount, last4, state, failure, return_path, created_at, method, token, keeps, is_set_up
        FROM sandbox_charge
        """

    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        last4 = try row["last4"]
        state = try row["state"]
        method = try row["method"]
        isSetUp = try row["is_set_up"]
        token = try row["token"]
        keeps = try row["keeps"]
        failure = try row["failure"]
        returnPath = try row["return_path"]
        createdAt = try row["created_at"]
    }
}
