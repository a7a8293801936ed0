import Billing
import Kernel
import Sandbox
import Storage

/// What happens at the processor and at the banks behind it, and what it tells of that: late, doubled, in any order, or never.
extension Simulator {
    /// A cardholder's bank takes a charge back.
    func openDispute() async throws {
        let charges = try await world.cards.charges(limit: 1000).filter {
            $0.state == .succeeded && !$0.isSetUp && outside.disputes[$0.reference] == nil
        }
        guard let charge = charges.randomElement(using: &chance) else { return }
        let back = try await world.outside.read { connection -> Int64 in
            try connection.row(
                """
                SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM sandbox_refund
                WHERE charge_id = \(charge.id) AND state <> 'failed'
                """)?["sum"] ?? 0
        }
        let left = charge.amount.minorUnits - back
        guard left > 0 else { return }
        let amount = chance.one(in: 3) ? Int64.random(in: 1...left, using: &chance) : left
        say(
            ProcessorDispute(
                reference: "dp_\(charge.id)", charge: charge.reference, amount: chf(amount), fee: chf(1500),
                state: .open))
    }

    /// It is won or lost; the fee of one that is won comes back with the money, later, or never.
    func decideDispute() async throws {
        let open = outside.disputes.values.filter { $0.state == .open || $0.state == .won && !$0.feeBack.isPositive }
        guard let dispute = open.sorted(by: { $0.reference < $1.reference }).randomElement(using: &chance) else {
            return
        }
        let isWon = dispute.state == .won || chance.one(in: 2)
        say(
            ProcessorDispute(
                reference: dispute.reference, charge: dispute.charge, amount: dispute.amount, fee: dispute.fee,
                feeBack: isWon && chance.one(in: 2) ? dispute.fee : nil, state: isWon ? .won : .lost))
    }

    private func say(_ dispute: ProcessorDispute) {
        outside.disputes[dispute.charge] = dispute
        world.line.says(dispute)
        note("   \(dispute.reference) over \(dispute.amount.plain) is \(dispute.state), back \(dispute.feeBack.plain)")
    }

    /// A refund arrives, or does not: even one that had been sent.
    func decideRefund() async throws {
        let pending = try await world.cards.refunds(limit: 1000).filter { $0.state == .pending }
        guard let refund = pending.randomElement(using: &chance) else { return }
        let arrives = chance.one(in: 2)
        note("   \(refund.reference) arrives \(arrives)")
        try await world.cards.decideRefund(refund.id, arrives: arrives)
    }

    /// A message comes, of whatever there is to tell; many never do. Some come twice.
    func message() async throws {
        if chance.one(in: 4), let text = outside.messages.randomElement(using: &chance) {
            try await receive(text)
        } else if let (type, object) = try await anything() {
            try await receive(newMessage(type, object))
        }
        if chance.one(in: 3) { return }
        _ = try await world.payments.handleMessages(world.clock.now)
    }

    private func newMessage(_ type: String, _ object: String) -> String {
        let text =
            #"{"id": "evt_\#(outside.messages.count + 1)", "type": "\#(type)", "data": {"object": \#(object)}}"#
        outside.messages.append(text)
        return text
    }

    private func receive(_ text: String) async throws {
        note("   \(text)")
        let now = world.clock.now
        try await world.database.write { try $0.receive(stripeMessage: text, at: now) }
    }

    private func anything() async throws -> (type: String, object: String)? {
        switch Int.random(in: 1...4, using: &chance) {
        case 1:
            guard let id = try await anyPayment(), let payment = try await Facts(world).payments[id] else { return nil }
            let end = ["succeeded", "payment_failed", "canceled", "processing"].randomElement(using: &chance) ?? ""
            return ("payment_intent.\(end)", #"{"id": "pi_\#(id)", "metadata": {"key": "\#(payment.key)"}}"#)
        case 2:
            guard let refund = try await world.cards.refunds(limit: 1000).randomElement(using: &chance) else {
                return nil
            }
            if chance.one(in: 3), let charge = try await world.cards.charge(refund.charge) {
                return ("charge.refunded", #"{"id": "ch", "payment_intent": "\#(charge.reference)"}"#)
            }
            let type = ["refund.created", "refund.updated", "refund.failed"].randomElement(using: &chance) ?? ""
            return (type, #"{"id": "\#(refund.reference)", "metadata": {"key": "\#(refund.key)"}}"#)
        case 3:
            let disputes = outside.disputes.values.sorted { $0.reference < $1.reference }
            guard let dispute = disputes.randomElement(using: &chance) else { return nil }
            let end = ["created", "updated", "closed", "funds_withdrawn"].randomElement(using: &chance) ?? ""
            return ("charge.dispute.\(end)", Simulator.object(dispute))
        default:
            return ("payout.paid", #"{"id": "po_\#(Int.random(in: 1...9, using: &chance))"}"#)
        }
    }

    private static func object(_ dispute: ProcessorDispute) -> String {
        #"{"id": "\#(dispute.reference)", "payment_intent": "\#(dispute.charge)"}"#
    }

    /// A processor repeats what it was not answered to, until it is.
    func tellEverything() async throws {
        _ = try await world.payments.settleDue(world.clock.now)
        for dispute in outside.disputes.values.sorted(by: { $0.reference < $1.reference }) {
            try await receive(newMessage("charge.dispute.closed", Simulator.object(dispute)))
        }
        for refund in try await world.cards.refunds(limit: 1000) {
            try await receive(newMessage("refund.updated", #"{"id": "re", "metadata": {"key": "\#(refund.key)"}}"#))
        }
    }

    /// Days go by, with what they bring.
    func passDays() async throws {
        world.clock.advance(.days(Int.random(in: 1...20, using: &chance)))
        switch Int.random(in: 1...3, using: &chance) {
        case 1: note("   \(try await world.payments.revenue.run(world.clock.now)) months earned")
        case 2: _ = try await world.payments.reconcile(world.clock.now)
        default: break
        }
    }
}
