import Billing
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@Suite("The operator's money desk")
struct MoneyDeskTests {
    private static let sam = Event.Actor(person: PersonID(rawValue: 70), client: "test")
    private static let kim = Event.Actor(person: PersonID(rawValue: 71), client: "test")
    /// CHF 200.00: the invoice of 225.19 is above it.
    private static let desk = MoneyDesk(withdrawals: World.payouts.withdrawals, fourEyesAbove: 20_000)

    private static func invoice(_ world: World) async throws -> Document {
        _ = try await world.pay(try await world.order(20_832), chf(22_519), key: "a", card: "4242")
        return try #require(try await world.documents().first)
    }

    private static func ask(
        _ act: DeskAct, _ world: World, desk: MoneyDesk = desk, key: String = "click"
    ) async throws -> DeskRequest {
        let now = world.clock.now
        return try await world.database.write { connection in
            try desk.ask(
                act, in: World.organization, reason: "Ordered twice", clientKey: key, by: sam, in: connection, at: now)
        }
    }

    private static func decide(
        _ request: DeskRequest, _ agrees: Bool, by actor: Event.Actor, _ world: World
    ) async throws {
        let now = world.clock.now
        try await world.database.write { connection in
            try desk.decide(request.id, agrees: agrees, by: actor, in: connection, at: now)
        }
    }

    @Test("Up to the amount it is done at once, and once", arguments: DatabaseKind.allCases)
    func atOnce(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await MoneyDeskTests.invoice(world)
            let exactly = MoneyDesk(withdrawals: World.payouts.withdrawals, fourEyesAbove: 22_519)
            let act = DeskAct.credit(document: invoice.id.rawValue, payment: nil)
            let request = try await MoneyDeskTests.ask(act, world, desk: exactly)
            #expect(request.state == .done)
            #expect(try await MoneyDeskTests.ask(act, world, desk: exactly) == request)
            #expect(try await world.balance() == chf(22_519))
            #expect(try await world.documents().count == 2)
            #expect(try await world.violations() == [])
        }
    }

    @Test("Above it somebody else has to agree, never whoever asked", arguments: DatabaseKind.allCases)
    func fourEyes(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await MoneyDeskTests.invoice(world)
            let request = try await MoneyDeskTests.ask(
                .credit(document: invoice.id.rawValue, payment: nil), world)
            #expect(request.state == .pending)
            #expect(try await world.documents().count == 1)
            let own = await #expect(throws: Problem.self) {
                try await MoneyDeskTests.decide(request, true, by: MoneyDeskTests.sam, world)
            }
            #expect(own?.code == "desk_own_request")
            try await MoneyDeskTests.decide(request, true, by: MoneyDeskTests.kim, world)
            #expect(try await world.balance() == chf(22_519))
            let again = await #expect(throws: Problem.self) {
                try await MoneyDeskTests.decide(request, true, by: MoneyDeskTests.kim, world)
            }
            #expect(again?.code == "desk_request_decided")
            let names = try await world.eventNames()
            #expect(names.contains("DeskRequested") && names.contains("DeskDone"))
            #expect(try await world.violations() == [])
        }
    }

    @Test("What was refused, or nobody decided within seven days, is not done", arguments: DatabaseKind.allCases)
    func undone(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await MoneyDeskTests.invoice(world)
            let act = DeskAct.credit(document: invoice.id.rawValue, payment: nil)
            let refused = try await MoneyDeskTests.ask(act, world, key: "first")
            try await MoneyDeskTests.decide(refused, false, by: MoneyDeskTests.kim, world)
            let late = try await MoneyDeskTests.ask(act, world, key: "second")
            world.clock.advance(.days(7))
            let now = world.clock.now
            let problem = await #expect(throws: Problem.self) {
                try await MoneyDeskTests.decide(late, true, by: MoneyDeskTests.kim, world)
            }
            #expect(problem?.code == "desk_request_decided")
            #expect(try await world.database.write { try MoneyDesk.expire(in: $0, at: now) } == 1)
            #expect(try await world.database.read { try MoneyDesk.nextDue($0) } == nil)
            #expect(try await world.documents().count == 1)
        }
    }

    @Test(
        "Parts of lines are credited by themselves, and only they count for the four eyes",
        arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let invoice = try await MoneyDeskTests.invoice(world)
            func credit(_ minorUnits: Int64, _ key: String, position: Int = 1) async throws -> DeskRequest {
                let part = DeskAct.Part(position: position, minorUnits: minorUnits)
                return try await MoneyDeskTests.ask(
                    .credit(document: invoice.id.rawValue, payment: nil, parts: [part]), world, key: key)
            }
            #expect(try await credit(10_000, "a").state == .done)
            #expect(try await credit(10_000, "a").amount == chf(10_810), "The second click.")
            #expect(try await world.balance() == chf(10_810))
            for (key, minorUnits, position) in [("b", Int64(10_833), 1), ("c", -1, 1), ("d", 1, 2)] {
                let problem = await #expect(throws: Problem.self) {
                    try await credit(minorUnits, key, position: position)
                }
                #expect(problem?.field == "line_\(position)")
            }
            #expect(try await credit(10_832, "e").amount == chf(22_519 - 10_810))
            #expect(try await world.balance() == chf(22_519))
            #expect(try await world.documents(DocumentFilter(kinds: [.creditNote])).count == 2)
            #expect(try await world.violations() == [])
        }
    }

    @Test("What was asked for before lines could be chosen is still read as all that is left")
    func older() throws {
        let act = try JSONDecoder().decode(DeskAct.self, from: Data(#"{"credit":{"document":4,"payment":2}}"#.utf8))
        #expect(act == .credit(document: 4, payment: 2))
    }

    @Test("A refund is at most what the payment left on prepaid", arguments: DatabaseKind.allCases)
    func refund(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(10_000, key: "a")
            func refund(_ amount: Int64, _ key: String) async throws -> DeskRequest {
                try await MoneyDeskTests.ask(.refund(payment: payment.id.rawValue, minorUnits: amount), world, key: key)
            }
            for (index, amount) in [Int64(0), -1, 10_001].enumerated() {
                let problem = await #expect(throws: Problem.self) { try await refund(amount, "bad-\(index)") }
                #expect(problem?.field == "amount")
            }
            #expect(try await refund(10_000, "good").state == .done)
            #expect(try await world.balance() == chf(0))
            #expect(try await world.violations() == [])
        }
    }
}
