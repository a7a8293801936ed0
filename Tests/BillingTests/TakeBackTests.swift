import Kernel
import Storage
import TestSupport
import Testing

@testable import Billing

/// A transfer that a customer's bank took back after it had paid something.
@Suite("A receipt that the bank took back")
struct TakeBackTests {
    private static let receipt = BankEntryID(rawValue: 1)

    private static func balances(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_balance
                WHERE account IN (1020, 1100, 2030, 2031, 3805)
                GROUP BY account HAVING SUM(amount) <> 0 ORDER BY account
                """
            ).map { "\(try $0["account"] as Int64) \(try $0["amount"] as Int64)" }
        }
    }

    /// Where a transfer that was taken back is told from a dispute that was lost.
    private static func kinds(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT 'ledger' AS name FROM ledger_transaction WHERE kind = 'taken_back'
                UNION SELECT 'adjustment' FROM adjustment WHERE kind = 'taken_back'
                UNION SELECT 'prepaid' FROM prepaid_movement WHERE origin = 'taken_back'
                UNION SELECT kind FROM ledger_transaction WHERE kind = 'dispute_lost' ORDER BY name
                """
            ).map { try $0["name"] }
        }
    }

    /// An order of 108.10, and what came under its reference.
    private static func arrived(_ world: World, _ amount: String) async throws {
        let asked = try await world.orderByTransfer()
        try await OwnMoneyTests.arrive(
            world, .init(amount: amount, reference: asked.reference, bankReference: "IN"))
    }

    private static func back(_ amount: String, key: String = "R1") -> BankFileOfTest.Entry {
        BankFileOfTest.Entry(amount: amount, bankReference: key, isCredit: false, isReversal: true)
    }

    private static func say(_ world: World, _ entry: Int64 = 2, receipt: BankEntryID? = receipt) async throws {
        try await world.payments.takeBack(
            BankEntryID(rawValue: entry), receipt: receipt, reason: "Recalled", by: World.actor, at: world.clock.now)
    }

    private static func invoice(_ world: World) async throws -> Document {
        try #require(try await world.documents(DocumentFilter(kinds: [.invoice])).first)
    }

    @Test(
        "What it had paid is open again, what it had put on prepaid is taken from there",
        arguments: DatabaseKind.allCases,
        [
            ("108.10", "108.10", nil, ["1100 10810"]), ("120.00", "120.00", nil, ["1100 10810"]),
            // What was spent meanwhile is lost.
            ("120.00", "120.00", 1000, ["1100 10810", "3805 1081"]),
            ("120.00", "8.10", nil, ["1020 11190", "1100 810", "2030 -1190"]),
        ] as [(String, String, Int64?, [String])])
    func opened(
        _ kind: DatabaseKind, _ row: (came: String, left: String, spent: Int64?, after: [String])
    ) async throws {
        try await World.with(kind) { world in
            try await Self.arrived(world, row.came)
            let paid = try await Self.invoice(world)
            #expect(paid.state == .paid)
            if let net = row.spent {
                let order = try await world.order(net)
                _ = try await world.payments.payFromPrepaid(
                    Shop.request(order, chf(1081), key: "b", method: .prepaid), by: World.actor)
            }
            try await OwnMoneyTests.arrive(world, Self.back(row.left))
            #expect(try await OwnMoneyTests.states(world) == ["posted", "unidentified"])
            try await Self.say(world)
            #expect(try await OwnMoneyTests.states(world) == ["posted", "assigned"])
            #expect(try await Self.balances(world) == row.after)
            let open = try await world.database.read { try $0.document(paid.id, in: World.organization) }
            #expect(open?.open.isPositive == true && open?.state != .paid && open?.paidAt == nil)
            #expect(
                try await Self.kinds(world) == ["adjustment", "ledger"] + (row.left == "120.00" ? ["prepaid"] : []))
            #expect(try await world.eventNames().count { $0 == "TransferTakenBack" } == 1)
            let again = await #expect(throws: Problem.self) { try await Self.say(world) }
            #expect(again?.code == "not_open")
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "In parts it is taken back as far as there was anything, and may be paid again",
        arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.arrived(world, "120.00")
            for (index, amount) in ["100.00", "15.00", "5.00", "1.00"].enumerated() {
                try await OwnMoneyTests.arrive(world, Self.back(amount, key: "R\(index)"))
            }
            for entry in Int64(2)...4 { try await Self.say(world, entry) }
            #expect(try await Self.balances(world) == ["1020 -100", "1100 10810", "2031 100"])
            let gone = await #expect(throws: Problem.self) { try await Self.say(world, 5) }
            #expect(gone?.field == "receipt")
            let invoice = try await Self.invoice(world)
            #expect(invoice.open == chf(10_810))
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "The bank says it in several ways", arguments: DatabaseKind.allCases,
        [
            BankFileOfTest.Entry(bankReference: "R", isCredit: false, isReversal: true),
            BankFileOfTest.Entry(bankReference: "R", isCredit: false, returned: ("MD06", "Refund asked for")),
            BankFileOfTest.Entry(bankReference: "R", isCredit: false, code: ("PMNT", "RRTN")),
            BankFileOfTest.Entry(bankReference: "R", isCredit: false, code: ("PMNT", "RPCR")),
        ])
    func told(_ kind: DatabaseKind, _ entry: BankFileOfTest.Entry) async throws {
        try await World.with(kind) { world in
            try await Self.arrived(world, "108.10")
            try await OwnMoneyTests.arrive(world, entry)
            let reason = try await world.database.read { try $0.bankEntry(BankEntryID(rawValue: 2))?.reason }
            #expect(reason == .takenBack)
            try await Self.say(world)
            #expect(try await Self.balances(world) == ["1100 10810"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("A receipt that nobody had told whose it is goes the way it came", arguments: DatabaseKind.allCases)
    func unidentified(_ kind: DatabaseKind) async throws {
        for isReturning in [false, true] {
            try await World.with(kind) { world in
                try await OwnMoneyTests.arrive(world, .init(message: "Merci", bankReference: "IN"), Self.back("108.10"))
                if isReturning {
                    try await world.payments.sendBack(
                        Self.receipt, reason: "Not ours", by: World.actor, at: world.clock.now)
                }
                try await Self.say(world)
                #expect(try await OwnMoneyTests.states(world) == ["assigned", "assigned"])
                #expect(try await Self.balances(world) == [])
                if isReturning {
                    // It was on its way already: money that the books do not have as sent.
                    try await OwnMoneyTests.arrive(
                        world, .init(message: "RETURN-1", bankReference: "OUT", isCredit: false))
                    #expect(try await OwnMoneyTests.states(world) == ["assigned", "assigned", "unidentified"])
                    #expect(try await Self.balances(world) == ["1020 -10810", "2031 10810"])
                }
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("What cannot be it is refused, and nothing is booked", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.arrived(world, "108.10")
            try await OwnMoneyTests.arrive(
                world, Self.back("108.11"), .init(message: "Later", bankReference: "L", day: "2026-11-21"),
                .init(currency: "EUR", message: "Other", bankReference: "E"), .init(message: "Less", bankReference: "M")
            )
            let before = try await Self.balances(world)
            for receipt in [nil, 1, 2, 3, 4, 5, 99] as [Int64?] {
                let problem = await #expect(throws: Problem.self) {
                    try await Self.say(world, receipt: receipt.map { BankEntryID(rawValue: $0) })
                }
                #expect(problem?.field == "receipt", "\(receipt ?? 0)")
            }
            #expect(try await Self.balances(world) == before)
            #expect(try await world.violations() == [])
        }
    }
}
