import Billing
import Kernel
import Storage

/// What somebody outside would expect of the books who knows nothing of ledgers: what was ordered, what the processor took, what
/// the bank booked, and what the customer was told.
struct Shadow {
    /// Orders by id, with their totals as the customer computes them: net and 8.1 per cent.
    private(set) var orders: [OrderID: Money] = [:]
    /// Payments that the customer was told are paid.
    var toldPaid: Set<PaymentID> = []
    var toldFailed: Set<PaymentID> = []
    var toldWithdrawals: [WithdrawalID: Money] = [:]
    var cancelledWithdrawals: Set<WithdrawalID> = []
    var toldRefunds: [RefundID: RefundState] = [:]
    /// What the operator was told was decided of a receipt.
    var toldEntries: [BankEntryID: BankEntry.State] = [:]
    /// Which reference was asked to be transferred under for what, and which number says so in a text.
    var targets: [String: TransferAim] = [:]
    var numbers: [String: TransferAim] = [:]
    /// Invoices on account and credit notes, as they were wanted, by their keys.
    var bills = Bills()

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

    /// What must be decided once there was time for it.
    func undecided(in world: World, _ outside: Outside) async throws -> String? {
        let facts = try await Facts(world)
        let payments = facts.payments.values.count { $0.state == .pending }
        if payments > 0 { return "\(payments) payments are undecided for ever" }
        // What goes by the bank waits for its file.
        let refunds = facts.refunds.values.count { $0.state == .pending && !$0.isByBank }
        if refunds > 0 { return "\(refunds) refunds are undecided for ever" }
        for dispute in outside.disputes.values {
            let known = facts.disputes[dispute.reference]
            if known?.state != dispute.state || known?.feeBack != dispute.feeBack.minorUnits {
                return "dispute \(dispute.reference) is \(dispute.state), which nobody noticed"
            }
        }
        return nil
    }

    /// - Returns: the first thing that is not as it should be.
    mutating func finding(in world: World, _ outside: Outside) async throws -> String? {
        let facts = try await Facts(world)
        return facts.charges() ?? facts.refunded() ?? disputes(facts, outside) ?? promises(facts)
            ?? bills.finding(facts) ?? invoices(facts) ?? money(facts)
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
        for (id, state) in toldRefunds {
            // One that was sent may come back.
            let now = facts.refunds[id]?.state
            let isKept = now == state || state == .posted && now == .returned || state == .pending && now != nil
            if !isKept { return "refund \(id) was told to be \(state)" }
        }
        for (id, state) in toldEntries {
            let now = facts.bank.entries.values.first { $0.id == id }?.state
            // What was to be sent back may be taken back before.
            let isOver = state == .returning && (now == .returned || now == .assigned)
            if now != state && !isOver {
                return "bank entry \(id) was told to be \(state)"
            }
        }
        return nil
    }

    /// A dispute is what the bank says of it, or was.
    private func disputes(_ facts: Facts, _ outside: Outside) -> String? {
        for (reference, dispute) in facts.disputes {
            guard let told = outside.disputes.values.first(where: { $0.reference == reference }) else {
                return "dispute \(reference) was never opened"
            }
            if told.amount.minorUnits != dispute.amount || dispute.state != .open && dispute.state != told.state {
                return "dispute \(reference) is \(dispute.state) over \(dispute.amount), the bank says \(told.state)"
            }
        }
        return nil
    }

    /// An order that is paid has one invoice over what the customer computed, any other none.
    private func invoices(_ facts: Facts) -> String? {
        for (order, state) in facts.orders {
            let invoices = facts.documents.filter { $0.kind == .invoice && $0.order == order }.map(\.total)
            guard state == "paid" else {
                if !invoices.isEmpty { return "order \(order) is \(state) and has an invoice" }
                continue
            }
            let total = orders[order]?.minorUnits ?? facts.totals[order] ?? 0
            if invoices != [total] { return "order \(order) over \(total) has the invoices \(invoices)" }
        }
        return nil
    }

    /// All that came in bought something that was not taken back, went out again, or is still the customer's.
    private func money(_ facts: Facts) -> String? {
        var expected = facts.lostWithDisputes
        for payment in facts.payments.values where payment.state == .posted && payment.method != "prepaid" {
            expected += payment.amount
        }
        for document in facts.documents {
            switch document.kind {
            case .invoice: expected -= document.total - document.open - document.writtenOff - document.tolerated
            default: expected += document.total
            }
        }
        for withdrawal in facts.withdrawals.values
        where !withdrawal.isRefund && (withdrawal.state.isUnderWay || withdrawal.state == .paid) {
            expected -= withdrawal.amount.minorUnits
        }
        expected -= facts.takenBack
        for refund in facts.refunds.values where refund.state != .returned { expected -= refund.amount }
        for dispute in facts.disputes.values where dispute.state == .lost { expected -= dispute.amount }
        let kept = facts.balance + facts.unidentified
        return kept == expected
            ? nil : "the customer has \(facts.balance) and \(facts.unidentified) are kept, but \(expected) are theirs"
    }
}
