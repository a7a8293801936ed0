import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

/// A message says that something may have changed; what is true is asked of the processor.
@Suite("Messages of a processor about what it gives back")
struct ProcessorMessageTests {
    enum Told: Sendable {
        /// Of the type, whatever the processor says when it is asked.
        case refund(String)
        case dispute(String)
        /// What happens at the processor.
        case refundFails
        case disputeIs(Dispute.State, feeBack: Int64 = 0)
        case hourPasses
        case lineDown, lineUp
    }

    private static func paid(_ world: World) async throws -> (invoice: Document, payment: Payment) {
        let payment = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
        return (try #require(try await world.documents(DocumentFilter(kinds: [.invoice])).first), payment)
    }

    static func accounts(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_balance
                WHERE account IN (1025, 1100, 1101, 2030, 2032, 6940)
                GROUP BY account HAVING SUM(amount) <> 0 ORDER BY account
                """
            ).map { "\(try $0["account"] as Int64) \(try $0["amount"] as Int64)" }
        }
    }

    private static func tell(_ type: String, _ object: String, _ number: Int, _ world: World) async throws {
        let now = world.clock.now
        try await world.database.write { connection in
            try connection.receive(
                stripeMessage: """
                    {"id": "evt_\(number)", "type": "\(type)", "data": {"object": \(object)}}
                    """, at: now)
        }
    }

    private static func work(_ world: World) async throws {
        _ = try await world.payments.handleMessages(world.clock.now)
        // A second time, and after the pause of what could not be handled.
        world.clock.advance(.minutes(10))
        _ = try await world.payments.handleMessages(world.clock.now)
        #expect(try await world.violations() == [])
    }

    static let refunds: [(told: [Told], state: RefundState, accounts: [String])] = [
        ([.refund("refund.updated")], .pending, ["1025 22519", "2032 -22519"]),
        ([.hourPasses, .refund("refund.updated")], .posted, []),
        ([.hourPasses, .refund("charge.refunded")], .posted, []),
        (
            [.hourPasses, .refund("charge.refund.updated"), .refund("refund.updated"), .refund("charge.refunded")],
            .posted, []
        ),
        (
            [.refundFails, .refund("refund.failed"), .refund("refund.failed")], .returned,
            ["1025 22519", "2030 -22519"]
        ),
        // The news of the failure first, the news of the success late.
        (
            [.hourPasses, .refundFails, .refund("refund.failed"), .refund("refund.updated")], .returned,
            ["1025 22519", "2030 -22519"]
        ),
        // Sent, and come back.
        (
            [
                .hourPasses, .refund("refund.updated"), .refundFails, .refund("refund.updated"),
                .refund("charge.refunded"),
            ],
            .returned, ["1025 22519", "2030 -22519"]
        ),
        ([.hourPasses, .lineDown, .refund("refund.updated"), .lineUp], .posted, []),
    ]

    @Test("Refunds: doubled, reordered and late messages do the same once", arguments: DatabaseKind.allCases, refunds)
    func refunded(
        _ kind: DatabaseKind, _ sequence: (told: [Told], state: RefundState, accounts: [String])
    ) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await ProcessorMessageTests.paid(world)
            let now = world.clock.now
            let credit = try await world.database.write { connection in
                try connection.issueCreditNote(
                    of: invoice.id, in: World.organization,
                    NewCreditNote(key: "c", scope: .rest, reason: "Cancelled", destination: .payment(payment.id)),
                    from: World.issuer, by: World.actor, at: now)
            }
            let id = try #require(credit.refund)
            _ = try await world.payments.settleRefund(id, by: World.actor)
            let sent = try #require(try await world.cards.refunds(limit: 1).first)
            try await ProcessorMessageTests.run(sequence.told, refund: sent, of: payment, world)
            #expect(try await world.database.read { try $0.refund(id)?.state } == sequence.state)
            #expect(try await ProcessorMessageTests.accounts(world) == sequence.accounts)
            let names = try await world.eventNames()
            #expect(names.filter { $0 == "RefundPaid" }.count <= 1)
            #expect(names.filter { $0 == "RefundReturned" }.count == (sequence.state == .returned ? 1 : 0))
        }
    }

    static let disputes: [(told: [Told], state: Dispute.State?, accounts: [String])] = [
        ([.dispute("charge.dispute.created")], nil, ["1025 22519"]),
        (
            [.disputeIs(.open), .dispute("charge.dispute.created"), .dispute("charge.dispute.funds_withdrawn")], .open,
            ["1025 -1500", "1101 22519", "6940 1500"]
        ),
        (
            [
                .disputeIs(.open), .dispute("charge.dispute.created"), .disputeIs(.won),
                .dispute("charge.dispute.closed"),
                .dispute("charge.dispute.closed"),
            ], .won, ["1025 21019", "6940 1500"]
        ),
        (
            [
                .disputeIs(.open), .dispute("charge.dispute.created"), .disputeIs(.lost),
                .dispute("charge.dispute.closed"),
                .dispute("charge.dispute.created"),
            ], .lost, ["1025 -1500", "1100 22519", "6940 1500"]
        ),
        // Its end is heard of before its beginning.
        (
            [.disputeIs(.lost), .dispute("charge.dispute.closed"), .dispute("charge.dispute.created")], .lost,
            ["1025 -1500", "1100 22519", "6940 1500"]
        ),
        (
            [.disputeIs(.won), .lineDown, .dispute("charge.dispute.closed"), .lineUp], .won,
            ["1025 21019", "6940 1500"]
        ),
        // The fee comes back with the money, later, in parts, or with the first that is heard of it.
        (
            [
                .disputeIs(.open), .dispute("charge.dispute.created"), .disputeIs(.won, feeBack: 1500),
                .dispute("charge.dispute.funds_reinstated"), .dispute("charge.dispute.closed"),
            ], .won, ["1025 22519"]
        ),
        (
            [
                .disputeIs(.open), .dispute("charge.dispute.created"), .disputeIs(.won),
                .dispute("charge.dispute.closed"), .disputeIs(.won, feeBack: 500),
                .dispute("charge.dispute.funds_reinstated"), .disputeIs(.won, feeBack: 1400),
                .dispute("charge.dispute.funds_reinstated"), .dispute("charge.dispute.updated"),
            ], .won, ["1025 22419", "6940 100"]
        ),
        ([.disputeIs(.won, feeBack: 1500), .dispute("charge.dispute.closed")], .won, ["1025 22519"]),
    ]

    @Test("Disputes: doubled, reordered and late messages do the same once", arguments: DatabaseKind.allCases, disputes)
    func disputed(
        _ kind: DatabaseKind, _ sequence: (told: [Told], state: Dispute.State?, accounts: [String])
    ) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await ProcessorMessageTests.paid(world)
            try await ProcessorMessageTests.run(sequence.told, refund: nil, of: payment, world)
            #expect(try await world.database.read { try $0.dispute("sandbox", "dp_1")?.state } == sequence.state)
            #expect(try await ProcessorMessageTests.accounts(world) == sequence.accounts)
            let state: DocumentState =
                switch sequence.state {
                case .open: .disputed
                case .lost: .open
                case .won, nil: .paid
                }
            #expect(
                try await world.database.read { try $0.document(invoice.id, in: World.organization)?.state } == state)
        }
    }

    @Test(
        "A dispute that is heard of after it was won and the money refunded costs its fee",
        arguments: DatabaseKind.allCases)
    func wonAndRefunded(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await ProcessorMessageTests.paid(world)
            world.line.says(
                ProcessorDispute(
                    reference: "dp_1", charge: payment.reference ?? "", amount: chf(22_519), fee: chf(1500), state: .won
                ))
            let now = world.clock.now
            let credit = try await world.database.write { connection in
                try connection.issueCreditNote(
                    of: invoice.id, in: World.organization,
                    NewCreditNote(key: "c", scope: .rest, reason: "Cancelled", destination: .payment(payment.id)),
                    from: World.issuer, by: World.actor, at: now)
            }
            _ = try await world.payments.settleRefund(try #require(credit.refund), by: World.actor)
            world.clock.advance(.hours(1))
            _ = try await world.payments.settleRefundsDue(world.clock.now)
            try await ProcessorMessageTests.run([.dispute("charge.dispute.closed")], refund: nil, of: payment, world)
            #expect(try await world.database.read { try $0.dispute("sandbox", "dp_1")?.state } == .won)
            #expect(try await ProcessorMessageTests.accounts(world) == ["1025 -1500", "6940 1500"])
        }
    }

    @Test("More than the fee does not come back", arguments: DatabaseKind.allCases)
    func feeAtMost(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await ProcessorMessageTests.paid(world)
            try await world.dispute(nil)
            try await world.dispute(.won)
            for total in [1501, 3000] as [Int64] {
                let problem = await #expect(throws: Problem.self) { try await world.giveBackFee(total) }
                #expect(problem?.field == "fee")
            }
            for total in [1000, 1500, 1500, 1000] as [Int64] { try await world.giveBackFee(total) }
            #expect(try await ProcessorMessageTests.accounts(world) == ["1025 22519"])
            #expect(try await world.violations() == [])
        }
    }

    private static func run(
        _ told: [Told], refund: SandboxRefund?, of payment: Payment, _ world: World
    ) async throws {
        let reference = payment.reference ?? ""
        for (number, step) in told.enumerated() {
            switch step {
            case .refund(let type):
                let object =
                    type == "charge.refunded"
                    ? #"{"id": "ch", "payment_intent": "\#(reference)"}"#
                    : #"{"id": "re", "metadata": {"key": "\#(refund?.key ?? "")"}}"#
                try await tell(type, object, number, world)
                // Told twice by the same name.
                try await tell(type, object, number, world)
            case .dispute(let type):
                try await tell(type, #"{"id": "dp_1", "payment_intent": "\#(reference)"}"#, number, world)
            case .refundFails: try await world.cards.decideRefund(refund?.id ?? 0, arrives: false)
            case .disputeIs(let state, let feeBack):
                world.line.says(
                    ProcessorDispute(
                        reference: "dp_1", charge: reference, amount: chf(22_519), fee: chf(1500),
                        feeBack: chf(feeBack), state: state))
            case .hourPasses: world.clock.advance(.hours(1))
            case .lineDown: world.line.fails(.messageLost)
            case .lineUp: world.line.fails(.none)
            }
            _ = try await world.payments.handleMessages(world.clock.now)
        }
        try await work(world)
    }

    @Test("What is not ours is kept and left alone", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            world.line.says(
                ProcessorDispute(reference: "dp_9", charge: "pi_9", amount: chf(100), fee: chf(0), state: .open))
            let objects = [
                ("balance.available", "{}"), ("refund.updated", #"{"id": "re_9"}"#),
                ("charge.refunded", #"{"id": "ch_9", "payment_intent": "pi_9"}"#),
                ("charge.dispute.created", #"{"id": "dp_9"}"#), ("payout.paid", #"{"id": "po_9"}"#),
            ]
            for (number, (type, object)) in objects.enumerated() {
                try await ProcessorMessageTests.tell(type, object, number, world)
            }
            try await ProcessorMessageTests.work(world)
            let outcomes: [String?] = try await world.database.read { connection in
                try connection.rows("SELECT outcome FROM processor_event").map { try $0["outcome"] }
            }
            #expect(outcomes == Array(repeating: "ignored", count: objects.count))
            #expect(try await ProcessorMessageTests.accounts(world) == [])
        }
    }
}
