import Billing
import Kernel
import Storage

/// What somebody outside would expect of the books who knows nothing of ledgers: what was ordered, what the processor took, and
/// what the customer was told.
struct Shadow {
    /// Orders by id, with their totals as the customer computes them: net and 8.1 per cent.
    private(set) var orders: [OrderID: Money] = [:]
    /// Payments that the customer was told are paid.
    var toldPaid: Set<PaymentID> = []
    var toldFailed: Set<PaymentID> = []
    var toldWithdrawals: [WithdrawalID: Money] = [:]
    var cancelledWithdrawals: Set<WithdrawalID> = []

    static func total(_ net: Money) -> Money {
        Money(minorUnits: net.minorUnits + (net.minorUnits * 81 + 500) / 1000, net.currency)
    }

    mutating func ordered(_ order: OrderID, net: Money) { orders[order] = Shadow.total(net) }

    mutating func told(_ payment: Payment) {
        switch payment.state {
        case .posted: toldPaid.insert(payment.id)
        case .failed: toldFailed.insert(payment.id)
        case .pending, .voided, .expired: break
        }
    }

    func pending(in world: World) async throws -> Int {
        try await world.outside.read { connection in
            try connection.row("SELECT COUNT(*) AS count FROM payment WHERE state = 'pending'")?["count"] ?? 0
        }
    }

    /// - Returns: the first thing that is not as it should be.
    func finding(in world: World) async throws -> String? {
        let facts = try await Facts(world)
        return facts.charges() ?? promises(facts) ?? invoices(facts) ?? money(facts)
    }

    /// Nobody is told one thing and later another.
    private func promises(_ facts: Facts) -> String? {
        for id in toldPaid where facts.payments[id]?.state != .posted { return "payment \(id) was told to be paid" }
        for id in toldFailed {
            guard let payment = facts.payments[id] else { return "payment \(id) is gone" }
            if payment.state == .posted { return "payment \(id) was told to have failed, and is posted" }
            if payment.isTaken { return "payment \(id) was told to have failed, and the processor has the money" }
        }
        for (id, amount) in toldWithdrawals where facts.withdrawals[id]?.amount != amount {
            return "withdrawal \(id) was told to be \(amount.plain)"
        }
        for id in cancelledWithdrawals where facts.withdrawals[id]?.state != .cancelled {
            return "withdrawal \(id) was told to be cancelled"
        }
        return nil
    }

    /// An order that is paid has one invoice over what the customer computed, any other none.
    private func invoices(_ facts: Facts) -> String? {
        for (order, state) in facts.orders {
            let invoices = facts.invoices[order] ?? []
            guard state == "paid" else {
                if !invoices.isEmpty { return "order \(order) is \(state) and has an invoice" }
                continue
            }
            let total = orders[order]?.minorUnits ?? facts.lostOrders[order] ?? 0
            if invoices != [total] { return "order \(order) over \(total) has the invoices \(invoices)" }
        }
        return nil
    }

    /// All that was taken is an invoice paid, or still the customer's.
    private func money(_ facts: Facts) -> String? {
        var expected: Int64 = 0
        for payment in facts.payments.values where payment.state == .posted {
            expected += payment.method == "prepaid" ? 0 : payment.amount
        }
        for (order, state) in facts.orders where state == "paid" {
            expected -= (facts.invoices[order] ?? []).reduce(0, +)
        }
        for withdrawal in facts.withdrawals.values
        where withdrawal.state.isUnderWay || withdrawal.state == .paid {
            expected -= withdrawal.amount.minorUnits
        }
        let kept = facts.balance + facts.unidentified
        return kept == expected
            ? nil : "the customer has \(facts.balance) and \(facts.unidentified) are kept, but \(expected) are theirs"
    }
}
