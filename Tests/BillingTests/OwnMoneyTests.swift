import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// The same payout told by the processor and by the bank: 225.19 charged are 221.92 at the bank and 3.27 of fees.
@Suite("A payout in the bank's file")
struct OwnMoneyTests {
    static let booked = ["1020 22192", "6940 327"]

    static func balances(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_balance
                WHERE account IN (1020, 1025, 2030, 2031, 2032, 6940)
                GROUP BY account HAVING SUM(amount) <> 0 ORDER BY account
                """
            ).map { "\(try $0["account"] as Int64) \(try $0["amount"] as Int64)" }
        }
    }

    static func states(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows("SELECT state FROM bank_entry ORDER BY id").map { try $0["state"] }
        }
    }

    static func arrive(_ world: World, _ entries: BankFileOfTest.Entry...) async throws {
        let done = try await world.payments.importBankFile(BankFileOfTest(entries: entries).file, by: .system)
        #expect(!done.isRefused, "\(done.refusal)")
    }

    /// One charge; the processor pays it out on the next round.
    static func charged(_ world: World) async throws {
        _ = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
        world.clock.advance(.days(1))
    }

    static func credit(_ message: String, key: String = "A1") -> BankFileOfTest.Entry {
        BankFileOfTest.Entry(amount: "221.92", message: message, bankReference: key, day: "2026-11-21")
    }

    enum Told: CaseIterable { case processorFirst, bankFirst }

    @Test(
        "Whoever tells of it first, it is booked once", arguments: DatabaseKind.allCases,
        [("Payout po_1", true), ("SANDBOX PAYOUT 21.11.", true), ("Thanks", false)])
    func once(_ kind: DatabaseKind, _ said: (text: String, isRecognised: Bool)) async throws {
        for told in Told.allCases {
            try await World.with(kind) { world in
                try await Self.charged(world)
                if told == .processorFirst { try await world.payments.reconcile(world.clock.now) }
                try await Self.arrive(world, Self.credit(said.text))
                try await Self.arrive(world, Self.credit(said.text))
                for _ in 1...2 { try await world.payments.reconcile(world.clock.now) }
                if said.isRecognised {
                    #expect(try await Self.balances(world) == Self.booked)
                    let state = told == .processorFirst ? "recognised" : "assigned"
                    #expect(try await Self.states(world) == [state])
                } else {
                    // Nobody said that it is the payout: it waits on 2031.
                    #expect(try await Self.balances(world) == ["1020 44384", "2031 -22192", "6940 327"])
                    #expect(try await Self.states(world) == ["unidentified"])
                }
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("What is ambiguous waits, and an operator says which it is", arguments: DatabaseKind.allCases)
    func operatorSays(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.charged(world)
            try await world.payments.reconcile(world.clock.now)
            try await Self.arrive(world, Self.credit("Thanks"))
            let now = world.clock.now
            let entry = BankEntryID(rawValue: 1)
            func say(_ name: String) async throws {
                try await world.payments.assignOwn(entry, named: name, reason: "Seen", by: World.actor, at: now)
            }
            for wrong in ["po_2", "WD-1", "", "po_1 "] {
                let problem = await #expect(throws: Problem.self) { try await say(wrong) }
                #expect(problem?.field == "own")
            }
            try await say("po_1")
            #expect(try await Self.balances(world) == Self.booked)
            #expect(try await Self.states(world) == ["assigned"])
            let again = await #expect(throws: Problem.self) { try await say("po_1") }
            #expect(again?.code == "not_open")
            // The next of the same amount is not the same payout.
            try await Self.arrive(world, Self.credit("Payout po_1", key: "A2"))
            #expect(try await Self.states(world) == ["assigned", "unidentified"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("Two payouts of one amount are told apart by their names only", arguments: DatabaseKind.allCases)
    func ambiguous(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await world.topUp(50_000, key: "a")
            for name in ["po_a", "po_b"] {
                world.line.says(
                    ProcessorPayout(
                        reference: name, gross: chf(10_000), fee: chf(100), paidAt: world.clock.now,
                        descriptor: "KONTOR DEMO"))
            }
            func credit(_ text: String, _ key: String) -> BankFileOfTest.Entry {
                BankFileOfTest.Entry(amount: "99.00", message: text, bankReference: key)
            }
            try await Self.arrive(world, credit("KONTOR DEMO", "A1"))
            world.clock.advance(.days(1))
            try await world.payments.reconcile(world.clock.now)
            #expect(try await Self.states(world) == ["assigned"], "The first one was the only one then.")
            try await Self.arrive(
                world, credit("x po_a y", "A2"), credit("x po_b y", "A3"), credit("Kontor Demo", "A4"))
            let states = try await Self.states(world)
            #expect(states.count { $0 == "recognised" } == 1 && states.count { $0 == "unidentified" } == 2)
            #expect(try await world.violations() == [])
        }
    }

    @Test("Too far away in time, or of another amount, it is somebody else's money")
    func different() throws {
        let on = try #require(Day("2026-11-20"))
        let own = OwnMoney(
            transaction: LedgerTransactionID(rawValue: 1), amount: chf(9900), on: on, reference: "po_a",
            descriptor: "KONTOR DEMO", processor: "stripe", hasFailed: false, isTold: false)
        let cases: [(Int64, String, String, Bool)] = [
            (9900, "2026-11-27", "STRIPE", true), (9900, "2026-11-28", "STRIPE", false),
            (9900, "2026-11-13", "Stripe Payments", true), (9900, "2026-11-12", "Stripe Payments", false),
            (9901, "2026-11-20", "STRIPE", false), (9900, "2026-11-20", "STRIPES", false),
            (9900, "2026-11-20", "from kontor demo ag", true), (9900, "2026-11-20", "", false),
            (9900, "2027-11-20", "po_a", true), (9901, "2026-11-20", "po_a STRIPE", false),
            (-9900, "2026-11-20", "STRIPE", false),
        ]
        for (amount, day, text, isOwn) in cases {
            let told = BankText(amount: chf(amount), on: try #require(Day(day)), text: text)
            #expect((OwnMoney.match(told, among: [own]) == own) == isOwn, "\(amount) \(day) \(text)")
        }
        let euros = BankText(amount: eur(9900), on: on, text: "po_a STRIPE")
        #expect(OwnMoney.match(euros, among: [own]) == nil)
    }

    @Test("One that failed comes back to the processor without its fee", arguments: DatabaseKind.allCases)
    func failed(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.charged(world)
            try await world.payments.reconcile(world.clock.now)
            try await Self.arrive(world, Self.credit("po_1"))
            let now = world.clock.now
            world.line.says(
                ProcessorPayout(reference: "po_1", gross: chf(22_519), fee: chf(327), paidAt: now, hasFailed: true))
            try await world.database.write { connection in
                try connection.receive(
                    stripeMessage: #"{"id": "evt_1", "type": "payout.failed", "data": {"object": {"id": "po_1"}}}"#,
                    at: now)
            }
            _ = try await world.payments.handleMessages(now)
            try await world.payments.reconcile(now)
            #expect(try await Self.balances(world) == ["1025 22192", "6940 327"])
            #expect(try await world.violations() == [])
            // The bank tells of it too.
            try await Self.arrive(
                world,
                .init(amount: "221.92", message: "Return po_1", bankReference: "A2", isCredit: false, day: "2026-11-23")
            )
            #expect(try await Self.balances(world) == ["1025 22192", "6940 327"])
            #expect(try await Self.states(world) == ["recognised", "recognised"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("The bank may be the first to tell that one failed", arguments: DatabaseKind.allCases)
    func failedAtTheBank(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.charged(world)
            try await Self.arrive(
                world, Self.credit("po_1"),
                .init(
                    amount: "221.92", message: "po_1", bankReference: "A2", isCredit: false, isReversal: true,
                    day: "2026-11-21"))
            #expect(try await Self.states(world) == ["unidentified", "unidentified"])
            world.line.says(
                ProcessorPayout(
                    reference: "po_1", gross: chf(22_519), fee: chf(327), paidAt: world.clock.now, hasFailed: true))
            for _ in 1...2 { try await world.payments.reconcile(world.clock.now) }
            #expect(try await Self.balances(world) == ["1025 22192", "6940 327"])
            #expect(try await Self.states(world) == ["assigned", "assigned"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("The bank's file and the processor's round at once book it once", arguments: DatabaseKind.allCases)
    func atOnce(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.charged(world)
            let now = world.clock.now
            async let one: Void = Self.arrive(world, Self.credit("po_1"))
            async let two = world.payments.reconcile(now)
            async let three: Void = Self.arrive(world, Self.credit("po_1"))
            _ = try await (one, two, three)
            #expect(try await Self.balances(world) == Self.booked)
            #expect(try await world.violations() == [])
        }
    }
}
