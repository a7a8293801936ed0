import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// Money that comes over the bank: one case for each row of billing.md's table.
@Suite("Transfers that arrive")
struct BankTests {
    private static func arrive(_ world: World, _ entries: BankFileOfTest.Entry...) async throws -> BankImport {
        try await world.imported(BankFileOfTest(entries: entries).file)
    }

    private static func state(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT account || ' ' || currency || ' ' || SUM(amount) AS value FROM posting
                WHERE account IN (1020, 1100, 2030, 2031, 2032, 6990)
                GROUP BY account, currency HAVING SUM(amount) <> 0 ORDER BY account, currency
                """
            ).map { try $0["value"] }
        }
    }

    @Test(
        "Each outcome is booked as the table says",
        arguments: [
            ("108.10", true, ["1020 CHF 10810"]),
            ("108.06", true, ["1020 CHF 10806", "6990 CHF 4"]),
            ("100.00", true, ["1020 CHF 10000", "2030 CHF -10000"]),
            ("208.10", true, ["1020 CHF 20810", "2030 CHF -10000"]),
            ("11000.00", true, ["1020 CHF 1100000", "2030 CHF -999900", "2031 CHF -89290"]),
            ("108.10", false, ["1020 CHF 10810", "2031 CHF -10810"]),
        ])
    func outcomes(_ amount: String, _ isReferenced: Bool, _ expected: [String]) async throws {
        try await World.with(.sqlite) { world in
            let (_, reference) = try await world.orderByTransfer()
            let done = try await Self.arrive(world, .init(amount: amount, reference: isReferenced ? reference : ""))
            #expect(done.counts.posted == (isReferenced ? 1 : 0) && done.counts.unidentified == (isReferenced ? 0 : 1))
            #expect(try await Self.state(world) == expected)
            #expect(try await world.violations() == [])
        }
    }

    @Test("A second transfer for the same goes to prepaid, and is told", arguments: DatabaseKind.allCases)
    func duplicate(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (_, reference) = try await world.orderByTransfer()
            _ = try await Self.arrive(
                world, .init(reference: reference, bankReference: "A1"),
                .init(reference: reference, bankReference: "A2"))
            #expect(try await Self.state(world) == ["1020 CHF 21620", "2030 CHF -10810"])
            #expect(try await world.eventNames().count { $0 == "PaymentCredited" } == 1)
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Whatever comes with the standing reference tops prepaid up, each with its receipt (PRE-3)",
        arguments: DatabaseKind.allCases)
    func topUp(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let now = world.clock.now
            func ask() async throws -> String {
                try await world.database.write { connection in
                    try world.payments.topUpReference(of: World.organization, .chf, in: connection, at: now)
                }.reference.text
            }
            let reference = try await ask()
            #expect(try await ask() == reference)
            let done = try await Self.arrive(
                world, .init(amount: "50.00", reference: reference, bankReference: "A1"),
                .init(amount: "0.25", reference: reference, bankReference: "A2"))
            #expect(done.counts.posted == 2 && done.counts.unidentified == 0)
            #expect(try await Self.state(world) == ["1020 CHF 5025", "2030 CHF -5025"])
            #expect(try await world.balance() == chf(5025))
            #expect(
                try await world.documents().map {
                    "\($0.kind.rawValue) \($0.total.plain) \($0.vat.plain) \($0.state.rawValue)"
                }
                    == ["receipt 0.25 0.00 paid", "receipt 50.00 0.00 paid"])
            #expect(try await world.eventNames().count { $0 == "PrepaidToppedUp" } == 2)
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Imported twice, or told of in another kind of file, nothing is booked twice", arguments: DatabaseKind.allCases)
    func again(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (_, reference) = try await world.orderByTransfer()
            let entries = [
                BankFileOfTest.Entry(reference: reference), BankFileOfTest.Entry(amount: "5", bankReference: "A2"),
            ]
            let file = BankFileOfTest(entries: entries)
            _ = try await world.imported(file.file)
            let before = try await Self.state(world)
            for kind in ["053", "054"] {
                let again = BankFileOfTest(version: "04", kind: kind, entries: entries)
                let done = try await world.imported(again.file)
                #expect(done.counts.known == 2 && done.counts.posted == 0 && done.counts.unidentified == 0)
            }
            // A statement that does not take its entries apart.
            let sums = file.text.replacing(#/(?s)<NtryDtls>.*?<\/NtryDtls>/#, with: "")
            let done = try await world.payments.importBankFile(
                BankFile(name: "sums", .bytes(Array(sums.utf8))), by: .system)
            #expect(done.counts.known == 2)
            #expect(try await Self.state(world) == before)
            #expect(try await world.violations() == [])
        }
    }

    @Test("A file of another account, or a broken one, is refused before anything of it is booked")
    func refused() async throws {
        try await World.with(.sqlite) { world in
            var other = BankFileOfTest(entries: [.init()])
            other.iban = "DE89370400440532013000"
            let broken = BankFileOfTest(entries: [.init(), .init(amount: "0", bankReference: "A2")])
            for file in [other.file, broken.file] {
                let done = try await world.imported(file)
                #expect(done.isRefused && done.refusal.hasPrefix("line "))
            }
            #expect(try await Self.state(world) == [])
        }
    }

    @Test(
        "A number in the text is enough, and then the payer is known by their account", arguments: DatabaseKind.allCases
    )
    func candidates(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await world.orderByTransfer()
            let payer = "DE89370400440532013000"
            let first = try await Self.arrive(
                world, .init(message: "Facture PF-2026-00001", debtorIBAN: payer))
            #expect(first.counts.posted == 1)
            _ = try await world.orderByTransfer()
            let second = try await Self.arrive(world, .init(bankReference: "A2", debtorIBAN: payer))
            #expect(second.counts.posted == 1)
            let third = try await Self.arrive(world, .init(amount: "7.00", bankReference: "A3", debtorIBAN: payer))
            #expect(third.counts.unidentified == 1)
            #expect(try await world.violations() == [])
        }
    }
}
