package import Kernel
import Storage

/// What a processor says of money that a bank took back.
package struct ProcessorDispute: Hashable, Sendable {
    package let reference: String
    /// The processor's name for what was paid.
    package let charge: String
    package let amount: Money
    /// What it took for it, without what it gave back.
    package let fee: Money
    package let feeBack: Money
    package let state: Dispute.State
    /// Until when the bank takes an answer; nil where it does not say, or where it is decided.
    package let respondBy: Instant?

    /// - Parameter feeBack: nil for nothing.
    package init(
        reference: String, charge: String, amount: Money, fee: Money, feeBack: Money? = nil, state: Dispute.State,
        respondBy: Instant? = nil
    ) {
        self.reference = reference
        self.charge = charge
        self.amount = amount
        self.fee = fee
        self.feeBack = feeBack ?? .zero(fee.currency)
        self.state = state
        self.respondBy = respondBy
    }

    /// Whether the books have all of it.
    func isBooked(as dispute: Dispute?) -> Bool {
        guard let dispute else { return false }
        return dispute.state == state && dispute.feeBack.minorUnits >= feeBack.minorUnits
    }
}

extension Payments {
    /// Brings a dispute to where the processor says it is. What closes one that was never heard of opens it first.
    /// - Returns: false for a charge that is not ours.
    func settle(_ told: ProcessorDispute, at now: Instant) async throws -> Bool {
        let name = processor.name
        guard let id = try await database.read({ try $0.paymentID(ofReference: told.charge, at: name) }) else {
            return false
        }
        // The message that it was paid may come after this one.
        let payment = try await refresh(id, by: .system, at: now)
        let disputes = disputes
        try await database.write { connection in
            try disputes.open(
                payment.id, amount: told.amount, fee: told.fee, reference: told.reference,
                respondBy: told.respondBy, isWon: told.state == .won, in: connection, by: .system, at: now)
            switch told.state {
            case .open: break
            case .won: try disputes.won(told.reference, in: connection, by: .system, at: now)
            case .lost: try disputes.lost(told.reference, in: connection, by: .system, at: now)
            }
            try disputes.giveBackFee(told.feeBack, of: told.reference, in: connection, by: .system, at: now)
        }
        return true
    }
}
