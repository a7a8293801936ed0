import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// Buying on account, by its rules.
@Suite("Customers on account")
struct OnAccountTests {
    static func grant(
        _ world: World, limit: Int64 = 50_000, dueDays: Int = 30, in organization: OrganizationID = World.organization
    ) async throws {
        let now = world.clock.now
        try await world.database.write { connection in
            try connection.grantAccount(
                AccountTerms(dueDays: dueDays, limit: chf(limit)), to: organization, reason: "Known for years",
                by: World.actor, at: now)
        }
    }

    /// Something over so much, with VAT of 8.1 %.
    @discardableResult
    static func buy(_ world: World, _ key: String, net: Int64 = 10_000) async throws -> Document {
        let now = world.clock.now
        let total = chf(net + Percentage(basisPoints: 810).of(chf(net)).minorUnits)
        return try await world.database.write { connection in
            try world.payments.putOnAccount(
                total, of: World.organization, in: connection, by: World.actor, at: now
            ) { dueDays in
                try connection.issueInvoice(
                    DocumentDraft(
                        key: "inv:\(key)", organization: World.organization, recipient: World.recipient,
                        currency: .chf, lines: [DraftLine(description: "Hébergement", unitListPrice: chf(net))],
                        dueDays: dueDays), from: World.issuer, by: World.actor, at: now)
            }
        }
    }

    /// The word of why not.
    private static func refusal(_ world: World, _ key: String, net: Int64 = 10_000) async throws -> String? {
        await #expect(throws: Problem.self) { try await buy(world, key, net: net) }?.word
    }

    static func arrive(_ world: World, _ document: Document, _ amount: String, _ bankReference: String) async throws {
        let found = try await world.database.read { try $0.transferReference(of: document.id) }
        let reference = try #require(found)
        let file = BankFileOfTest(entries: [
            .init(amount: amount, reference: reference.reference.text, bankReference: bankReference)
        ])
        _ = try await world.payments.importBankFile(file.file, by: .system)
    }

    static func state(_ world: World, _ document: Document) async throws -> DocumentState? {
        try await world.database.read { try $0.document(document.id, in: document.organization)?.state }
    }

    @Test("Only who may buys on account, up to the limit and not a cent more", arguments: DatabaseKind.allCases)
    func limit(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(try await Self.refusal(world, "a") == "billing.on_account.not_granted")
            try await Self.grant(world, limit: 21_620)
            let first = try await Self.buy(world, "a")
            #expect(first.state == .open && first.open == chf(10_810))
            #expect(first.issuedOn == Day("2026-11-20") && first.dueOn == Day("2026-12-20"))
            #expect(try await Self.refusal(world, "b", net: 10_001) == "billing.method.refused.above_limit")
            try await Self.buy(world, "b")
            #expect(try await Self.refusal(world, "c", net: 1) == "billing.method.refused.above_limit")
            // What is paid makes room.
            try await Self.arrive(world, first, "108.10", "A1")
            try await Self.buy(world, "c", net: 1)
            #expect(try await world.documents().count == 3)
            #expect(try await world.violations() == [])
        }
    }

    @Test("Nothing more while something is overdue; the day itself is in time", arguments: DatabaseKind.allCases)
    func overdue(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.grant(world, dueDays: 10)
            let invoice = try await Self.buy(world, "a")
            world.clock.advance(.days(10))
            try await Self.buy(world, "b")
            world.clock.advance(.days(1))
            #expect(try await Self.refusal(world, "c") == "billing.method.refused.something_overdue")
            try await Self.arrive(world, invoice, "108.10", "A1")
            try await Self.buy(world, "c")
        }
    }

    @Test("Sixteen orders at once do not owe more than may be open", arguments: DatabaseKind.allCases)
    func storm(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.grant(world, limit: 33_000)
            let bought = await withTaskGroup(of: Bool.self) { group in
                for index in 1...16 {
                    group.addTask { (try? await Self.buy(world, "storm-\(index)")) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(bought == 3)
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Its reference is on the paper; transfers pay it by part, and what is too much goes to prepaid",
        arguments: DatabaseKind.allCases)
    func transfers(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.grant(world)
            let invoice = try await Self.buy(world, "a")
            let paper = try await world.database.read { try $0.paper(of: invoice) }
            let reference = try #require(paper.reference)
            let text = try PaperTests.text(PaperTests.press().pdf(of: paper))
            #expect(text.contains(reference.reference.grouped) && text.contains("Section paiement"))
            try await Self.arrive(world, invoice, "50.00", "A1")
            #expect(try await Self.state(world, invoice) == .partiallyPaid)
            let left = try await world.database.read { connection in
                try #require(try connection.document(invoice.id, in: invoice.organization))
            }
            #expect(left.open == chf(5_810))
            try await Self.arrive(world, invoice, "60.00", "A2")
            #expect(try await Self.state(world, invoice) == .paid)
            #expect(try await world.balance() == chf(190))
            #expect(try await world.violations() == [])
        }
    }

    @Test("Terms are told once, changed, and taken away; what is open stays open", arguments: DatabaseKind.allCases)
    func terms(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await Self.grant(world)
            try await Self.grant(world)
            try await Self.grant(world, limit: 60_000)
            let invoice = try await Self.buy(world, "a")
            let now = world.clock.now
            for expected in [true, false] {
                let was = try await world.database.write { connection in
                    try connection.withdrawAccount(
                        of: World.organization, reason: "Does not pay", by: World.actor, at: now)
                }
                #expect(was == expected)
            }
            let names = try await world.eventNames().filter { $0.hasPrefix("OnAccount") }
            #expect(names == ["OnAccountGranted", "OnAccountGranted", "OnAccountWithdrawn"])
            #expect(try await Self.state(world, invoice) == .open)
            #expect(try await Self.refusal(world, "b") == "billing.on_account.not_granted")
        }
    }

    @Test(
        "Terms that cannot be are refused",
        arguments: [(0, 100, "due_days"), (91, 100, "due_days"), (30, 99, "limit"), (30, 100_000_001, "limit")]
            as [(Int, Int64, String)])
    func bounds(_ days: Int, _ limit: Int64, _ field: String) async throws {
        try await World.with(.sqlite) { world in
            let problem = await #expect(throws: Problem.self) {
                try await Self.grant(world, limit: limit, dueDays: days)
            }
            #expect(problem?.field == field)
            let foreign = await #expect(throws: Problem.self) { try await Self.grant(world, in: World.other) }
            #expect(foreign?.code == "currency_mismatch")
        }
    }
}
