import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

@Suite("The sandbox's card processor")
struct SandboxCardTests {
    private static func charge(
        _ number: String, _ presence: CardPresence, key: String = "k", _ world: World
    ) async throws -> ChargeState {
        let card = try Card(number: number, expiry: "12/30", cvc: "123", on: World.issuer.zone.day(of: world.clock.now))
        let token = try await world.cards.tokenize(card)
        return try await world.cards.charge(
            ChargeRequest(
                key: key, organization: World.organization, amount: chf(100), instrument: .card(token),
                returnPath: "/back", presence: presence))
    }

    @Test(
        "Each test card does what the contract says",
        arguments: [
            ("4242 4242 4242 4242", .present, nil), ("4242 4242 4242 4242", .absent, nil),
            ("4000 0000 0000 0002", .present, "card_declined"), ("4000 0000 0000 9995", .present, "insufficient_funds"),
            ("4000 0000 0000 0341", .present, nil), ("4000 0000 0000 0341", .absent, "card_declined"),
            ("4000 0025 0000 3155", .absent, "authentication_required"),
            ("5555 5555 5555 4444", .present, "not_a_test_card"),
        ] as [(String, CardPresence, String?)])
    func cards(number: String, presence: CardPresence, failure: String?) async throws {
        try await World.with(.sqlite) { world in
            switch try await SandboxCardTests.charge(number, presence, world) {
            case .succeeded: #expect(failure == nil)
            case .failed(let reason): #expect(reason == failure)
            case .needsAction, .pending: Issue.record("It was decided.")
            }
        }
    }

    @Test("A key is charged once, and asking tells what became of it", arguments: DatabaseKind.allCases)
    func idempotent(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(try await world.cards.state(ofKey: "k") == nil)
            let first = try await SandboxCardTests.charge("4242 4242 4242 4242", .present, world)
            let second = try await SandboxCardTests.charge("4000 0000 0000 0002", .present, world)
            #expect(first == second)
            #expect(try await world.cards.state(ofKey: "k") == first)
            #expect(try await world.cards.cancel(key: "k") == first, "Too late.")
            let token = try await world.token("4242")
            await #expect(throws: Problem.self) {
                try await world.cards.charge(
                    ChargeRequest(
                        key: "k", organization: World.organization, amount: chf(101), instrument: .card(token),
                        returnPath: "/"))
            }
        }
    }

    @Test("A key given up before it was seen is refused when it comes", arguments: DatabaseKind.allCases)
    func cancelled(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(try await world.cards.cancel(key: "k") == .failed(reason: "cancelled"))
            let state = try await SandboxCardTests.charge("4242 4242 4242 4242", .present, world)
            #expect(state == .failed(reason: "cancelled"))
        }
    }

    @Test("The bank's page is answered once; an unknown one is not found", arguments: DatabaseKind.allCases)
    func secure(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let state = try await SandboxCardTests.charge("4000 0025 0000 3155", .present, world)
            let charge = try #require(try await world.cards.charges(limit: 1).first)
            #expect(state == .needsAction(path: "/sandbox/3ds/\(charge.id)", reference: charge.reference))
            #expect(try await world.cards.decline(charge.id).state == .failed)
            #expect(try await world.cards.approve(charge.id).state == .failed)
            #expect(try await world.cards.charge(charge.id + 1) == nil)
            await #expect(throws: Problem.notFound) { try await world.cards.approve(charge.id + 1) }
        }
    }

    @Test("The number is nowhere in the database")
    func noNumber() async throws {
        try await World.with(.sqlite) { world in
            _ = try await SandboxCardTests.charge("4242 4242 4242 4242", .present, world)
            _ = try await world.pay(try await world.order(1000), chf(1081), key: "a", card: "4242")
            let tables: [String] = try await world.database.read { connection in
                try connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'").map { try $0["name"] }
            }
            for table in tables {
                let hits = try await world.database.read { connection in
                    let columns: [String] = try connection.rows(
                        SQL(stringLiteral: "SELECT name FROM pragma_table_info('\(table)')")
                    ).map { try $0["name"] }
                    let text = columns.map { "COALESCE(\"\($0)\", '')" }.joined(separator: " || ' ' || ")
                    return try connection.rows(
                        SQL(stringLiteral: "SELECT 1 FROM \"\(table)\" WHERE \(text) LIKE '%42424242%'")
                    ).count
                }
                #expect(hits == 0, "\(table)")
            }
        }
    }
}
