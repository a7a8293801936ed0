package import Kernel

/// What Stripe has to say beyond what became of what it was asked.
extension StripeProcessor {
    /// - Returns: nil for a bank's question that took no money (`warning_…`, or nothing withdrawn so far), and for what Stripe does
    ///   not know.
    package func dispute(_ reference: String) async throws -> ProcessorDispute? {
        do { return try await client.get(StripeDispute.self, "disputes/\(reference)").told } catch let refusal
            as StripeClient.Refusal where refusal.status == 404
        {
            return nil
        }
    }

    package func disputes(since: Instant) async throws -> [ProcessorDispute] {
        let list = try await all(StripeDispute.self, "disputes?created[gte]=\(since.milliseconds / 1000)", id: \.id)
        return list.compactMap(\.told)
    }

    package func charges(since: Instant) async throws -> [String] {
        let list = try await all(
            StripeIntent.self, "payment_intents?created[gte]=\(since.milliseconds / 1000)", id: \.id)
        return list.filter { $0.status == "succeeded" }.compactMap { $0.metadata?["key"] }
    }

    package func payouts(since: Instant) async throws -> [ProcessorPayout] {
        var payouts: [ProcessorPayout] = []
        let list = try await all(StripePayout.self, "payouts?created[gte]=\(since.milliseconds / 1000)", id: \.id)
        for payout in list { if let settled = try await settled(payout) { payouts.append(settled) } }
        return payouts
    }

    package func payout(_ reference: String) async throws -> ProcessorPayout? {
        try await settled(try await client.get(StripePayout.self, "payouts/\(reference)"))
    }

    /// With the fees of what it consists of. Those of disputes were booked with the disputes. One that failed has kept its fees:
    /// what comes back is its amount, which the next payout brings again.
    private func settled(_ payout: StripePayout) async throws -> ProcessorPayout? {
        guard payout.status == "paid" || payout.status == "failed",
            let currency = Currency(rawValue: payout.currency.uppercased())
        else {
            return nil
        }
        let moves = try await all(
            StripeBalanceMove.self, "balance_transactions?payout=\(payout.id)", id: \.id)
        let fee = moves.reduce(0) { $0 + $1.keptFee }
        return ProcessorPayout(
            reference: payout.id, gross: Money(minorUnits: payout.amount + fee, currency),
            fee: Money(minorUnits: fee, currency), paidAt: Instant(epochSeconds: payout.arrivalDate),
            descriptor: payout.descriptor ?? "", hasFailed: payout.status == "failed")
    }

    /// Every page of a list.
    private func all<Item: Decodable>(
        _ type: Item.Type, _ path: String, id: KeyPath<Item, String>
    ) async throws -> [Item] {
        var items: [Item] = []
        while true {
            let after = items.last.map { "&starting_after=\($0[keyPath: id])" } ?? ""
            let list = try await client.get(StripeList<Item>.self, "\(path)&limit=100\(after)")
            items += list.data
            guard list.hasMore, !list.data.isEmpty else { return items }
        }
    }
}

private struct StripeDispute: Decodable {
    struct Move: Decodable {
        let currency: String
        let fee: Int64
    }

    struct Evidence: Decodable {
        let dueBy: Int64?

        enum CodingKeys: String, CodingKey { case dueBy = "due_by" }
    }

    let id: String
    let paymentIntent: String?
    let amount: Int64
    let currency: String
    let status: String
    let balanceTransactions: [Move]
    let evidence: Evidence?

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status
        case paymentIntent = "payment_intent"
        case balanceTransactions = "balance_transactions"
        case evidence = "evidence_details"
    }

    /// The fee comes with the money: what is heard of before it is withdrawn would be booked without it.
    var told: ProcessorDispute? {
        guard let charge = paymentIntent, let state, !balanceTransactions.isEmpty,
            let currency = Currency(rawValue: currency.uppercased())
        else { return nil }
        let fees = balanceTransactions.filter { $0.currency == self.currency }.map(\.fee)
        let taken = fees.filter { $0 > 0 }.reduce(0, +)
        // With the money that comes back after a dispute was won.
        let back = min(taken, -fees.filter { $0 < 0 }.reduce(0, +))
        return ProcessorDispute(
            reference: id, charge: charge, amount: Money(minorUnits: amount, currency),
            fee: Money(minorUnits: taken, currency), feeBack: Money(minorUnits: back, currency), state: state,
            respondBy: state == .open ? evidence?.dueBy.map { Instant(epochSeconds: $0) } : nil)
    }

    private var state: Dispute.State? {
        switch status {
        case "needs_response", "under_review": .open
        case "won": .won
        case "lost": .lost
        default: nil
        }
    }
}

private struct StripePayout: Decodable {
    let id: String
    let amount: Int64
    let currency: String
    let status: String
    let arrivalDate: Int64
    let descriptor: String?

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status
        case arrivalDate = "arrival_date"
        case descriptor = "statement_descriptor"
    }
}

private struct StripeBalanceMove: Decodable {
    let id: String
    let type: String
    let amount: Int64
    let fee: Int64

    var keptFee: Int64 {
        switch type {
        case "adjustment": 0
        case "stripe_fee": -amount
        default: fee
        }
    }
}
