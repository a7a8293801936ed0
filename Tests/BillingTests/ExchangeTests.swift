import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// Euros that were converted at a rate of ours, and what the bank gave for them.
@Suite("An exchange at the bank")
struct ExchangeTests {
    private static let francs = "CH4431999123000889012"
    private static let euros = "CH9300762011623852957"

    /// How the bank tells of it.
    enum Told: CaseIterable {
        case byBoth, byOne, asTrade, notAtAll
    }

    private struct Exchange {
        var sold: String
        var bought: String
        var told = Told.byBoth
        var day = "2026-11-20"
        var key = "X1"
    }

    private static func out(_ exchange: Exchange) -> BankFileOfTest {
        var entry = BankFileOfTest.Entry(
            amount: exchange.sold, currency: "EUR", bankReference: "\(exchange.key)o", isCredit: false,
            day: exchange.day)
        switch exchange.told {
        case .byBoth:
            entry.counter = (exchange.bought, "CHF")
            entry.creditorIBAN = francs
        case .byOne, .asTrade:
            entry.code = ("FORX", "SPOT")
            if exchange.told == .asTrade { entry.endToEnd = exchange.key }
        case .notAtAll: break
        }
        return BankFileOfTest(iban: euros, entries: [entry])
    }

    private static func into(_ exchange: Exchange) -> BankFileOfTest {
        var entry = BankFileOfTest.Entry(
            amount: exchange.bought, bankReference: "\(exchange.key)i", day: exchange.day)
        switch exchange.told {
        case .byBoth, .byOne:
            entry.counter = (exchange.sold, "EUR")
            entry.debtorIBAN = euros
        case .asTrade:
            entry.code = ("FORX", "SPOT")
            entry.endToEnd = exchange.key
        case .notAtAll: break
        }
        return BankFileOfTest(iban: francs, entries: [entry])
    }

    private static func arrive(_ world: World, _ files: BankFileOfTest...) async throws {
        for file in files {
            let done = try await world.imported(file.file)
            #expect(!done.isRefused, "\(done.refusal)")
        }
    }

    private static func arrive(_ world: World, _ exchange: Exchange) async throws {
        try await arrive(world, out(exchange), into(exchange))
    }

    /// 115.00 euros that were booked as 108.10 francs.
    private static func converted(_ world: World) async throws {
        try await ConversionTests.arrived(world, "115.00")
        try await ConversionTests.convert(world, "0.94", shown: 10_810)
    }

    private static func differences(_ world: World) async throws -> [String] {
        try await ConversionTests.balances(world).filter { $0.hasPrefix("1190") || $0.hasPrefix("6949") }
    }

    @Test(
        "What the bank gave more or less than was booked is 6949, and 1190 is empty", arguments: DatabaseKind.allCases,
        [
            ("115.00", "109.00", ["6949 CHF -90"]), ("115.00", "107.50", ["6949 CHF 60"]), ("115.00", "108.10", []),
            // Half of it: what is left waits with its half.
            ("57.50", "54.00", ["1190 CHF 5405", "1190 EUR -5750", "6949 CHF 5"]),
            // More than was converted is nobody's difference: it has the bank's own rate.
            ("230.00", "220.00", ["1190 CHF -11000", "1190 EUR 11500", "6949 CHF -190"]),
        ] as [(String, String, [String])])
    func differs(_ kind: DatabaseKind, _ row: (sold: String, bought: String, after: [String])) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            let exchange = Exchange(sold: row.sold, bought: row.bought)
            try await Self.arrive(world, exchange)
            try await Self.arrive(world, exchange)
            #expect(try await Self.differences(world) == row.after)
            #expect(try await OwnMoneyTests.states(world) == ["assigned", "posted", "posted"])
            #expect(try await world.violations() == [])
        }
    }

    @Test("In parts, the last one takes what is left to the cent", arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            for (index, sold) in ["33.33", "33.33", "48.34"].enumerated() {
                try await Self.arrive(world, Exchange(sold: sold, bought: sold, key: "X\(index)"))
            }
            #expect(try await Self.differences(world) == ["6949 CHF -690"])
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Either half may come first, and the bank says in some way that they are one",
        arguments: DatabaseKind.allCases, [Told.byBoth, .byOne, .asTrade])
    func halves(_ kind: DatabaseKind, _ told: Told) async throws {
        for isOutFirst in [true, false] {
            try await World.with(kind) { world in
                try await Self.converted(world)
                let exchange = Exchange(sold: "115.00", bought: "109.00", told: told)
                let (out, into) = (Self.out(exchange), Self.into(exchange))
                try await Self.arrive(world, isOutFirst ? out : into)
                // Until the other half is told of, what is on its way lies on 1190.
                #expect(
                    try await Self.differences(world)
                        == (isOutFirst ? ["1190 CHF 10810"] : ["1190 CHF -90", "1190 EUR -11500"]))
                #expect(try await world.violations() == [])
                try await Self.arrive(world, isOutFirst ? into : out)
                #expect(try await Self.differences(world) == ["6949 CHF -90"])
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("An operator says it where the bank does not", arguments: DatabaseKind.allCases)
    func operatorSays(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.converted(world)
            try await Self.arrive(world, Exchange(sold: "115.00", bought: "109.00", told: .notAtAll))
            #expect(try await OwnMoneyTests.states(world) == ["assigned", "outgoing", "unidentified"])
            let (out, into) = (BankEntryID(rawValue: 2), BankEntryID(rawValue: 3))
            func say(_ id: BankEntryID, _ other: BankEntryID?) async throws {
                try await world.payments.assignExchange(
                    id, with: other, reason: "Ours", by: World.actor, at: world.clock.now)
            }
            for wrong in [nil, into, BankEntryID(rawValue: 99), BankEntryID(rawValue: 1)] {
                let problem = await #expect(throws: Problem.self) { try await say(into, wrong) }
                #expect(problem?.field == "other" || problem?.code == "not_open")
            }
            try await say(into, out)
            #expect(try await Self.differences(world) == ["6949 CHF -90"])
            #expect(try await OwnMoneyTests.states(world) == ["assigned", "posted", "assigned"])
            let again = await #expect(throws: Problem.self) { try await say(into, out) }
            #expect(again?.code == "not_open")
            #expect(try await world.violations() == [])
        }
    }

    @Test("Money that came before it was exchanged may be converted afterwards", arguments: DatabaseKind.allCases)
    func convertedAfterwards(_ kind: DatabaseKind) async throws {
        for day in ["2026-11-20", "2026-11-19"] {
            try await World.with(kind) { world in
                try await ConversionTests.arrived(world, "115.00")
                try await Self.arrive(world, Exchange(sold: "115.00", bought: "109.00", day: day))
                #expect(try await Self.differences(world) == ["1190 CHF -10900", "1190 EUR 11500"])
                try await ConversionTests.convert(world, "0.94", shown: 10_810)
                // What was exchanged the day before was other money.
                #expect(
                    try await Self.differences(world) == (day == "2026-11-20" ? ["6949 CHF -90"] : ["1190 CHF -90"]))
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test("A customer who pays in another currency than the account’s has exchanged nothing of ours")
    func customers() async throws {
        try await World.with(.sqlite) { world in
            var entry = BankFileOfTest.Entry(amount: "109.00", debtorIBAN: "DE89370400440532013000")
            entry.counter = ("115.00", "EUR")
            try await OwnMoneyTests.arrive(world, entry)
            #expect(try await OwnMoneyTests.states(world) == ["unidentified"])
            #expect(try await Self.differences(world) == [])
            #expect(try await world.violations() == [])
        }
    }
}
