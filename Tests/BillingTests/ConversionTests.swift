import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// Euros for something that is owed in francs: 2031 first, then a prepaid account in euros, conversion over 1190, or back.
@Suite("Money in another currency")
struct ConversionTests {
    static let entry = BankEntryID(rawValue: 1)

    static func balances(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account || ' ' || currency || ' ' || SUM(amount) AS value FROM posting
                WHERE account IN (1020, 1100, 1190, 2030, 2031, 6949)
                GROUP BY account, currency HAVING SUM(amount) <> 0 ORDER BY account, currency
                """
            ).map { try $0["value"] }
        }
    }

    /// An order of 108.10 francs, and a transfer of euros under its reference.
    static func arrived(_ world: World, _ amount: String) async throws {
        let asked = try await world.orderByTransfer()
        try await OwnMoneyTests.arrive(world, .init(amount: amount, currency: "EUR", reference: asked.reference))
    }

    static func convert(
        _ world: World, _ rate: String, to receiver: BankReceiver = .reference, shown: Int64,
        in currency: Currency = .chf
    ) async throws {
        let conversion = BankConversion(
            to: receiver, at: try #require(ExchangeRate(rate)), shown: Money(minorUnits: shown, currency))
        try await world.payments.convert(
            entry, conversion, reason: "As agreed", by: World.actor, at: world.clock.now)
    }

    @Test(
        "It is converted over 1190 and pays what its reference was made for", arguments: DatabaseKind.allCases,
        [
            ("115.00", "0.94", 10_810, ["1020 EUR 11500", "1190 CHF 10810", "1190 EUR -11500"]),
            ("120.00", "0.94", 11_280, ["1020 EUR 12000", "1190 CHF 11280", "1190 EUR -12000", "2030 CHF -470"]),
            ("100.00", "0.941249", 9412, ["1020 EUR 10000", "1190 CHF 9412", "1190 EUR -10000", "2030 CHF -9412"]),
        ] as [(String, String, Int64, [String])])
    func converted(_ kind: DatabaseKind, _ row: (amount: String, rate: String, shown: Int64, after: [String]))
        async throws
    {
        try await World.with(kind) { world in
            try await Self.arrived(world, row.amount)
            #expect(try await OwnMoneyTests.states(world) == ["unidentified"])
            let wrong = await #expect(throws: Problem.self) {
                try await Self.convert(world, row.rate, shown: row.shown + 1)
            }
            #expect(wrong?.code == "changed_meanwhile", "Only what was shown is booked.")
            try await Self.convert(world, row.rate, shown: row.shown)
            #expect(try await Self.balances(world) == row.after)
            #expect(try await OwnMoneyTests.states(world) == ["assigned"])
            let again = await #expect(throws: Problem.self) {
                try await Self.convert(world, row.rate, shown: row.shown)
            }
            #expect(again?.code == "not_open")
            let told = try await world.database.read { connection in
                try connection.rows(
                    "SELECT organization_id AS id FROM event WHERE name = 'BankEntryConverted'"
                ).map { try $0["id"] as Int64 }
            }
            #expect(told == [1])
            #expect(try await world.violations() == [])
        }
    }

    @Test("It may pay another document, or go to a prepaid account", arguments: DatabaseKind.allCases)
    func receivers(_ kind: DatabaseKind) async throws {
        for receiver in [BankReceiver.document("PF-2026-00001"), .prepaid(World.organization)] {
            try await World.with(kind) { world in
                try await Self.arrived(world, "115.00")
                try await Self.convert(world, "0.94", to: receiver, shown: 10_810)
                let isPrepaid = receiver == .prepaid(World.organization)
                #expect(try await world.balance() == chf(isPrepaid ? 10_810 : 0))
                #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).count == (isPrepaid ? 0 : 1))
                #expect(try await world.violations() == [])
            }
        }
    }

    @Test(
        "What came in their own currency is not converted, and nobody is found by nothing",
        arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.arrived(world, "115.00")
            let cases: [(BankReceiver, Currency, String)] = [
                (.prepaid(World.other), .eur, "rate"), (.prepaid(OrganizationID(rawValue: 99)), .chf, "organization"),
                (.document("2026-00042"), .chf, "number"),
            ]
            for (receiver, currency, field) in cases {
                let problem = await #expect(throws: Problem.self) {
                    try await Self.convert(world, "1", to: receiver, shown: 11_500, in: currency)
                }
                #expect(problem?.field == field)
            }
            // The rule's first: a prepaid account in euros takes it as it is.
            try await world.payments.assign(
                Self.entry, to: .prepaid(World.other), reason: "Theirs", by: World.actor, at: world.clock.now)
            #expect(try await Self.balances(world) == ["1020 EUR 11500", "2030 EUR -11500"])
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Which rates there are, and what a hundred euros come to",
        arguments: [
            ("0.9412", 9412), ("1", 10_000), ("0.01", 100), ("100", 1_000_000), ("0.000001", nil), ("100.000001", nil),
            ("0.94125", 9413), ("0.941249", 9412), ("0.9412499", nil), ("", nil), (".9", nil), ("0,94", nil),
            ("1.", nil),
            ("-1", nil), ("1e2", nil), ("1.2.3", nil), ("٩", nil), ("0001", nil),
        ] as [(String, Int64?)])
    func rates(_ text: String, _ expected: Int64?) {
        #expect(ExchangeRate(text)?.of(eur(10_000), in: .chf) == expected.map { chf($0) })
    }
}
