import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

@Suite("Saved payment methods")
struct ProfileTests {
    private static func profiles(_ world: World, of organization: OrganizationID = World.organization)
        async throws -> [PaymentProfile]
    {
        try await world.database.read { try $0.paymentProfiles(of: organization) }
    }

    private static func pay(
        _ key: String, _ instrument: Instrument, keeps: Bool, _ world: World
    ) async throws -> Payment {
        let order = try await world.order(20_832)
        let payment = try await world.begin(order, chf(22_519), key: key, method: instrument.method)
        return try await world.payments.charge(
            payment.id, with: instrument, keeps: keeps, returnPath: "/back", by: World.actor)
    }

    @Test("A card is saved when that was wished, becomes the default, and pays again", arguments: DatabaseKind.allCases)
    func card(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await ProfileTests.pay("a", .card(try await world.token("4242")), keeps: false, world)
            #expect(try await ProfileTests.profiles(world).isEmpty)
            _ = try await ProfileTests.pay("b", .card(try await world.token("4242")), keeps: true, world)
            let profile = try #require(try await ProfileTests.profiles(world).first)
            #expect(profile.state == .active)
            #expect(profile.brand == "visa")
            #expect(profile.label == "4242")
            #expect(profile.expires?.description == "12/30")
            let standard = try await world.database.read { try $0.defaultMethod(of: World.organization) }
            #expect(standard == .profile(profile.id))
            let again = try await ProfileTests.pay("c", try #require(profile.instrument), keeps: false, world)
            #expect(again.state == .posted)
            #expect(again.card?.last4 == "4242")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("The card that can be saved fails when it is charged later", arguments: DatabaseKind.allCases)
    func failsLater(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            #expect(
                try await ProfileTests.pay("a", .card(try await world.token("0341")), keeps: true, world).state
                    == .posted)
            let profile = try #require(try await ProfileTests.profiles(world).first)
            let again = try await ProfileTests.pay("b", try #require(profile.instrument), keeps: false, world)
            #expect(again.failure == "card_declined")
        }
    }

    @Test("TWINT is confirmed on its page, pays, and is saved (PAY-7)", arguments: DatabaseKind.allCases)
    func twint(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let waiting = try await ProfileTests.pay("a", .wallet(.twint), keeps: true, world)
            #expect(waiting.state == .pending)
            let charge = try #require(try await world.cards.charges(limit: 1).first)
            #expect(waiting.actionPath == "/sandbox/wallet/\(charge.id)")
            _ = try await world.cards.approve(charge.id)
            for _ in 1...2 {
                #expect(try await world.payments.refresh(waiting.id, by: World.actor).state == .posted)
            }
            let profiles = try await ProfileTests.profiles(world)
            #expect(profiles.map(\.method) == [.twint])
            let again = try await ProfileTests.pay("b", try #require(profiles[0].instrument), keeps: false, world)
            #expect(again.state == .posted)
            #expect(try await world.eventNames().filter { $0 == "PaymentMethodSaved" }.count == 1)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A profile of another organisation is not found", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await ProfileTests.pay("a", .card(try await world.token("4242")), keeps: true, world)
            let profile = try #require(try await ProfileTests.profiles(world).first)
            let found = try await world.database.read { try $0.paymentProfile(profile.id, in: World.other) }
            #expect(found == nil)
            #expect(try await ProfileTests.profiles(world, of: World.other).isEmpty)
        }
    }

    @Test(
        "What is forgotten is forgotten at the processor too, and tried again until it is",
        arguments: DatabaseKind.allCases)
    func forgotten(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await ProfileTests.pay("a", .card(try await world.token("4242")), keeps: true, world)
            let profile = try #require(try await ProfileTests.profiles(world).first)
            let channel = Forgetting(database: world.database, processor: world.line)
            world.line.fails(.messageLost)
            await #expect(throws: (any Error).self) {
                try await channel.deliver("{}", to: profile.id.description, key: "k", sentAt: world.clock.now)
            }
            #expect(try await ProfileTests.profiles(world).count == 1)
            world.line.fails(.none)
            for _ in 1...2 {
                try await channel.deliver("{}", to: profile.id.description, key: "k", sentAt: world.clock.now)
            }
            #expect(try await ProfileTests.profiles(world).isEmpty)
            let again = try await ProfileTests.pay("b", try #require(profile.instrument), keeps: false, world)
            #expect(again.failure == "not_a_test_card", "The token means nothing any more.")
        }
    }

    @Test("Only tokens and labels are kept")
    func secrets() async throws {
        try await World.with(.sqlite) { world in
            _ = try await ProfileTests.pay("a", .card(try await world.token("4242")), keeps: true, world)
            let text: [String] = try await world.database.read { connection in
                try connection.rows("SELECT token || label || brand AS text FROM payment_profile").map {
                    try $0["text"]
                }
            }
            #expect(!text.contains { $0.contains("42424242") })
        }
    }

    /// PAY-8: by itself, or by being the default of what goes by the default.
    @Test(
        "A profile stays while something is paid with it",
        arguments: [
            (removed: 1, standard: 1, uses: [] as [Int64?], stands: 0),
            (1, 1, [1], 1), (1, 1, [nil], 1), (1, 1, [2], 0), (1, 1, [1, nil, 2], 2),
            (1, 2, [nil], 0), (1, 2, [1], 1), (1, 0, [nil], 0), (1, 0, [1, 1], 2),
        ])
    func removal(_ row: (removed: Int64, standard: Int64, uses: [Int64?], stands: Int)) {
        let uses = row.uses.enumerated().map { index, profile in
            ProfileUse(profile: profile.map { PaymentProfileID(rawValue: $0) }, name: "product \(index)")
        }
        let names = PaymentProfile.standsAgainstRemoval(
            of: PaymentProfileID(rawValue: row.removed),
            standard: row.standard == 0 ? .prepaid : .profile(PaymentProfileID(rawValue: row.standard)), uses: uses)
        #expect(names.count == row.stands)
    }
}
