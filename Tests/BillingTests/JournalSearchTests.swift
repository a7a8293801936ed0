import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Looking into the journal")
struct JournalSearchTests {
    /// A top-up of 300.00, an invoice of 216.20 paid from it, an invoice of 108.10 paid by card and disputed with a fee.
    private static func fill(_ world: World) async throws {
        try await world.topUp(30_000, key: "a")
        _ = try await world.payments.payFromPrepaid(
            Shop.request(try await world.order(20_000), chf(21_620), key: "b", method: .prepaid), by: World.actor)
        let disputed = try await world.pay(try await world.order(10_000), chf(10_810), key: "c", card: "4242")
        let now = world.clock.now
        let disputes = world.payments.disputes
        try await world.database.write { connection in
            try disputes.open(disputed.id, fee: chf(1500), reference: "dp_1", in: connection, by: .system, at: now)
        }
    }

    private static func journal(
        _ world: World, _ search: JournalSearch, before: LedgerTransactionID? = nil, limit: Int = 50
    ) async throws -> [JournalEntry] {
        try await world.database.report { try $0.journal(search, before: before, limit: limit) }
    }

    @Test(
        "A customer sees what moved between them and the house, newest first, and no fee of the house",
        arguments: DatabaseKind.allCases)
    func customer(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.fill(world)
            let entries = try await Self.journal(world, JournalSearch(of: World.organization, isForCustomer: true))
            #expect(
                entries.map(\.kind) == [
                    "dispute", "card_payment", "invoice", "prepaid_payment", "invoice", "card_payment",
                ])
            #expect(
                entries.map(\.customerAmount)
                    == [chf(10_810), chf(10_810), chf(10_810), chf(21_620), chf(21_620), chf(30_000)])
            #expect(entries.dropLast().allSatisfy { $0.documents.count == 1 })
            let other = JournalSearch(of: OrganizationID(rawValue: 9999), isForCustomer: true)
            #expect(try await Self.journal(world, other).isEmpty)
        }
    }

    @Test(
        "Revenue that was earned is nothing a customer paid, and in the books all the same",
        arguments: DatabaseKind.allCases)
    func revenue(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.fill(world)
            world.clock.advance(.days(70))
            _ = try await world.payments.revenue.run(world.clock.now)
            let mine = try await Self.journal(world, JournalSearch(of: World.organization, isForCustomer: true))
            #expect(!mine.contains { $0.kind == "revenue" })
            let all = try await Self.journal(world, JournalSearch(account: .services))
            #expect(!all.isEmpty && all.allSatisfy { $0.kind == "revenue" && $0.customerAmount == nil })
        }
    }

    @Test(
        "By account and period, in portions that miss nothing; balances sum to zero", arguments: DatabaseKind.allCases)
    func books(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.fill(world)
            let prepaid = try await Self.journal(world, JournalSearch(account: .prepaid))
            #expect(prepaid.map(\.kind) == ["prepaid_payment", "card_payment"])
            let today = World.issuer.zone.day(of: world.clock.now)
            let all = try await Self.journal(world, JournalSearch(from: today, until: today))
            #expect(all.count == 6)
            #expect(try await Self.journal(world, JournalSearch(from: today.adding(days: 1))).isEmpty)
            #expect(try await Self.journal(world, JournalSearch(until: today.adding(days: -1))).isEmpty)
            var portions: [JournalEntry] = []
            while true {
                let portion = try await Self.journal(world, JournalSearch(), before: portions.last?.id, limit: 4)
                if portion.isEmpty { break }
                portions += portion
            }
            #expect(portions == all)
            let balances = try await world.database.report { try $0.accountBalances() }
            #expect(balances.map(\.amount.minorUnits).reduce(0, +) == 0)
            #expect(balances.first { $0.account == .prepaid }?.amount == chf(-8_380))
            #expect(balances.first { $0.account == .disputed }?.amount == chf(10_810))
        }
    }
}
