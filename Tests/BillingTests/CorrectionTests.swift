import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

/// Rows of the table of postings: 347.20 list, 208.32 net, 16.87 VAT, 225.19 in total.
@Suite("Corrections of an invoice")
struct CorrectionTests {
    /// What the latest transaction posted: account and amount, in the order of the accounts.
    private static func latest(_ world: World) async throws -> [[Int64]] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account, amount FROM posting
                WHERE transaction_id = (SELECT MAX(id) FROM ledger_transaction) ORDER BY account, amount
                """
            ).map { [try $0["account"], try $0["amount"]] }
        }
    }

    private static func paid(_ world: World) async throws -> (invoice: Document, payment: Payment) {
        let payment = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
        return (try #require(try await world.documents(DocumentFilter(kinds: [.invoice])).first), payment)
    }

    private static func unpaid(_ world: World) async throws -> Document {
        let order = try await world.order(20_832)
        let now = world.clock.now
        return try await world.database.write { try Shop.invoice(order, in: $0, at: now) }
    }

    @discardableResult
    private static func credit(
        _ invoice: Document, _ world: World, _ scope: NewCreditNote.Scope = .rest,
        to destination: NewCreditNote.Destination = .prepaid, key: String = "credit-1"
    ) async throws -> IssuedCredit {
        let now = world.clock.now
        return try await world.database.write { connection in
            try connection.issueCreditNote(
                of: invoice.id, in: World.organization,
                NewCreditNote(key: key, scope: scope, reason: "Cancelled", destination: destination),
                from: World.issuer, by: World.actor, at: now)
        }
    }

    private static func state(_ invoice: Document, _ world: World) async throws -> DocumentState? {
        try await world.database.read { try $0.document(invoice.id, in: World.organization)?.state }
    }

    @Test("An open invoice that is credited is owed no more: 2300, 2200 / 1100", arguments: DatabaseKind.allCases)
    func open(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await CorrectionTests.unpaid(world)
            let note = try await CorrectionTests.credit(invoice, world).document
            #expect(note.number == "CN-2026-00001")
            #expect((note.net, note.vat, note.total) == (chf(20_832), chf(1687), chf(22_519)))
            #expect(try await CorrectionTests.latest(world) == [[1100, -22_519], [2200, 1687], [2300, 20_832]])
            #expect(try await CorrectionTests.state(invoice, world) == .credited)
            #expect(try await world.violations() == [])
        }
    }

    @Test("What had been paid goes to prepaid in the same transaction: 1100 / 2030", arguments: DatabaseKind.allCases)
    func toPrepaid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, _) = try await CorrectionTests.paid(world)
            let first = try await CorrectionTests.credit(invoice, world)
            #expect(try await CorrectionTests.credit(invoice, world) == first, "The second click.")
            #expect(
                try await CorrectionTests.latest(world)
                    == [[1100, -22_519], [1100, 22_519], [2030, -22_519], [2200, 1687], [2300, 20_832]])
            #expect(try await world.balance() == chf(22_519))
            #expect(try await CorrectionTests.state(invoice, world) == .refunded)
            let problem = await #expect(throws: Problem.self) {
                try await CorrectionTests.credit(invoice, world, key: "credit-2")
            }
            #expect(problem?.code == "nothing_to_credit")
            #expect(try await world.violations() == [])
        }
    }

    @Test("A refund is in transit until the processor has sent it: 2032 / 1025", arguments: DatabaseKind.allCases)
    func refunded(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await CorrectionTests.paid(world)
            let credit = try await CorrectionTests.credit(invoice, world, to: .payment(payment.id))
            #expect(try await CorrectionTests.latest(world).contains([2032, -22_519]))
            #expect(try await world.violations() == [])
            let refund = try #require(credit.refund)
            world.line.fails(.answerLost)
            #expect(try await world.payments.settleRefund(refund, by: World.actor).state == .pending)
            world.line.fails(.none)
            #expect(try await world.payments.settleRefund(refund, by: World.actor).state == .pending)
            #expect(try await CorrectionTests.state(invoice, world) == .credited)
            world.clock.advance(.hours(2))
            #expect(try await world.payments.settleRefundsDue(world.clock.now) == 1)
            #expect(try await CorrectionTests.latest(world) == [[1025, -22_519], [2032, 22_519]])
            #expect(try await CorrectionTests.state(invoice, world) == .refunded)
            #expect(try await world.cards.refunds(limit: 10).count == 1)
            #expect(try await world.database.read { try Payments.nextRefundDue($0) } == nil)
            #expect(try await world.violations() == [])
        }
    }

    @Test("A refund that cannot be delivered is on prepaid: 2032 / 2030", arguments: DatabaseKind.allCases)
    func returned(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await CorrectionTests.paid(world)
            let refund = try #require(try await CorrectionTests.credit(invoice, world, to: .payment(payment.id)).refund)
            _ = try await world.payments.settleRefund(refund, by: World.actor)
            try await world.cards.decideRefund(
                try #require(try await world.cards.refunds(limit: 1).first).id, arrives: false)
            #expect(try await world.payments.settleRefund(refund, by: World.actor).state == .returned)
            #expect(try await CorrectionTests.latest(world) == [[2030, -22_519], [2032, 22_519]])
            #expect(try await world.balance() == chf(22_519))
            #expect(try await world.violations() == [])
        }
    }

    @Test("Many small credits come to exactly the VAT of the invoice", arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, _) = try await CorrectionTests.paid(world)
            for index in 0..<7 {
                try await CorrectionTests.credit(
                    invoice, world, .lines([.init(position: 1, net: chf(95))]), key: "part-\(index)")
            }
            let notes = try await world.documents(DocumentFilter(kinds: [.creditNote]))
            #expect(notes.reduce(0) { $0 + $1.vat.minorUnits } == 54, "7 × 0.95 have 0.54 of VAT, not 0.56.")
            #expect(try await CorrectionTests.state(invoice, world) == .paid)
            try await CorrectionTests.credit(invoice, world, key: "rest")
            let all = try await world.documents(DocumentFilter(kinds: [.creditNote]))
            #expect(all.reduce(0) { $0 + $1.total.minorUnits } == 22_519)
            #expect(try await world.violations() == [])
            let problem = await #expect(throws: Problem.self) {
                try await CorrectionTests.credit(invoice, world, .lines([.init(position: 1, net: chf(1))]), key: "more")
            }
            #expect(problem?.field == "line_1")
        }
    }

    @Test(
        "Revenue is released month by month to the last cent, and not after a credit", arguments: DatabaseKind.allCases)
    func revenue(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, _) = try await CorrectionTests.paid(world)
            #expect(try await world.payments.revenue.run(world.clock.now) == 0)
            world.clock.advance(.days(45))
            #expect(try await world.payments.revenue.run(world.clock.now) == 2, "November and December 2026.")
            #expect(try await world.payments.revenue.run(world.clock.now) == 0)
            // 11 and 31 of 365 days.
            let earned = try await world.database.read { try $0.balance(.services, of: World.organization, in: .chf) }
            #expect(earned == chf(-628 - 1770))
            #expect(try await world.violations() == [])
            try await CorrectionTests.credit(invoice, world)
            #expect(try await CorrectionTests.latest(world).contains([3400, 2398]))
            #expect(try await CorrectionTests.latest(world).contains([2300, 18_434]))
            world.clock.advance(.days(400))
            #expect(try await world.payments.revenue.run(world.clock.now) == 0)
            #expect(try await world.violations() == [])
        }
    }

    @Test("After a whole term everything is earned", arguments: DatabaseKind.allCases)
    func term(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await CorrectionTests.paid(world)
            world.clock.advance(.days(400))
            #expect(try await world.payments.revenue.run(world.clock.now) == 13)
            let earned = try await world.database.read { try $0.balance(.services, of: World.organization, in: .chf) }
            #expect(earned == chf(-20_832))
            #expect(try await world.database.read { try world.payments.revenue.nextDue($0) } == nil)
            #expect(try await world.violations() == [])
        }
    }

    @Test("What is written off is 3805 and 2200 against 1100", arguments: DatabaseKind.allCases)
    func writtenOff(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await CorrectionTests.unpaid(world)
            let now = world.clock.now
            let written = try await world.database.write { connection in
                try connection.writeOff(
                    invoice.id, in: World.organization, reason: "Bankrupt", from: World.issuer, by: World.actor, at: now
                )
            }
            #expect(written.state == .writtenOff)
            #expect(try await CorrectionTests.latest(world) == [[1100, -22_519], [2200, 1687], [3805, 20_832]])
            #expect(try await world.violations() == [])
        }
    }

    @Test("A chargeback: 1101 / 1025 and its fee; won 1025 / 1101; lost 1100 / 1101", arguments: DatabaseKind.allCases)
    func disputes(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await CorrectionTests.paid(world)
            let disputes = world.payments.disputes
            let now = world.clock.now
            func act(_ body: @escaping @Sendable (Connection) throws -> Void) async throws {
                try await world.database.write { try body($0) }
            }
            for _ in 0..<2 {
                try await act { connection in
                    try disputes.open(
                        payment.id, fee: chf(1500), reference: "dp_1", in: connection, by: .system, at: now)
                }
            }
            #expect(
                try await CorrectionTests.latest(world)
                    == [[1025, -22_519], [1025, -1500], [1101, 22_519], [6940, 1500]])
            #expect(try await CorrectionTests.state(invoice, world) == .disputed)
            #expect(try await world.violations() == [])
            for _ in 0..<2 { try await act { try disputes.won("dp_1", in: $0, by: .system, at: now) } }
            #expect(try await CorrectionTests.latest(world) == [[1025, 22_519], [1101, -22_519]])
            #expect(try await CorrectionTests.state(invoice, world) == .paid)
            try await act { connection in
                try disputes.open(payment.id, fee: chf(0), reference: "dp_2", in: connection, by: .system, at: now)
                try disputes.lost("dp_2", in: connection, by: .system, at: now)
            }
            #expect(try await CorrectionTests.latest(world) == [[1100, 22_519], [1101, -22_519]])
            #expect(try await CorrectionTests.state(invoice, world) == .open)
            #expect(try await world.violations() == [])
        }
    }

    @Test("A top-up that a bank took back is taken from prepaid, as far as it goes", arguments: DatabaseKind.allCases)
    func disputedTopUp(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(10_000, key: "a")
            let order = try await world.order(2000)
            _ = try await world.payments.payFromPrepaid(
                Shop.request(order, chf(2162), key: "b", method: .prepaid), by: World.actor)
            let disputes = world.payments.disputes
            let now = world.clock.now
            try await world.database.write { connection in
                try disputes.open(payment.id, fee: chf(0), reference: "dp_1", in: connection, by: .system, at: now)
                try disputes.lost("dp_1", in: connection, by: .system, at: now)
            }
            #expect(try await CorrectionTests.latest(world) == [[1101, -10_000], [2030, 7838], [3805, 2162]])
            #expect(try await world.balance() == chf(0))
            #expect(try await world.violations() == [])
        }
    }

    @Test("What did not fit on prepaid is taken from 2031 first", arguments: DatabaseKind.allCases)
    func lostFromKept(_ kind: DatabaseKind) async throws {
        for (topUp, after) in [
            (999_900, [[1101, -22_519], [2031, 22_519]]),
            (990_000, [[1101, -22_519], [2030, 9900], [2031, 12_619]]),
        ] as [(Int64, [[Int64]])] {
            try await World.with(kind) { world in
                let order = try await world.order(20_832)
                _ = try await world.pay(order, chf(22_519), key: "a", card: "4242")
                try await world.topUp(topUp, key: "b")
                let second = try await world.pay(order, chf(22_519), key: "c", card: "4242")
                let disputes = world.payments.disputes
                let now = world.clock.now
                try await world.database.write { connection in
                    try disputes.open(second.id, fee: chf(0), reference: "dp_1", in: connection, by: .system, at: now)
                    try disputes.lost("dp_1", in: connection, by: .system, at: now)
                }
                #expect(try await CorrectionTests.latest(world) == after)
                #expect(try await world.balance() == chf(topUp))
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("What went to an account does not keep a bank from taking the charge back", arguments: DatabaseKind.allCases)
    func refundedAndDisputed(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(10_000, key: "a")
            let disputes = world.payments.disputes
            let now = world.clock.now
            let account = try #require(IBAN(WithdrawalTests.iban))
            try await world.database.write { connection in
                _ = try MoneyDesk(withdrawals: World.payouts.withdrawals, fourEyesAbove: 1_000_000).ask(
                    .refund(payment: payment.id.rawValue, minorUnits: 10_000, byBank: true),
                    to: .bank(account, holder: "Marie Rossier"), in: World.organization, reason: "By mistake",
                    clientKey: "click", by: World.actor, in: connection, at: now)
                try disputes.open(payment.id, fee: chf(0), reference: "dp_1", in: connection, by: .system, at: now)
                try disputes.lost("dp_1", in: connection, by: .system, at: now)
            }
            #expect(try await CorrectionTests.latest(world) == [[1101, -10_000], [3805, 10_000]])
            #expect(try await world.violations() == [])
        }
    }

    @Test("Money for something that had been paid already goes back with one click", arguments: DatabaseKind.allCases)
    func duplicate(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            _ = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            let second = try await world.pay(order, chf(22_519), key: "b", card: "4242")
            let now = world.clock.now
            @Sendable func back(_ amount: Int64, _ key: String) async throws -> Refund {
                try await world.database.write { connection in
                    try connection.refundFromPrepaid(
                        second.id, in: World.organization, chf(amount), key: key, reason: "Duplicate",
                        from: World.issuer, by: World.actor, at: now)
                }
            }
            let refund = try await back(22_519, "k")
            #expect(try await back(22_519, "k") == refund)
            #expect(try await CorrectionTests.latest(world) == [[2030, 22_519], [2032, -22_519]])
            #expect(try await world.balance() == chf(0))
            let problem = await #expect(throws: Problem.self) { try await back(1, "l") }
            #expect(problem?.field == "amount")
            #expect(try await world.violations() == [])
        }
    }

    @Test("A term that was credited may be billed again, one that was not may not", arguments: DatabaseKind.allCases)
    func again(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, _) = try await CorrectionTests.paid(world)
            let now = world.clock.now
            @Sendable func bill() async throws -> Document {
                let start = World.issuer.zone.day(of: now)
                let draft = DocumentDraft(
                    key: "inv:again", organization: World.organization, recipient: World.recipient, currency: .chf,
                    lines: [
                        DraftLine(
                            description: "Again", product: ProductID(rawValue: 1),
                            period: Term.yearly.period(anchoredAt: start), unitListPrice: chf(100))
                    ])
                return try await world.database.write { connection in
                    try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
                }
            }
            let problem = await #expect(throws: Problem.self) { try await bill() }
            #expect(problem?.code == "billed_period_overlaps")
            try await CorrectionTests.credit(invoice, world)
            #expect(try await bill().state == .open)
            #expect(try await world.violations() == [])
        }
    }
}
