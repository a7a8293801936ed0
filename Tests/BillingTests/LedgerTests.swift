import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("The journal")
struct LedgerTests {
    private static func transaction(
        _ key: String = "psp:sandbox:1", _ minorUnits: Int64 = 500, on day: String = "2026-11-20"
    ) throws -> LedgerTransaction {
        try LedgerTransaction(
            key: key, kind: .cardPayment, organization: World.organization, effectiveOn: try #require(Day(day)),
            happenedAt: Instant(milliseconds: 0),
            postings: [
                .debit(.processorClearing, chf(minorUnits), World.organization),
                .credit(.prepaid, chf(minorUnits), World.organization),
            ])
    }

    @Test("A transaction sums to zero in each currency, and is about something")
    func balanced() throws {
        func make(_ postings: [Posting]) throws -> LedgerTransaction {
            try LedgerTransaction(
                key: "k", kind: .invoice, organization: nil, effectiveOn: Day(number: 0),
                happenedAt: Instant(milliseconds: 0), postings: postings)
        }
        #expect(throws: LedgerError.empty(key: "k")) { try make([]) }
        #expect(throws: LedgerError.empty(key: "k")) { try make([.debit(.bank, chf(0), nil)]) }
        #expect(throws: LedgerError.unbalanced(key: "k", by: chf(1))) {
            try make([.debit(.bank, chf(2), nil), .credit(.prepaid, chf(1), nil)])
        }
        #expect(throws: LedgerError.unbalanced(key: "k", by: chf(1))) {
            try make([.debit(.bank, chf(1), nil), .credit(.prepaid, eur(1), nil)])
        }
        #expect(throws: LedgerError.tooLarge(key: "k")) {
            try make([.debit(.bank, chf(.max), nil), .debit(.bank, chf(1), nil)])
        }
        let exchanged = try make([
            .debit(.bank, chf(95), nil), .credit(.currencyExchange, chf(95), nil),
            .debit(.currencyExchange, eur(100), nil), .credit(.bank, eur(100), nil), .credit(.vatDue, chf(0), nil),
        ])
        #expect(exchanged.postings.count == 4)
    }

    @Test("An event is posted once, whenever it is told again", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let first = try LedgerTests.transaction()
            let again = try LedgerTests.transaction(on: "2026-11-21")
            let ids = try await world.database.write { [try $0.post(first), try $0.post(again)] }
            #expect(ids[0] == ids[1])
            let balance = try await world.database.read { try $0.balance(.prepaid, of: World.organization, in: .chf) }
            #expect(balance == chf(-500))
            let other = try LedgerTests.transaction("psp:sandbox:1", 501)
            let problem = await #expect(throws: Problem.self) { try await world.database.write { try $0.post(other) } }
            #expect(problem?.code == "idempotency_conflict")
        }
    }

    @Test("The database refuses to change what is posted", arguments: DatabaseKind.allCases)
    func appendOnly(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            _ = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            let tables = [
                "ledger_transaction", "posting", "document", "document_line", "document_vat", "allocation",
            ]
            for table in tables {
                for statement in ["DELETE FROM \(table)", "UPDATE \(table) SET \(column(table)) = \(column(table))"] {
                    await #expect(throws: StorageError.self, "\(statement)") {
                        try await world.database.write { try $0.execute(SQL(stringLiteral: statement)) }
                    }
                }
            }
            #expect(try await world.violations().isEmpty)
        }
    }

    private func column(_ table: String) -> String { table.hasPrefix("document_") ? "document_id" : "id" }

    @Test("A balance outside its bounds is refused with all that came with it", arguments: DatabaseKind.allCases)
    func bounds(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let tooMuch = try LedgerTests.transaction("a", 999_901)
            await #expect(throws: StorageError.self) { try await world.database.write { try $0.post(tooMuch) } }
            let count: Int64 = try await world.database.read { connection in
                try connection.row("SELECT COUNT(*) AS count FROM ledger_transaction")?["count"] ?? -1
            }
            #expect(count == 0)
        }
    }

    @Test("Writers that move the same balances at once lose nothing", arguments: DatabaseKind.allCases)
    func parallel(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...40 {
                    let transaction = try LedgerTests.transaction("k\(number % 20)", 100)
                    group.addTask { _ = try await world.database.write { try $0.post(transaction) } }
                }
                try await group.waitForAll()
            }
            let balance = try await world.database.read { try $0.balance(.prepaid, of: World.organization, in: .chf) }
            #expect(balance == chf(-2000))
        }
    }

    @Test("The chart has the codes of the books")
    func chart() {
        #expect(LedgerAccount.allCases.count == 20)
        #expect(LedgerAccount.processorClearing.code == 1025)
        #expect(LedgerAccount(stored: .integer(2300)) == .deferredRevenue)
        #expect(LedgerAccount(stored: .integer(1)) == nil)
    }
}
