import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// Euros that were converted, and what becomes of 1190 and 6949 when the bank takes them, or their exchange, back.
@Suite("Exchanged money that the bank took back")
struct ExchangeBackTests {
    private static let francs = "CH4431999123000889012"
    private static let euros = "CH9300762011623852957"

    private static func id(_ number: Int64) -> BankEntryID { BankEntryID(rawValue: number) }

    /// 115.00 euros that were booked as 108.10 francs, which an order costs.
    private static func converted(_ world: World) async throws {
        try await ConversionTests.arrived(world, "115.00")
        try await ConversionTests.convert(world, "0.94", shown: 10_810)
    }

    private static func arrive(_ world: World, _ iban: String, _ entry: BankFileOfTest.Entry) async throws {
        let done = try await world.payments.importBankFile(
            BankFileOfTest(iban: iban, entries: [entry]).file, by: .system)
        #expect(!done.isRefused, "\(done.refusal)")
    }

    /// Both halves, as the bank tells of them; or of taking them back.
    private static func exchange(
        _ world: World, _ sold: String, _ soldIn: String, for bought: String, key: String = "X",
        isReversal: Bool = false
    ) async throws {
        let boughtIn = soldIn == "EUR" ? "CHF" : "EUR"
        func half(_ amount: String, _ currency: String, _ counter: (String, String), isCredit: Bool) async throws {
            var entry = BankFileOfTest.Entry(
                amount: amount, currency: currency, bankReference: "\(key)\(isCredit ? "i" : "o")",
                isCredit: isCredit != isReversal, isReversal: isReversal)
            entry.counter = counter
            entry.code = ("FORX", "SPOT")
            try await arrive(world, currency == "EUR" ? euros : francs, entry)
        }
        try await half(sold, soldIn, (bought, boughtIn), isCredit: false)
        try await half(bought, boughtIn, (sold, soldIn), isCredit: true)
    }

    /// The bank takes euros back, and an operator says of which receipt.
    private static func takeBack(
        _ world: World, _ amount: String, entry: Int64, receipt: Int64 = 1, key: String = "R"
    ) async throws {
        try await OwnMoneyTests.arrive(
            world,
            .init(amount: amount, currency: "EUR", bankReference: key, isCredit: false, isReversal: true))
        try await world.payments.takeBack(
            id(entry), receipt: id(receipt), reason: "Recalled", by: World.actor, at: world.clock.now)
    }

    private static func undo(_ world: World, _ one: Int64, _ other: Int64) async throws {
        try await world.payments.assignExchange(
            id(one), with: id(other), reason: "Taken back", by: World.actor, at: world.clock.now)
    }

    /// What is exchanged and not yet, what it differed by, and what is open.
    private static func after(_ world: World) async throws -> [String] {
        #expect(try await world.violations() == [])
        return try await ConversionTests.balances(world).filter { !$0.hasPrefix("1020") }
    }

