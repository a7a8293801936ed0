import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

/// A row of the table of postings: 225.19 charged are 221.92 at the bank and 3.27 of fees.
@Suite("Payouts and the daily round")
struct SettlementTests {
    private static func balances(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_balance
                WHERE account IN (1020, 1025, 2032, 6940)
                GROUP BY account HAVING SUM(amount) <> 0 ORDER BY account
                """
            ).map { "\(try $0["account"] as Int64) \(try $0["amount"] as Int64)" }
        }
    }

    private static func payouts(_ world: World) async throws -> Int64 {
        try await world.database.read { try $0.row("SELECT COUNT(*) AS count FROM processor_payout")?["count"] ?? 0 }
    }

    @Test("What was charged is at the bank the day after: 1020 and 6940 / 1025", arguments: DatabaseKind.allCases)
    func paidOut(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(try await world.database.read { try world.payments.nextRound($0) } == nil)
            _ = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
            let due = try #require(try await world.database.read { try world.payments.nextRound($0) })
            #expect(due == world.clock.now.adding(.days(1)))
            world.clock.advance(.hours(1))
            try await world.payments.reconcile(world.clock.now)
            #expect(try await SettlementTests.balances(world) == ["1025 22519"], "Not on the day itself.")
            world.clock.advance(.days(1))
            for _ in 1...3 { try await world.payments.reconcile(world.clock.now) }
            #expect(try await SettlementTests.balances(world) == ["1020 22192", "6940 327"])
            #expect(try await SettlementTests.payouts(world) == 1)
            let next = try await world.database.read { try world.payments.nextRound($0) }
            #expect(next == world.clock.now.adding(.days(1)))
            #expect(try await world.violations() == [])
        }
    }

    @Test("The round hears of disputes whose messages were lost", arguments: DatabaseKind.allCases)
    func disputes(_ kind: DatabaseKind) async throws {
        let ends: [(Dispute.State, [String])] = [
            (.won, ["1025 21019", "6940 1500"]), (.lost, ["1025 -1500", "1100 22519", "6940 1500"]),
        ]
        for (end, after) in ends {
            try await World.with(kind) { world in
                let order = try await world.order(20_832)
                let payment = try await world.pay(order, chf(22_519), key: "a", card: "4242")
                func round(
                    _ reference: String, _ charge: String, _ state: Dispute.State, feeBack: Int64 = 0
                ) async throws {
                    world.line.says(
                        ProcessorDispute(
                            reference: reference, charge: charge, amount: chf(22_519), fee: chf(1500),
                            feeBack: chf(feeBack), state: state))
                    for _ in 1...2 { try await world.payments.reconcile(world.clock.now) }
                }
                let charge = try #require(payment.reference)
                // Of somebody else's shop at the same processor: it must not keep ours waiting.
                try await round("dp_0", "pi_unknown", .open)
                try await round("dp_1", charge, .open)
                #expect(try await ProcessorMessageTests.accounts(world) == ["1025 -1500", "1101 22519", "6940 1500"])
                try await round("dp_1", charge, end)
                #expect(try await ProcessorMessageTests.accounts(world) == after)
                if end == .won {
                    try await round("dp_1", charge, end, feeBack: 1500)
                    #expect(try await ProcessorMessageTests.accounts(world) == ["1025 22519"])
                }
                #expect(try await world.eventNames().count { $0 == "PaymentDisputed" } == 1)
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("A message and the round at once book a payout once", arguments: DatabaseKind.allCases)
    func told(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
            world.clock.advance(.days(1))
            let now = world.clock.now
            try await world.database.write { connection in
                try connection.receive(
                    stripeMessage: #"{"id": "evt_1", "type": "payout.paid", "data": {"object": {"id": "po_1"}}}"#,
                    at: now)
            }
            async let message = world.payments.handleMessages(now)
            async let round = world.payments.reconcile(now)
            _ = try await (message, round)
            #expect(try await SettlementTests.balances(world) == ["1020 22192", "6940 327"])
            #expect(try await SettlementTests.payouts(world) == 1)
            #expect(try await world.violations() == [])
        }
    }

    @Test("What went back is not paid out", arguments: DatabaseKind.allCases)
    func refunded(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(10_000, key: "a")
            _ = try await world.topUp(20_000, key: "b")
            let now = world.clock.now
            let refund = try await world.database.write { connection in
                try connection.refundFromPrepaid(
                    payment.id, in: World.organization, chf(10_000), key: "r", reason: "Wanted", from: World.issuer,
                    by: World.actor, at: now)
            }
            _ = try await world.payments.settleRefund(refund.id, by: World.actor)
            world.clock.advance(.days(1))
            // The bank is paid before we hear of the refund: 1025 is short until then.
            try await world.payments.reconcile(world.clock.now)
            #expect(
                try await SettlementTests.balances(world) == ["1020 19565", "1025 10000", "2032 -10000", "6940 435"])
            #expect(try await world.violations() == [])
            #expect(try await world.payments.settleRefundsDue(world.clock.now) == 1)
            #expect(try await SettlementTests.balances(world) == ["1020 19565", "6940 435"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("A charge that was missed is found by the round, and paid once", arguments: DatabaseKind.allCases)
    func missed(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            world.line.fails(.answerLost)
            let lost = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            #expect(lost.state == .pending)
            world.clock.advance(.days(1))
            await #expect(throws: (any Error).self) { try await world.payments.reconcile(world.clock.now) }
            #expect(try await SettlementTests.payouts(world) == 0)
            world.line.fails(.none)
            for _ in 1...2 { try await world.payments.reconcile(world.clock.now) }
            let found = try await world.database.read { try $0.payment(lost.id, in: World.organization) }
            #expect(found?.state == .posted)
            #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).map(\.state) == [.paid])
            #expect(try await SettlementTests.balances(world) == ["1020 22192", "6940 327"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("A wallet that is paid after the order was cancelled is on prepaid", arguments: DatabaseKind.allCases)
    func crossing(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.begin(order, chf(22_519), key: "a", method: .twint)
            let waiting = try await world.payments.charge(
                payment.id, with: .wallet(.twint), returnPath: "/back", by: World.actor)
            #expect(waiting.state == .pending)
            _ = try await world.database.write {
                try $0.execute("UPDATE shop_order SET state = 'cancelled' WHERE id = \(order)")
            }
            _ = try await world.cards.approve(try #require(try await world.cards.charges(limit: 1).first).id)
            for _ in 1...2 { try await world.payments.reconcile(world.clock.now) }
            #expect(try await world.balance() == chf(22_519))
            let movement = try #require(
                try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 1) }.first)
            #expect(movement.origin.rawValue == "crossing")
            #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).isEmpty)
            #expect(try await world.violations() == [])
        }
    }

    @Test("Two people who pay one open document at once pay it once", arguments: DatabaseKind.allCases)
    func together(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let now = world.clock.now
            let invoice = try await world.database.write { try Shop.invoice(order, in: $0, at: now) }
            let token = try await world.token("4242")
            let posted = await withTaskGroup(of: Bool.self) { group in
                for person in [7, 8] as [Int64] {
                    group.addTask {
                        let request = PaymentRequest(
                            organization: World.organization, person: PersonID(rawValue: person),
                            purpose: PaymentPurpose.documentName, purposeID: invoice.id.rawValue, amount: chf(22_519),
                            method: .card, clientKey: "person \(person)")
                        let begun = try? await world.database.write {
                            try Payments.begin(request, in: $0, at: now)
                        }
                        guard let begun else { return false }
                        let paid = try? await world.payments.charge(
                            begun.id, with: token, returnPath: "/back", by: World.actor)
                        return paid?.state == .posted
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(posted >= 1)
            let after = try #require(
                try await world.database.read { try $0.document(invoice.id, in: World.organization) })
            #expect(after.state == .paid)
            #expect(try await world.database.read { try $0.payments(of: after).count } == 1)
            // Whoever came second, after the first had paid, has the money on prepaid.
            #expect(try await world.balance() == chf(22_519 * Int64(posted - 1)))
            #expect(try await world.violations() == [])
        }
    }
}
