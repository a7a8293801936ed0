import Billing
import Kernel
import Storage
import TestSupport
import Testing

/// What came by transfer goes back by transfer: carried by the same files as withdrawals.
@Suite("A refund to a bank account")
struct RefundByBankTests {
    private static let sam = Event.Actor(person: PersonID(rawValue: 21))
    private static let kim = Event.Actor(person: PersonID(rawValue: 22))
    private static let iban = "CH9300762011623852957"

    private static func desk(_ fourEyesAbove: Int64 = 1_000_000) -> MoneyDesk {
        MoneyDesk(withdrawals: World.payouts.withdrawals, fourEyesAbove: fourEyesAbove)
    }

    /// An invoice of 108.10 that a transfer paid.
    private static func paid(_ world: World) async throws -> (invoice: Document, payment: Payment) {
        let asked = try await world.orderByTransfer()
        try await OwnMoneyTests.arrive(
            world, .init(reference: asked.reference, bankReference: "IN", debtorIBAN: iban))
        let invoice = try #require(try await world.documents(DocumentFilter(kinds: [.invoice])).first)
        return (invoice, try #require(try await world.database.read { try $0.payments(of: invoice) }.first))
    }

    private static func ask(
        _ world: World, _ act: DeskAct, holder: String? = "Marie Rossier", key: String = "click",
        above: Int64 = 1_000_000
    ) async throws -> DeskRequest {
        let (now, account) = (world.clock.now, try #require(IBAN(iban)))
        return try await world.database.write { connection in
            try desk(above).ask(
                act, to: holder.map { .bank(account, holder: $0) }, in: World.organization, reason: "Ordered twice",
                clientKey: key, by: sam, in: connection, at: now)
        }
    }

    private static func refunds(_ world: World) async throws -> [Refund] {
        try await world.database.read { try $0.refunds(of: World.organization, limit: 10) }
    }

    private static func file(_ world: World) async throws -> String {
        String(decoding: try await world.content(try await world.makeFile()), as: UTF8.self)
    }

    private static func state(_ invoice: Document, _ world: World) async throws -> DocumentState? {
        try await world.database.read { try $0.document(invoice.id, in: World.organization)?.state }
    }

    @Test(
        "A credit note's refund waits on 2032, goes with the file, and is settled by the bank",
        arguments: DatabaseKind.allCases)
    func credited(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await Self.paid(world)
            let act = DeskAct.credit(document: invoice.id.rawValue, payment: payment.id.rawValue, byBank: true)
            #expect(try await world.database.read { try $0.payer(of: payment)?.iban } == Self.iban)
            #expect(try await Self.ask(world, act).state == .done)
            #expect(try await Self.ask(world, act).state == .done, "The second click.")
            let refund = try #require(try await Self.refunds(world).first)
            #expect(refund.way == .bank && refund.state == .pending && refund.amount == chf(10_810))
            #expect(try await OwnMoneyTests.balances(world) == ["1020 10810", "2032 -10810"])
            #expect(try await Self.state(invoice, world) == .credited)
            #expect(try await world.violations() == [])
            // No processor is asked for it.
            #expect(try await world.database.read { try Payments.nextRefundDue($0) } == nil)
            world.clock.advance(.hours(1))
            #expect(try await world.payments.settleRefundsDue(world.clock.now) == 0)
            _ = try await world.payments.settleRefund(refund.id, by: World.actor)
            #expect(try await Self.refunds(world).map(\.state) == [.pending])
            let content = try await Self.file(world)
            #expect(content.contains("<IBAN>\(Self.iban)</IBAN>") && content.contains("<EndToEndId>WD-1</EndToEndId>"))
            for key in ["OUT", "OUT"] {
                try await OwnMoneyTests.arrive(
                    world, .init(bankReference: key, isCredit: false, endToEnd: "WD-1"))
            }
            #expect(try await Self.refunds(world).map(\.state) == [.posted])
            #expect(try await OwnMoneyTests.balances(world) == [])
            #expect(try await Self.state(invoice, world) == .refunded)
            let names = try await world.eventNames()
            #expect(names.count { $0 == "RefundPaid" } == 1 && !names.contains("WithdrawalPaid"))
            #expect(try await world.violations() == [])
        }
    }

    @Test("What comes back is on the prepaid account", arguments: DatabaseKind.allCases, [true, false])
    func returned(_ kind: DatabaseKind, _ wasPaid: Bool) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await Self.paid(world)
            _ = try await Self.ask(
                world, .credit(document: invoice.id.rawValue, payment: payment.id.rawValue, byBank: true))
            let made = try await world.makeFile()
            if wasPaid {
                try await OwnMoneyTests.arrive(world, .init(bankReference: "OUT", isCredit: false, endToEnd: "WD-1"))
                try await OwnMoneyTests.arrive(
                    world, .init(bankReference: "BACK", endToEnd: "WD-1", returned: ("AC04", "")))
            } else {
                #expect(try await world.settleFile(made, reason: "The bank refused it") == 1)
            }
            #expect(try await Self.refunds(world).map(\.state) == [.returned])
            #expect(try await world.balance() == chf(10_810))
            let movements = try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 5) }
            #expect(movements.map(\.origin) == [.refundReturned])
            #expect(try await world.eventNames().count { $0 == "RefundReturned" } == 1)
            #expect(try await world.violations() == [])
        }
    }

    @Test("Of what a payment left on prepaid, up to that; from 0.10", arguments: DatabaseKind.allCases)
    func fromPrepaid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(5000, key: "a")
            func refund(_ amount: Int64, _ key: String) async throws -> DeskRequest {
                try await Self.ask(
                    world, .refund(payment: payment.id.rawValue, minorUnits: amount, byBank: true), key: key)
            }
            for amount in [Int64(9), 5001] {
                let problem = await #expect(throws: Problem.self) { try await refund(amount, "bad-\(amount)") }
                #expect(problem?.field == "amount")
            }
            _ = try await refund(3000, "one")
            let rest = await #expect(throws: Problem.self) { try await refund(2001, "two") }
            #expect(rest?.field == "amount")
            _ = try await refund(2000, "three")
            #expect(try await world.balance() == chf(0))
            let list = try await world.database.read { connection in
                try connection.withdrawals(of: World.organization, limit: 10, keys: World.keys)
            }
            #expect(list.isEmpty, "They are not the organisation's to cancel.")
            await #expect(throws: Problem.notFound) { try await world.cancel(id: WithdrawalID(rawValue: 1)) }
            let content = try await Self.file(world)
            #expect(content.contains("<EndToEndId>WD-2</EndToEndId>"))
            try await OwnMoneyTests.arrive(
                world,
                .init(
                    amount: "50.00", bankReference: "SUM", isCredit: false,
                    batch: (id: "KONTOR-20261120-0011aabb-CHF", size: 2)))
            #expect(try await Self.refunds(world).map(\.state) == [.posted, .posted])
            // What came by card stays at the processor until it pays out.
            #expect(try await OwnMoneyTests.balances(world) == ["1020 -5000", "1025 5000"])
            #expect(try await world.violations() == [])
        }
    }

    @Test(
        "Where a colleague has to agree, the account waits sealed, and is the one that was asked for",
        arguments: DatabaseKind.allCases)
    func fourEyes(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let (invoice, payment) = try await Self.paid(world)
            let act = DeskAct.credit(document: invoice.id.rawValue, payment: payment.id.rawValue, byBank: true)
            let none = await #expect(throws: Problem.self) { try await Self.ask(world, act, holder: nil) }
            #expect(none?.field == "iban")
            let request = try await Self.ask(world, act, above: 10_000)
            #expect(request.state == .pending)
            let other = await #expect(throws: Problem.self) {
                try await Self.ask(world, act, holder: "Mallory", above: 10_000)
            }
            #expect(other?.code == "idempotency_conflict")
            let kept = try await world.database.read { connection -> String in
                let row = try connection.row("SELECT target, act FROM desk_request")
                let target: [UInt8] = try row?["target"] ?? []
                return String(decoding: target, as: UTF8.self) + (try row?["act"] ?? "")
            }
            #expect(!kept.contains("762011623852957") && !kept.contains("Rossier"))
            let now = world.clock.now
            try await world.database.write { connection in
                try Self.desk(10_000).decide(request.id, agrees: true, by: Self.kim, in: connection, at: now)
            }
            #expect(try await Self.file(world).contains("<IBAN>\(Self.iban)</IBAN>"))
            #expect(try await world.violations() == [])
        }
    }
}