    @Test("Before it was exchanged it goes as it was booked", arguments: DatabaseKind.allCases)
    func waiting(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.takeBack(world, "115.00", entry: 2)
            #expect(try await Self.after(world) == ["1100 CHF 10810"])
            #expect(try await ConversionTests.balances(world) == ["1100 CHF 10810"])
            #expect(try await OwnMoneyTests.states(world) == ["assigned", "assigned"])
            let told = try await world.database.read { connection in
                try connection.rows("SELECT payload AS value FROM event WHERE name = 'TransferTakenBack'").map {
                    try $0["value"] as String
                }
            }
            #expect(told.count == 1 && told[0].contains("115.00") && told[0].contains("EUR"))
            let again = await #expect(throws: Problem.self) {
                try await Self.takeBack(world, "0.01", entry: 3, key: "S")
            }
            #expect(again?.field == "receipt")
        }
    }

    @Test("What it had put on prepaid is taken from there, in francs", arguments: DatabaseKind.allCases)
    func prepaid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await ConversionTests.arrived(world, "120.00")
            try await ConversionTests.convert(world, "0.94", shown: 11_280)
            #expect(try await world.balance() == chf(470))
            try await Self.takeBack(world, "120.00", entry: 2)
            #expect(try await Self.after(world) == ["1100 CHF 10810"])
            #expect(try await world.balance() == chf(0))
        }
    }

    @Test("In parts each has its part, and the last one the rest", arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.takeBack(world, "33.33", entry: 2, key: "R1")
            #expect(try await Self.after(world) == ["1100 CHF 3133", "1190 CHF 7677", "1190 EUR -8167"])
            try await Self.takeBack(world, "33.33", entry: 3, key: "R2")
            try await Self.takeBack(world, "48.34", entry: 4, key: "R3")
            #expect(try await Self.after(world) == ["1100 CHF 10810"])
        }
    }

    @Test("After it was exchanged it has to be bought, and what that costs is 6949", arguments: DatabaseKind.allCases)
    func boughtBack(_ kind: DatabaseKind) async throws {
        for purchases in [[("110.00", "115.00")], [("50.00", "51.23"), ("60.00", "63.77")], [("220.00", "230.00")]] {
            try await World.with(kind) { world in
                try await Self.converted(world)
                try await Self.exchange(world, "115.00", "EUR", for: "109.00")
                try await Self.takeBack(world, "115.00", entry: 4)
                #expect(
                    try await Self.after(world)
                        == ["1100 CHF 10810", "1190 CHF -10810", "1190 EUR 11500", "6949 CHF -90"])
                for (index, (sold, bought)) in purchases.enumerated() {
                    try await Self.exchange(world, sold, "CHF", for: bought, key: "Y\(index)")
                }
                // More than was missing is nobody's difference: it has the bank's own rate.
                let more = purchases[0].0 == "220.00" ? ["1190 CHF 11000", "1190 EUR -11500"] : []
                #expect(try await Self.after(world) == ["1100 CHF 10810"] + more + ["6949 CHF 100"])
            }
        }
    }

    @Test("Money that waits to be exchanged pays for it, its own first", arguments: DatabaseKind.allCases)
    func madeGood(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.exchange(world, "57.50", "EUR", for: "54.00")
            try await Self.takeBack(world, "115.00", entry: 4)
            #expect(
                try await Self.after(world) == ["1100 CHF 10810", "1190 CHF -5405", "1190 EUR 5750", "6949 CHF 5"])
            // The next euros do not have to be sold at all.
            try await OwnMoneyTests.arrive(
                world, .init(amount: "57.50", currency: "EUR", message: "Merci", bankReference: "N"))
            try await world.payments.convert(
                Self.id(5),
                BankConversion(
                    to: .prepaid(World.organization), at: try #require(ExchangeRate("0.96")), shown: chf(5520)),
                reason: "As agreed", by: World.actor, at: world.clock.now)
            #expect(try await Self.after(world) == ["1100 CHF 10810", "2030 CHF -5520", "6949 CHF 120"])
        }
    }

    @Test("An exchange that the bank took back was none", arguments: DatabaseKind.allCases)
    func undone(_ kind: DatabaseKind) async throws {
        for isSoldFirst in [true, false] {
            try await World.with(kind) { world in
                try await Self.converted(world)
                try await Self.exchange(world, "115.00", "EUR", for: "109.00")
                #expect(try await Self.after(world) == ["6949 CHF -90"])
                try await Self.exchange(world, "115.00", "EUR", for: "109.00", key: "U", isReversal: true)
                #expect(
                    try await OwnMoneyTests.states(world)
                        == ["assigned", "posted", "posted", "unidentified", "unidentified"])
                try await isSoldFirst ? Self.undo(world, 4, 5) : Self.undo(world, 5, 4)
                #expect(try await Self.after(world) == ["1190 CHF 10810", "1190 EUR -11500"])
                let again = await #expect(throws: Problem.self) { try await Self.undo(world, 4, 5) }
                #expect(again?.code == "not_open")
                // The next one is for what waits again.
                try await Self.exchange(world, "115.00", "EUR", for: "107.00", key: "Z")
                #expect(try await Self.after(world) == ["6949 CHF 110"])
            }
        }
    }

    @Test("Taken back both, nothing was", arguments: DatabaseKind.allCases)
    func both(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.exchange(world, "115.00", "EUR", for: "109.00")
            try await Self.takeBack(world, "115.00", entry: 4)
            try await Self.exchange(world, "115.00", "EUR", for: "109.00", key: "U", isReversal: true)
            try await Self.undo(world, 5, 6)
            #expect(try await ConversionTests.balances(world) == ["1100 CHF 10810"])
            #expect(try await Self.after(world) == ["1100 CHF 10810"])
        }
    }

    @Test("What fits no exchange is one of its own", arguments: DatabaseKind.allCases)
    func other(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.exchange(world, "115.00", "EUR", for: "109.00")
            try await Self.exchange(world, "115.00", "EUR", for: "108.00", key: "U", isReversal: true)
            try await Self.undo(world, 4, 5)
            #expect(try await Self.after(world) == ["1190 CHF 10800", "1190 EUR -11500", "6949 CHF -90"])
        }
    }
}
