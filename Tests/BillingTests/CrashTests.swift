import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

/// What stops at any step is found out later: nothing is paid twice, nothing is lost.
@Suite("A payment that was interrupted")
struct CrashTests {
    @Test("Before the processor was asked: given up after 15 minutes", arguments: DatabaseKind.allCases)
    func beforeAsking(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.begin(order, chf(22_519), key: "a")
            world.clock.advance(.minutes(14))
            #expect(try await world.payments.settleDue(world.clock.now) == 0)
            world.clock.advance(.minutes(1))
            #expect(try await world.payments.settleDue(world.clock.now) == 1)
            #expect(try await world.payments.refresh(payment.id, by: World.actor).state == .voided)
            #expect(try await world.eventNames() == ["PaymentVoided"])
            #expect(try await world.pay(order, chf(22_519), key: "b", card: "4242").state == .posted)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "A request that was under way while the payment was given up cannot take money",
        arguments: DatabaseKind.allCases)
    func late(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let token = try await world.token("4242")
            let payment = try await world.begin(order, chf(22_519), key: "a")
            _ = try await world.payments.abandon(payment.id, by: World.actor)
            let late = try await world.payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
            #expect(late.state == .voided)
            #expect(try await world.cards.charges(limit: 10).isEmpty)
        }
    }

    @Test("The message to the processor was lost: given up", arguments: DatabaseKind.allCases)
    func messageLost(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let token = try await world.token("4242")
            let payment = try await world.begin(order, chf(22_519), key: "a")
            world.line.fails(.messageLost)
            let pending = try await world.payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
            #expect(pending.state == .pending)
            world.clock.advance(.minutes(20))
            #expect(try await world.payments.settleDue(world.clock.now) == 0, "Still unknown: it stays pending.")
            world.line.fails(.none)
            world.clock.advance(.minutes(1))
            #expect(try await world.payments.settleDue(world.clock.now) == 1)
            #expect(try await world.payments.refresh(payment.id, by: World.actor).state == .voided)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("The processor's answer was lost: asked again, posted once", arguments: DatabaseKind.allCases)
    func answerLost(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let token = try await world.token("4242")
            let payment = try await world.begin(order, chf(22_519), key: "a")
            world.line.fails(.answerLost)
            let pending = try await world.payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
            #expect(pending.state == .pending)
            #expect(try await world.documents().isEmpty)
            world.line.fails(.none)
            world.clock.advance(.minutes(1))
            async let one = world.payments.settleDue(world.clock.now)
            async let two = world.payments.settleDue(world.clock.now)
            #expect(try await one + two >= 1)
            #expect(try await world.payments.refresh(payment.id, by: World.actor).state == .posted)
            #expect(try await world.documents().map(\.state) == [.paid])
            #expect(try await world.eventNames() == ["InvoiceIssued", "PaymentSucceeded", "InvoicePaid"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Settling itself was cut off: nothing of it is kept, the next try is whole", arguments: DatabaseKind.allCases)
    func whileSettling(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let token = try await world.token("4242")
            let payment = try await world.begin(order, chf(22_519), key: "a")
            world.shop.strike(2)
            await #expect(throws: Shop.Struck.self) {
                try await world.payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
            }
            #expect(try await world.documents().isEmpty)
            #expect(try await world.violations().isEmpty)
            world.clock.advance(.minutes(1))
            #expect(try await world.payments.settleDue(world.clock.now) == 0)
            let again = try #require(try await world.database.read { try Payments.nextDue($0) })
            #expect(again > world.clock.now, "A payment that cannot be settled does not keep the schedule busy.")
            world.clock.advance(.minutes(1))
            #expect(try await world.payments.settleDue(world.clock.now) == 1)
            #expect(try await world.documents().map(\.number) == ["2026-00001"])
            #expect(try await world.cards.charges(limit: 10).count == 1)
            #expect(try await world.payments.settleDue(world.clock.now) == 0)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("The money came although the payment was given up: it still pays", arguments: DatabaseKind.allCases)
    func afterGivingUp(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            // As a processor that does not keep to its word would have it.
            let other = try await world.order(10_000)
            let waiting = try await world.pay(other, chf(10_810), key: "b", card: "3155")
            world.clock.advance(.hours(1))
            _ = try await world.payments.settleDue(world.clock.now)
            _ = try await world.database.write {
                try $0.execute("UPDATE sandbox_charge SET state = 'succeeded', failure = NULL WHERE last4 = '3155'")
            }
            #expect(try await world.payments.refresh(waiting.id, by: World.actor).state == .posted)
            #expect(try await world.payments.refresh(payment.id, by: World.actor).state == .posted)
            #expect(try await world.documents().map(\.state) == [.paid, .paid])
            #expect(try await world.violations().isEmpty)
        }
    }
}
