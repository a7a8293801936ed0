import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("A reference of one, paid from the account of another")
struct OtherPayerTests {
    private static let account = "DE89370400440532013000"

    private static func standing(_ organization: OrganizationID, _ currency: Currency, _ world: World) async throws
        -> String
    {
        let now = world.clock.now
        return try await world.database.write { connection in
            try world.payments.topUpReference(of: organization, currency, in: connection, at: now)
        }.reference.text
    }

    private static func told(_ world: World) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows(
                """
                SELECT name || ' ' || organization_id AS line FROM event
                WHERE name IN ('TransferPaidByOther', 'TransferPaidForOther') ORDER BY id
                """
            ).map { try $0["line"] }
        }
    }

    @Test("Both sides are told, once, and whoever pays for several is not", arguments: DatabaseKind.allCases)
    func told(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let ours = try await Self.standing(World.organization, .chf, world)
            let theirs = try await Self.standing(World.other, .eur, world)
            func pay(_ reference: String, _ currency: String, _ key: String, from account: String = Self.account)
                async throws
            {
                try await OwnMoneyTests.arrive(
                    world,
                    .init(
                        amount: "20.00", currency: currency, reference: reference, bankReference: key,
                        debtorIBAN: account))
            }
            try await pay(ours, "CHF", "A1")
            try await pay(ours, "CHF", "A2")
            #expect(try await Self.told(world) == [], "Their own account.")
            try await pay(theirs, "EUR", "A3", from: "CH9300762011623852957")
            #expect(try await Self.told(world) == [], "An account that nobody knows.")
            for _ in 1...2 { try await pay(theirs, "EUR", "A4") }
            #expect(try await Self.told(world) == ["TransferPaidByOther 2", "TransferPaidForOther 1"])
            try await pay(theirs, "EUR", "A5")
            #expect(try await Self.told(world).count == 2, "By now it is known to pay for both.")
            let payer = try await world.database.read { connection in
                try connection.row("SELECT content FROM event_personal WHERE content LIKE '%Marie%'")?["content"]
                    as String?
            }
            #expect(payer != nil, "The name is told, and can be forgotten.")
            #expect(try await world.violations() == [])
        }
    }
}
