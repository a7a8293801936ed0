import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

/// A file of the bank whose import dies at any write, and is imported again until it is through.
@Suite("An import of the bank's file that was stopped")
struct BankCrashTests {
    /// What is there before the file: an order, a standing reference, payments of ours in a file, a payout.
    private static func prepare(_ world: World) async throws -> [BankFileOfTest.Entry] {
        try await world.topUp(50_000, key: "a")
        for (index, amount) in [Int64(3000), 2500, 1000].enumerated() {
            _ = try await world.withdraw(amount, key: "w\(index)", newestSeen: nil)
        }
        _ = try await world.makeFile()
        let order = try await world.order(10_000)
        let now = world.clock.now
        let references = try await world.outside.write { connection in
            (
                order: try world.requestTransfer(for: order, in: connection).reference.text,
                standing: try world.payments.topUpReference(of: World.organization, .chf, in: connection, at: now)
                    .reference.text
            )
        }
        world.clock.advance(.days(1))
        try await world.payments.reconcile(world.clock.now)
        let net = try await world.outside.read { connection -> Int64 in
            try connection.row("SELECT gross - fee AS net FROM processor_payout")?["net"] ?? 0
        }
        return [
            .init(amount: "50.00", reference: references.order, bankReference: "A1"),
            .init(reference: references.order, bankReference: "A2", debtorIBAN: "DE89370400440532013000"),
            .init(amount: "20.00", reference: references.order, bankReference: "A3"),
            .init(amount: "12.30", reference: references.standing, bankReference: "A4"),
            .init(amount: "9.99", reference: "RF18539007547034", bankReference: "A5"),
            .init(amount: chf(net).plain, message: "po_1", bankReference: "A6", day: "2026-11-21"),
            .init(amount: "30.00", bankReference: "A7", isCredit: false, endToEnd: "WD-1"),
            .init(amount: "25.00", bankReference: "A8", isCredit: false, endToEnd: "WD-2"),
            .init(amount: "25.00", bankReference: "A9", endToEnd: "WD-2", returned: ("AC04", "")),
            .init(amount: "33.00", currency: "EUR", reference: references.order, bankReference: "B1"),
            .init(amount: "9.99", bankReference: "B2", isCredit: false, isReversal: true),
            .init(amount: "11000.00", reference: references.standing, bankReference: "B3"),
            .init(amount: "7.00", bankReference: "B4", isCredit: false),
        ]
    }

    /// Everything the books say, without the numbers that a database gives its rows.
    private static func books(_ world: World) async throws -> [String] {
        try await world.outside.read { connection in
            var lines: [String] = []
            let statements: [SQL] = [
                """
                SELECT t.key || ' ' || t.kind || ' ' || t.effective_on || ' ' || p.account || ' '
                    || COALESCE(CAST(p.organization_id AS TEXT), '') || ' ' || p.detail || ' ' || p.currency || ' '
                    || p.amount AS line
                FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                WHERE t.key NOT LIKE 'tolerance:%'
                """,
                "SELECT key || ' ' || state || ' ' || amount || ' ' || COALESCE(reason, '') AS line FROM bank_entry",
                """
                SELECT e.key || ' stands for ' || t.key AS line FROM bank_entry_booking b
                JOIN bank_entry e ON e.id = b.entry_id JOIN ledger_transaction t ON t.id = b.transaction_id
                """,
                "SELECT d.number || ' ' || d.total || ' ' || s.state AS line FROM document d JOIN document_state s ON s.document_id = d.id",
                "SELECT origin || ' ' || amount || ' ' || balance_after AS line FROM prepaid_movement",
                "SELECT id || ' ' || state AS line FROM withdrawal",
                "SELECT name AS line FROM event WHERE name <> 'BankFileImported'",
                "SELECT purpose || ' ' || currency || ' ' || amount || ' ' || state AS line FROM payment",
            ]
            for statement in statements {
                lines += try connection.rows(statement).map { try $0["line"] as String }.sorted()
            }
            return lines
        }
    }

    private static func undisturbed(_ kind: DatabaseKind) async throws -> [String] {
        try await DatabaseLease.withDatabase(kind, migrations: World.migrations) { database in
            let world = World(database)
            let entries = try await prepare(world)
            _ = try await world.payments.importBankFile(BankFileOfTest(entries: entries).file, by: .system, batch: 3)
            return try await books(world)
        }
    }

    @Test("It ends with the same books as one that nobody stopped", arguments: DatabaseKind.allCases)
    func everyWrite(_ kind: DatabaseKind) async throws {
        let expected = try await Self.undisturbed(kind)
        #expect(expected.count > 50)
        try await DatabaseLease.withDatabase(kind, migrations: World.migrations) { database in
            let driver = CrashingDriver(database)
            let world = World(Database(driver), outside: database)
            let file = BankFileOfTest(entries: try await Self.prepare(world)).file
            var deaths = 0
            for attempt in 1...400 {
                // Before each write of what is left of it, and now and then after a commit that nobody heard of.
                driver.plan(attempt.isMultiple(of: 23) ? .afterCommit(2) : .beforeWrite(attempt))
                do {
                    _ = try await world.payments.importBankFile(file, by: .system, batch: 3)
                } catch is CrashingDriver.Crash {
                    deaths += 1
                }
                let isThrough = !driver.restart()
                if attempt.isMultiple(of: 10) { #expect(try await verified(database) == []) }
                if isThrough { break }
            }
            #expect(deaths > 20, "It died \(deaths) times.")
            #expect(try await verified(database) == [])
            #expect(try await Self.books(world) == expected)
        }
    }

    private func verified(_ database: Database) async throws -> [Violation] {
        try await database.report { try verifyBooks($0) }
    }
}
