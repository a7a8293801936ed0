import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

@Suite("Payments partly from prepaid")
struct MixedPaymentTests {
    /// An order of CHF 225.19, with CHF 100.00 on the prepaid account of which so much is to be used.
    private static func begin(
        _ part: Int64, key: String = "mixed", order: OrderID, _ world: World
    ) async throws -> Payment {
        let now = world.clock.now
        return try await world.database.write { connection in
            try Payments.begin(
                PaymentRequest(
                    organization: World.organization, person: World.person, purpose: "order",
                    purposeID: order.rawValue, amount: chf(22_519), fromPrepaid: chf(part), method: .card,
                    clientKey: key), in: connection, at: now)
        }
    }

    private static func charge(_ payment: Payment, _ card: String, _ world: World) async throws -> Payment {
        try await world.payments.charge(
            payment.id, with: try await world.token(card), returnPath: "/back", by: World.actor)
    }

    private static func account(_ world: World) async throws -> PrepaidAccount {
        try await world.database.read { try $0.prepaidAccount(of: World.organization) }
    }

    @Test("What is held is there and cannot be spent twice", arguments: DatabaseKind.allCases)
    func held(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            let order = try await world.order(20_832)
            let payment = try await MixedPaymentTests.begin(6_000, order: order, world)
            #expect(payment.amount == chf(16_519))
            let account = try await MixedPaymentTests.account(world)
            #expect(account.balance == chf(10_000))
            #expect(account.held == chf(6_000))
            #expect(account.available == chf(4_000))
            let other = try await world.order(4_000)
            let problem = await #expect(throws: Problem.self) {
                try await world.payments.payFromPrepaid(
                    Shop.request(other, chf(4_324), key: "other", method: .prepaid), by: World.actor)
            }
            #expect(problem?.code == "prepaid_balance_too_low")
            #expect(problem?.arguments["balance"] == "40.00")
            let mixed = await #expect(throws: Problem.self) {
                try await MixedPaymentTests.begin(4_001, key: "second", order: other, world)
            }
            #expect(mixed?.code == "prepaid_balance_too_low")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Both parts pay one invoice", arguments: DatabaseKind.allCases)
    func paid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            let order = try await world.order(20_832)
            let payment = try await MixedPaymentTests.begin(10_000, order: order, world)
            #expect(try await MixedPaymentTests.charge(payment, "4242", world).state == .posted)
            let invoice = try #require(try await world.documents(DocumentFilter(kinds: [.invoice])).first)
            #expect(invoice.state == .paid)
            let paid = try await world.database.read { try $0.payments(of: invoice) }
            #expect(paid.map(\.method) == [.card, .prepaid])
            #expect(paid.map(\.amount) == [chf(12_519), chf(10_000)])
            #expect(try await MixedPaymentTests.account(world).balance.isZero)
            #expect(try await MixedPaymentTests.account(world).held.isZero)
            #expect(try await world.eventNames().filter { $0 == "InvoicePaid" }.count == 1)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A card that fails gives the prepaid part back", arguments: DatabaseKind.allCases, ["0002", "3155"])
    func released(_ kind: DatabaseKind, _ card: String) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            let order = try await world.order(20_832)
            let payment = try await MixedPaymentTests.begin(10_000, order: order, world)
            let charged = try await MixedPaymentTests.charge(payment, card, world)
            if charged.state == .pending {
                #expect(try await MixedPaymentTests.account(world).available.isZero)
                world.clock.advance(.hours(1))
                #expect(try await world.payments.settleDue(world.clock.now) == 1)
            }
            #expect(try await MixedPaymentTests.account(world).available == chf(10_000))
            let again = try await MixedPaymentTests.begin(10_000, key: "again", order: order, world)
            #expect(try await MixedPaymentTests.charge(again, "4242", world).state == .posted)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "A card that pays after its part was released pays into prepaid, and nothing is delivered for half",
        arguments: DatabaseKind.allCases)
    func late(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            let order = try await world.order(20_832)
            let payment = try await MixedPaymentTests.begin(10_000, order: order, world)
            world.line.fails(.answerLost)
            #expect(try await MixedPaymentTests.charge(payment, "4242", world).state == .pending)
            // Given up here although the processor had the money: only a defect of it could bring this about.
            _ = try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE payment SET state = 'voided', settled_at = 1, next_ask_at = NULL
                    WHERE purpose_id = \(order) AND purpose = 'order'
                    """)
            }
            world.line.fails(.none)
            #expect(try await world.payments.refresh(payment.id, by: World.actor).state == .posted)
            #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).isEmpty)
            #expect(try await MixedPaymentTests.account(world).available == chf(22_519))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "Sent twice it is one payment; another split of the same form is a conflict", arguments: DatabaseKind.allCases)
    func twice(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            let order = try await world.order(20_832)
            let first = try await MixedPaymentTests.begin(6_000, order: order, world)
            #expect(try await MixedPaymentTests.begin(6_000, order: order, world).id == first.id)
            for part: Int64 in [5_000, 22_519] {
                let problem = await #expect(throws: Problem.self) {
                    try await MixedPaymentTests.begin(part, order: order, world)
                }
                #expect(problem?.code == "idempotency_conflict")
            }
            #expect(try await MixedPaymentTests.account(world).held == chf(6_000))
        }
    }

    @Test("A part of nothing, of less, or of all is refused", arguments: DatabaseKind.allCases, [0, -1, 22_519])
    func edges(_ kind: DatabaseKind, _ part: Int64) async throws {
        try await World.with(kind) { world in
            try await world.topUp(30_000, key: "top-up")
            let order = try await world.order(20_832)
            let problem = await #expect(throws: Problem.self) {
                try await MixedPaymentTests.begin(part, order: order, world)
            }
            #expect(problem?.code == "validation_rule_min")
            #expect(try await MixedPaymentTests.account(world).held.isZero)
        }
    }
}
