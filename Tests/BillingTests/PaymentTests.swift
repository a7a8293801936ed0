import Billing
import Kernel
import Sandbox
import Storage
import TestSupport
import Testing

@Suite("Payments by card")
struct PaymentTests {
    @Test("A card pays: invoice, number, postings and allocation in one go", arguments: DatabaseKind.allCases)
    func paid(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            #expect(payment.state == .posted)
            #expect(payment.card?.brand == "visa")
            #expect(payment.card?.last4 == "4242")
            let document = try #require(try await world.documents().first)
            #expect(document.state == .paid)
            #expect(document.paidAt == world.clock.now)
            #expect(document.open.isZero)
            #expect(document.isPrintable)
            let (clearing, receivable, payments) = try await world.database.read { connection in
                (
                    try connection.balance(.processorClearing, of: World.organization, in: .chf),
                    try connection.balance(.receivable, of: World.organization, document: document.id, in: .chf),
                    try connection.payments(of: document)
                )
            }
            #expect(clearing == chf(22_519))
            #expect(receivable.isZero)
            #expect(payments.map(\.id) == [payment.id])
            #expect(try await world.eventNames() == ["InvoiceIssued", "PaymentSucceeded", "InvoicePaid"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "A card that does not pay leaves the order payable",
        arguments: DatabaseKind.allCases, [("0002", "card_declined"), ("9995", "insufficient_funds")])
    func declined(_ kind: DatabaseKind, _ card: (last4: String, reason: String)) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.pay(order, chf(22_519), key: "a", card: card.last4)
            #expect(payment.state == .failed)
            #expect(payment.failure == card.reason)
            #expect(try await world.documents().isEmpty)
            #expect(try await world.pay(order, chf(22_519), key: "b", card: "4242").state == .posted)
            #expect(try await world.eventNames().first == "PaymentFailed")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A click sent twice is one payment", arguments: DatabaseKind.allCases)
    func twice(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let token = try await world.token("4242")
            let ids = try await withThrowingTaskGroup(of: PaymentID.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        let payment = try await world.begin(order, chf(22_519), key: "same")
                        return try await world.payments.charge(
                            payment.id, with: token, returnPath: "/back", by: World.actor
                        ).id
                    }
                }
                return try await group.reduce(into: Set<PaymentID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let id = try #require(ids.first)
            #expect(try await world.payments.refresh(id, by: World.actor).state == .posted)
            #expect(try await world.cards.charges(limit: 10).count == 1)
            #expect(try await world.documents().count == 1)
            let problem = await #expect(throws: Problem.self) { try await world.begin(order, chf(1), key: "same") }
            #expect(problem?.code == "idempotency_conflict")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Two tabs never pay for the same thing", arguments: DatabaseKind.allCases)
    func tabs(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(30_000, key: "top-up")
            let order = try await world.order(20_832)
            let posted = await withTaskGroup(of: Bool.self) { group in
                for tab in 1...6 {
                    group.addTask {
                        if tab % 2 == 0 {
                            let request = Shop.request(order, chf(22_519), key: "tab \(tab)", method: .prepaid)
                            return (try? await world.payments.payFromPrepaid(request, by: World.actor))?.state
                                == .posted
                        }
                        return (try? await world.pay(order, chf(22_519), key: "tab \(tab)", card: "4242"))?.state
                            == .posted
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            // A card that comes after the order was paid is money we hold, so its payment is posted too: to prepaid.
            #expect(posted >= 1)
            let invoices = try await world.documents(DocumentFilter(kinds: [.invoice]))
            #expect(invoices.map(\.state) == [.paid])
            #expect(try await world.database.read { try $0.payments(of: invoices[0]).count } == 1)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("One payment at a time for one thing; giving it up makes room", arguments: DatabaseKind.allCases)
    func underWay(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let first = try await world.pay(order, chf(22_519), key: "a", card: "3155")
            #expect(first.state == .pending)
            let problem = await #expect(throws: Problem.self) {
                try await world.begin(order, chf(22_519), key: "b")
            }
            #expect(problem?.code == "payment_under_way")
            #expect(problem?.arguments["payment"] == first.id.description)
            #expect(try await world.payments.abandon(first.id, by: World.actor).state == .voided)
            #expect(try await world.pay(order, chf(22_519), key: "b", card: "4242").state == .posted)
            let charge = try #require(try await world.cards.charges(limit: 10).last)
            #expect(try await world.cards.approve(charge.id).state == .failed)
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "3-D Secure answered yes or no, and the way back taken twice", arguments: DatabaseKind.allCases, [true, false])
    func secure(_ kind: DatabaseKind, _ isApproved: Bool) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let waiting = try await world.pay(order, chf(22_519), key: "a", card: "3155")
            let charge = try #require(try await world.cards.charges(limit: 1).first)
            #expect(waiting.state == .pending)
            #expect(waiting.actionPath == "/sandbox/3ds/\(charge.id)")
            #expect(charge.returnPath == "/back")
            #expect(try await world.payments.refresh(waiting.id, by: World.actor).state == .pending)
            _ = isApproved ? try await world.cards.approve(charge.id) : try await world.cards.decline(charge.id)
            for _ in 1...2 {
                let payment = try await world.payments.refresh(waiting.id, by: World.actor)
                #expect(payment.state == (isApproved ? .posted : .failed))
                #expect(payment.failure == (isApproved ? nil : "authentication_failed"))
                #expect(payment.actionPath == nil)
            }
            #expect(try await world.documents().count == (isApproved ? 1 : 0))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "3-D Secure that nobody answers expires after an hour, and cannot be answered then",
        arguments: DatabaseKind.allCases)
    func expired(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let waiting = try await world.pay(order, chf(22_519), key: "a", card: "3155")
            world.clock.advance(.minutes(59))
            #expect(try await world.payments.settleDue(world.clock.now) == 0)
            #expect(try await world.database.read { try Payments.nextDue($0) } == waiting.createdAt.adding(.hours(1)))
            world.clock.advance(.minutes(1))
            #expect(try await world.payments.settleDue(world.clock.now) == 1)
            #expect(try await world.database.read { try Payments.nextDue($0) } == nil)
            let charge = try #require(try await world.cards.charges(limit: 1).first)
            #expect(try await world.cards.approve(charge.id).state == .failed)
            #expect(try await world.payments.refresh(waiting.id, by: World.actor).state == .expired)
            #expect(try await world.eventNames() == ["PaymentExpired"])
        }
    }

    @Test(
        "Money that comes when nothing is open goes to prepaid, with its reason", arguments: DatabaseKind.allCases,
        [("paid", "duplicate"), ("cancelled", "crossing")])
    func nothingOpen(_ kind: DatabaseKind, _ state: (order: String, reason: String)) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let waiting = try await world.pay(order, chf(22_519), key: "a", card: "3155")
            _ = try await world.database.write {
                try $0.execute("UPDATE shop_order SET state = \(state.order) WHERE id = \(order)")
            }
            let charge = try #require(try await world.cards.charges(limit: 1).first)
            _ = try await world.cards.approve(charge.id)
            #expect(try await world.payments.refresh(waiting.id, by: World.actor).state == .posted)
            #expect(try await world.balance() == chf(22_519))
            let movement = try #require(
                try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 1) }.first)
            #expect(movement.origin.rawValue == state.reason)
            #expect(try await world.eventNames() == ["PaymentSucceeded", "PaymentCredited"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("What does not fit on prepaid is kept for the operator", arguments: DatabaseKind.allCases)
    func overLimit(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let waiting = try await world.pay(order, chf(22_519), key: "a", card: "3155")
            try await world.topUp(990_000, key: "top-up")
            _ = try await world.database.write { try $0.execute("UPDATE shop_order SET state = 'paid'") }
            _ = try await world.cards.approve(try #require(try await world.cards.charges(limit: 2).last).id)
            _ = try await world.payments.refresh(waiting.id, by: World.actor)
            #expect(try await world.balance() == chf(999_900))
            let kept = try await world.database.read {
                try $0.balance(.unidentifiedReceipts, of: World.organization, in: .chf)
            }
            #expect(kept == chf(-12_619))
            #expect(try await world.eventNames().suffix(2) == ["PaymentCredited", "PaymentUnidentified"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A payment over more or less than the invoice", arguments: DatabaseKind.allCases, [25_000, 10_000])
    func otherAmount(_ kind: DatabaseKind, _ minorUnits: Int64) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            _ = try await world.pay(order, chf(minorUnits), key: "a", card: "4242")
            let document = try #require(try await world.documents().first)
            #expect(document.state == (minorUnits > 22_519 ? .paid : .partiallyPaid))
            #expect(document.open == chf(max(0, 22_519 - minorUnits)))
            #expect(try await world.balance() == chf(max(0, minorUnits - 22_519)))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("An amount of nothing, and another currency, are refused", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            for (amount, code) in [
                (chf(0), "validation_rule_min"), (chf(-1), "validation_rule_min"), (eur(22_519), "currency_mismatch"),
            ] {
                let problem = await #expect(throws: Problem.self) { try await world.begin(order, amount, key: "a") }
                #expect(problem?.code == code)
            }
        }
    }

    @Test("A payment is found only in its own organisation", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let order = try await world.order(20_832)
            let payment = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            let (foreign, own, byKey, byPurpose) = try await world.database.read { connection in
                (
                    try connection.payment(payment.id, in: World.other),
                    try connection.payment(payment.id, in: World.organization),
                    try connection.payment(clientKey: "a", in: World.organization),
                    try connection.payments(for: "order", order.rawValue, in: World.organization)
                )
            }
            #expect(foreign == nil)
            #expect(own == payment)
            #expect(byKey == payment)
            #expect(byPurpose == [payment])
        }
    }
}
