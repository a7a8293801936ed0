import Kernel
import Storage
import TestSupport
import Testing

@testable import Billing

/// Invoices that are not paid in time.
@Suite("Reminders")
struct ReminderTests {
    private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

    /// Works off what is due, as the schedule does.
    @discardableResult
    private static func run(_ world: World, _ rule: ReminderRule = .usual) async throws -> Int {
        try await Reminders(payments: world.payments, rule: rule).run(world.clock.now)
    }

    private static func run(_ world: World, after days: Int) async throws {
        world.clock.advance(.days(days))
        try await run(world)
    }

    private static func levels(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows("SELECT document_id || ':' || level AS value FROM reminder ORDER BY id")
                .map { try $0["value"] }
        }
    }

    /// An invoice on account, to be paid by 2026-11-30.
    private static func invoice(_ world: World, _ key: String = "a") async throws -> Document {
        try await OnAccountTests.grant(world, limit: 500_000, dueDays: 10)
        return try await OnAccountTests.buy(world, key)
    }

    @Test(
        "When the next one is due",
        arguments: [
            (0, nil, nil, "2026-12-10"), (1, "2026-12-10", nil, "2026-12-20"), (2, "2026-12-20", nil, "2026-12-30"),
            (3, "2026-12-30", nil, nil),
            // Late by five days, the next is late too.
            (1, "2026-12-15", nil, "2026-12-25"),
            // Fewer are wanted, but never none, and never more than there are.
            (0, nil, 1, "2026-12-10"), (1, "2026-12-10", 1, nil), (0, nil, 0, "2026-12-10"),
            (2, "2026-12-20", 9, "2026-12-30"), (3, "2026-12-30", 9, nil),
        ] as [(Int, String?, Int?, String?)])
    func next(_ sent: Int, _ lastOn: String?, _ wanted: Int?, _ expected: String?) throws {
        let next = ReminderRule.usual.next(
            after: sent, lastOn: try lastOn.map(Self.day), since: try Self.day("2026-11-30"), wanted: wanted)
        #expect(next == (try expected.map(Self.day)))
    }

    @Test(
        "Days that can be set",
        arguments: [
            ([], true), ([1], true), ([10, 20, 30], true), ([0, 10], false), ([10, 10], false), ([20, 10], false),
            ([365], true), ([366], false), (Array(1...10), true), (Array(1...11), false),
        ] as [([Int], Bool)])
    func rule(_ days: [Int], _ isOne: Bool) {
        #expect((ReminderRule(days: days) != nil) == isOne)
    }

    @Test("Overdue after its day, reminded three times, then no more", arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await Self.invoice(world)
            try await Self.run(world, after: 10)
            #expect(try await OnAccountTests.state(world, invoice) == .open)
            try await Self.run(world, after: 1)
            #expect(try await OnAccountTests.state(world, invoice) == .overdue)
            try await Self.run(world, after: 8)
            #expect(try await Self.levels(world) == [])
            try await Self.run(world, after: 1)
            #expect(try await Self.levels(world) == ["1:1"])
            // Once more on the same day, nothing more.
            #expect(try await Self.run(world) == 0)
            // A part of it changes nothing.
            try await OnAccountTests.arrive(world, invoice, "8.10", "A1")
            try await Self.run(world, after: 10)
            try await Self.run(world, after: 10)
            #expect(try await Self.levels(world) == ["1:1", "1:2", "1:3"])
            let due = try await world.database.read { try $0.dueInvoice(invoice.id) }
            #expect(due?.isOverdue == true && due?.nextOn == nil)
            try await Self.run(world, after: 300)
            #expect(try await Self.levels(world).count == 3)
            let sent = try await world.database.read { try $0.reminders(of: invoice.id) }
            #expect(sent.map(\.open) == [chf(10_810), chf(10_000), chf(10_000)])
            let names = try await world.eventNames()
            #expect(names.count { $0 == "InvoiceOverdue" } == 1 && names.count { $0 == "InvoiceReminded" } == 3)
            try await OnAccountTests.arrive(world, invoice, "100.00", "A2")
            #expect(try await OnAccountTests.state(world, invoice) == .paid)
            let paid = try await world.database.read { try $0.dueInvoice(invoice.id) }
            #expect(paid?.isOverdue == false)
            #expect(try await world.violations() == [])
        }
    }

    enum Settling: CaseIterable {
        case paid, credited, writtenOff
    }

    @Test("What is settled meanwhile is not reminded", arguments: DatabaseKind.allCases, Settling.allCases)
    func settled(_ kind: DatabaseKind, _ settling: Settling) async throws {
        try await World.with(kind) { world in
            let invoice = try await Self.invoice(world)
            try await Self.run(world, after: 11)
            #expect(try await OnAccountTests.state(world, invoice) == .overdue)
            let now = world.clock.now
            switch settling {
            case .paid: try await OnAccountTests.arrive(world, invoice, "108.10", "A1")
            case .credited:
                _ = try await world.database.write { connection in
                    try connection.issueCreditNote(
                        of: invoice.id, in: World.organization,
                        NewCreditNote(key: "credit", scope: .rest, reason: "Wrong", destination: .prepaid),
                        from: World.issuer, by: World.actor, at: now)
                }
            case .writtenOff:
                _ = try await world.database.write { connection in
                    try connection.writeOff(
                        invoice.id, in: World.organization, reason: "Gone", from: World.issuer, by: World.actor,
                        at: now)
                }
            }
            try await Self.run(world, after: 100)
            #expect(try await Self.levels(world) == [])
            let next = try await world.database.read {
                try Reminders(payments: world.payments, rule: .usual).nextDue($0)
            }
            #expect(next == nil)
            #expect(try await world.violations() == [])
        }
    }

    @Test("After a month without the house nobody gets two at once", arguments: DatabaseKind.allCases)
    func late(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await Self.invoice(world)
            try await Self.run(world, after: 45)
            #expect(try await Self.levels(world) == ["1:1"])
            try await Self.run(world, after: 9)
            #expect(try await Self.levels(world) == ["1:1"])
            try await Self.run(world, after: 1)
            #expect(try await Self.levels(world) == ["1:1", "1:2"])
        }
    }

    @Test("Two runs at once, and a payment among them, send each once", arguments: DatabaseKind.allCases)
    func race(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            var invoices: [Document] = []
            for index in 1...12 { invoices.append(try await Self.invoice(world, "race-\(index)")) }
            try await Self.run(world, after: 11)
            world.clock.advance(.days(9))
            let paid = invoices[0]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...2 { group.addTask { try await Self.run(world) } }
                group.addTask { try await OnAccountTests.arrive(world, paid, "108.10", "A1") }
                try await group.waitForAll()
            }
            #expect(try await OnAccountTests.state(world, paid) == .paid)
            let levels = try await Self.levels(world)
            #expect(levels.count == Set(levels).count && (11...12).contains(levels.count))
            #expect(try await world.violations() == [])
        }
    }

    @Test("Disputed it is left alone; lost, it is overdue again and goes on", arguments: DatabaseKind.allCases)
    func disputed(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.pay(try await world.order(10_000), chf(10_810), key: "a", card: "4242")
            let invoice = try #require(try await world.documents().first)
            let disputes = world.payments.disputes
            let now = world.clock.now
            _ = try await world.database.write { connection in
                try disputes.open(payment.id, fee: chf(0), reference: "dp_1", in: connection, by: .system, at: now)
            }
            try await Self.run(world, after: 40)
            #expect(try await OnAccountTests.state(world, invoice) == .disputed)
            #expect(try await Self.levels(world) == [])
            let later = world.clock.now
            _ = try await world.database.write { try disputes.lost("dp_1", in: $0, by: .system, at: later) }
            try await Self.run(world)
            #expect(try await OnAccountTests.state(world, invoice) == .overdue)
            #expect(try await Self.levels(world) == [])
            try await Self.run(world, after: 9)
            #expect(try await Self.levels(world) == ["\(invoice.id):1"])
            let reference = try await world.database.read { try $0.transferReference(of: invoice.id) }
            #expect(reference != nil)
            #expect(try await world.violations() == [])
        }
    }
}
