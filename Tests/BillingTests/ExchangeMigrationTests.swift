import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Exchanges from before they could be undone")
struct ExchangeMigrationTests {
    private static let step = "billing-040-undone-exchanges"
    private static let now = Instant(milliseconds: 1_790_000_000_000)

    /// Two conversions of EUR 100.00, and an exchange that came to EUR 60.00 of the one and EUR 10.00 of the other.
    private static func fill(_ connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO bank_import (file_name, hash, started_at, read_count, posted_count, known_count,
                unidentified_count, other_count, refusal) VALUES ('camt.xml', 'h', \(now), 4, 4, 0, 0, 0, '')
            """)
        let rows: [(key: String, currency: Currency, amount: Int64)] = [
            ("first", .eur, 10_000), ("second", .eur, 10_000), ("sold", .eur, -7_000), ("bought", .chf, 6_700),
        ]
        for row in rows {
            try connection.execute(
                """
                INSERT INTO ledger_transaction (key, input_hash, kind, effective_on, happened_at)
                VALUES (\(row.key), '', 'transfer', '2026-11-20', \(now))
                """)
            try connection.execute(
                """
                INSERT INTO bank_entry (key, is_whole, import_id, iban, currency, amount, is_reversal, booked_on, reference,
                    end_to_end_id, message, debtor_name, debtor_iban, state, transaction_id)
                SELECT \(row.key), \(true), i.id, 'CH9300762011623852957', \(row.currency), \(row.amount), \(false),
                    '2026-11-20', '', '', '', '', '', 'posted', t.id
                FROM bank_import i, ledger_transaction t WHERE t.key = \(row.key)
                """)
        }
        try connection.execute(
            """
            INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id)
            SELECT id, 95000000, 'CHF', 9500, transaction_id FROM bank_entry WHERE key IN ('first', 'second')
            """)
        try connection.execute(
            "INSERT INTO bank_exchange_half (entry_id) SELECT id FROM bank_entry WHERE key IN ('sold', 'bought')")
        try connection.execute(
            """
            INSERT INTO bank_exchange (sold_entry_id, bought_entry_id, exchanged_on, happened_at)
            SELECT s.id, b.id, '2026-11-20', \(now) FROM bank_entry s, bank_entry b
            WHERE s.key = 'sold' AND b.key = 'bought'
            """)
        for (key, sold, bought, converted) in [("second", 1_000, 957, 950), ("first", 6_000, 5_743, 5_700)] {
            try part(of: key, sold, bought, converted, in: connection)
        }
    }

    private static func part(
        of key: String, _ sold: Int, _ bought: Int, _ converted: Int, in connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO bank_exchange_part (exchange_id, entry_id, sold, bought, converted)
            SELECT x.id, e.id, \(sold), \(bought), \(converted) FROM bank_exchange x, bank_entry e WHERE e.key = \(key)
            """)
    }

    private static func parts(_ connection: Connection) throws -> [String] {
        try connection.rows(
            """
            SELECT p.id, e.key, p.sold, p.bought, p.converted FROM bank_exchange_part p
            JOIN bank_entry e ON e.id = p.entry_id ORDER BY p.id
            """
        ).map { row in
            let (id, key): (Int64, String) = (try row["id"], try row["key"])
            let (sold, bought, converted): (Int64, Int64, Int64) = (
                try row["sold"], try row["bought"], try row["converted"]
            )
            return "\(id) \(key) \(sold) \(bought) \(converted)"
        }
    }

    @Test("What they came to is kept, and may come once more", arguments: DatabaseKind.allCases)
    func kept(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: []) { database in
            let before = Array(World.migrations.prefix { $0.id != Self.step })
            #expect(before.count < World.migrations.count)
            try await database.migrate(before, at: Self.now)
            try await database.write { try Self.fill($0) }
            // The same conversion once more of the same exchange: that is what could not be written.
            await #expect(throws: StorageError.self) {
                try await database.write { try Self.part(of: "first", 10, 10, 10, in: $0) }
            }

            #expect(try await database.migrate(World.migrations, at: Self.now).contains(Self.step))
            let kept = ["1 first 6000 5743 5700", "2 second 1000 957 950"]
            #expect(try await database.read { try Self.parts($0) } == kept)
            try await database.write { try Self.part(of: "first", 10, 10, 10, in: $0) }
            #expect(try await database.read { try Self.parts($0) } == kept + ["3 first 10 10 10"])
            for change: SQL in ["UPDATE bank_exchange_part SET sold = 1", "DELETE FROM bank_exchange_part"] {
                await #expect(throws: StorageError.refused("bank_exchange_part is append-only")) {
                    try await database.write { try $0.execute(change) }
                }
            }
            // Conversions stand as they did, and one may be of less than nothing, but not of nothing.
            #expect(try await database.read { try Self.conversions($0) } == ["9500", "9500"])
            await #expect(throws: StorageError.self) { try await database.write { try Self.convert(0, in: $0) } }
            try await database.write { try Self.convert(-9_500, in: $0) }
            #expect(try await database.read { try Self.conversions($0) } == ["9500", "9500", "-9500"])
        }
    }

    private static func convert(_ amount: Int64, in connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id)
            SELECT id, 95000000, 'CHF', \(amount), transaction_id FROM bank_entry WHERE key = 'sold'
            """)
    }

    private static func conversions(_ connection: Connection) throws -> [String] {
        try connection.rows("SELECT CAST(amount AS TEXT) AS value FROM bank_conversion ORDER BY entry_id").map {
            try $0["value"]
        }
    }
}
