import Billing
import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The journal for other programs")
struct JournalExportTests {
    private static func export(
        _ world: World, _ format: JournalFormat, from: String? = nil, until: String? = nil
    ) async throws -> [String] {
        let written = Mutex("")
        let from = try from.map { try #require(Day($0)) }
        let until = try until.map { try #require(Day($0)) }
        return try await world.database.report { connection in
            try writeJournal(as: format, from: from, until: until, in: connection) { lines in
                written.withLock { $0 += lines }
            }
            return written.withLock { $0.split(separator: "\n").map(String.init) }
        }
    }

    @Test("A transaction has its day, key, document number and balanced postings", arguments: DatabaseKind.allCases)
    func hledger(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
            let lines = try await JournalExportTests.export(world, .hledger)
            #expect(lines.contains("account Income:3400-Services  ; type:R"))
            #expect(lines.contains("2026-11-20 * (1) invoice  ; key:inv:1:order, organization:1"))
            #expect(lines.contains("    Assets:1100-Receivable  225.19 CHF  ; number:2026-00001, organization:1"))
            #expect(
                lines.contains(
                    "    Liabilities:2300-Deferred-Revenue  -208.32 CHF  ; number:2026-00001, organization:1, detail:line 1"
                ))
            #expect(
                lines.contains(
                    "    Liabilities:2200-VAT-Due  -16.87 CHF  ; number:2026-00001, organization:1, detail:8.1"))
        }
    }

    @Test("What a browser sent as a key cannot end a string, a tag or a line", arguments: JournalFormat.allCases)
    func hostile(_ format: JournalFormat) async throws {
        try await World.with(.sqlite) { world in
            try await world.topUp(50_000, key: "top")
            let order = try await world.order(1000)
            _ = try await world.payments.payFromPrepaid(
                Shop.request(order, chf(1081), key: "a\"\\\n2026-01-01 * ; x, y:é", method: .prepaid), by: World.actor)
            let lines = try await JournalExportTests.export(world, format)
            #expect(lines.contains { $0.contains("ui:1:a%22%5C%0A2026-01-01 %2A %3B x%2C y:%C3%A9") })
        }
    }

    @Test("A period has the transactions of its days, both included", arguments: DatabaseKind.allCases)
    func period(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(1000, key: "a")
            world.clock.advance(.days(1))
            try await world.topUp(2000, key: "b")
            func count(_ from: String?, _ until: String?) async throws -> Int {
                try await JournalExportTests.export(world, .beancount, from: from, until: until)
                    .count { $0.hasSuffix("* \"card_payment\"") }
            }
            #expect(try await count(nil, nil) == 2)
            #expect(try await count("2026-11-20", "2026-11-20") == 1)
            #expect(try await count("2026-11-21", nil) == 1)
            #expect(try await count(nil, "2026-11-19") == 0)
        }
    }
}
