import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("The prepaid account")
struct PrepaidTests {
    @Test(
        "What a deposit may be",
        arguments: [
            ("0.10", 10), ("9999", 999_900), ("1'250.50", 125_050), ("0.09", nil), ("0", nil), ("9999.01", nil),
            ("0.001", nil), ("-5", nil), ("ten", nil), ("", nil), ("CHF 50", 5000), ("50 EUR", nil), ("1.5.0", nil),
        ] as [(String, Int64?)])
    func deposit(text: String, minorUnits: Int64?) throws {
        if let minorUnits {
            #expect(try PrepaidAccount.deposit(text, .chf) == chf(minorUnits))
        } else {
            let problem = #expect(throws: Problem.self) { try PrepaidAccount.deposit(text, .chf) }
            #expect(problem?.field == "amount")
        }
    }

    @Test(
        "What is wrong with an amount is said",
        arguments: [
            ("0", "billing.prepaid.deposit_out_of_range"), ("9999.01", "billing.prepaid.deposit_out_of_range"),
            ("-5", "billing.prepaid.amount_negative"), ("\u{2212}5", "billing.prepaid.amount_negative"),
            ("0.001", "billing.prepaid.amount_decimals"), ("EUR 50", "billing.prepaid.amount_currency"),
            ("ten", "billing.prepaid.amount_unreadable"), ("", "billing.prepaid.amount_unreadable"),
        ])
    func wrongDeposit(text: String, word: String) throws {
        #expect(#expect(throws: Problem.self) { try PrepaidAccount.deposit(text, .chf) }?.word == word)
    }

    @Test("A top-up by card: 1025 / 2030, a receipt, no VAT", arguments: DatabaseKind.allCases)
    func topUp(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let payment = try await world.topUp(5000, key: "a")
            #expect(payment.state == .posted)
            #expect(try await world.balance() == chf(5000))
            let receipt = try #require(try await world.documents().first)
            #expect(receipt.kind == .receipt)
            #expect(receipt.number == "RC-2026-00001")
            #expect(receipt.total == chf(5000))
            #expect(receipt.vat.isZero)
            #expect(receipt.state == .paid)
            let movements = try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 10) }
            #expect(movements.map(\.origin) == [.topUp])
            #expect(movements.map(\.documentNumber) == ["RC-2026-00001"])
            #expect(try await world.eventNames() == ["ReceiptIssued", "PaymentSucceeded", "PrepaidToppedUp"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("An organisation that never had money here has nothing, in its currency", arguments: DatabaseKind.allCases)
    func empty(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let account = try await world.database.read { try $0.prepaidAccount(of: World.other) }
            #expect(account.balance == eur(0))
            await #expect(throws: Problem.notFound) {
                try await world.database.read { try $0.prepaidAccount(of: OrganizationID(rawValue: 99)) }
            }
        }
    }

    @Test("The limit holds, top-ups under way counted", arguments: DatabaseKind.allCases)
    func limit(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(900_000, key: "a")
            let now = world.clock.now
            func begin(_ minorUnits: Int64, _ key: String) async throws {
                _ = try await world.database.write { connection in
                    try Payments.begin(
                        .topUp(chf(minorUnits), of: World.organization, by: nil, clientKey: key), in: connection,
                        at: now)
                }
            }
            try await begin(50_000, "b")
            let problem = await #expect(throws: Problem.self) { try await begin(50_000, "c") }
            #expect(problem?.word == "billing.prepaid.balance_too_high")
            #expect(problem?.arguments["room"] == "499.00")
            try await begin(49_900, "d")
            await #expect(throws: Problem.self) { try await begin(10, "e") }
        }
    }

    @Test("Paying from it: 2030 / 1100 in the invoice's transaction", arguments: DatabaseKind.allCases)
    func pay(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(30_000, key: "top-up")
            let order = try await world.order(20_832)
            let request = Shop.request(order, chf(22_519), key: "a", method: .prepaid)
            let payment = try await world.payments.payFromPrepaid(request, by: World.actor)
            let again = try await world.payments.payFromPrepaid(request, by: World.actor)
            #expect(payment.state == .posted)
            #expect(again == payment)
            #expect(try await world.balance() == chf(7481))
            #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).map(\.state) == [.paid])
            let movements = try await world.database.read { try $0.prepaidMovements(of: World.organization, limit: 10) }
            #expect(movements.map(\.amount) == [chf(-22_519), chf(30_000)])
            #expect(movements.map(\.balance) == [chf(7481), chf(30_000)])
            #expect(movements.map(\.origin) == [.payment, .topUp])
            #expect(try await world.eventNames().suffix(3) == ["InvoiceIssued", "PaymentSucceeded", "InvoicePaid"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A cent short: nothing is written", arguments: DatabaseKind.allCases)
    func short(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(22_518, key: "top-up")
            let order = try await world.order(20_832)
            let request = Shop.request(order, chf(22_519), key: "a", method: .prepaid)
            let problem = await #expect(throws: Problem.self) {
                try await world.payments.payFromPrepaid(request, by: World.actor)
            }
            #expect(problem?.code == "prepaid_balance_too_low")
            #expect(problem?.arguments["balance"] == "225.18")
            #expect(try await world.database.read { try $0.payment(clientKey: "a", in: World.organization) } == nil)
            await #expect(throws: Problem.self) { try await world.topUp(1, key: "not a deposit") }
            #expect(try await world.balance() == chf(22_518))
        }
    }

    @Test("Paid already: nothing is open, nothing is written", arguments: DatabaseKind.allCases)
    func nothingOpen(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(50_000, key: "top-up")
            let order = try await world.order(20_832)
            _ = try await world.pay(order, chf(22_519), key: "a", card: "4242")
            let problem = await #expect(throws: Problem.self) {
                try await world.payments.payFromPrepaid(
                    Shop.request(order, chf(22_519), key: "b", method: .prepaid), by: World.actor)
            }
            #expect(problem?.code == "nothing_open")
            #expect(try await world.balance() == chf(50_000))
            #expect(try await world.database.read { try $0.payment(clientKey: "b", in: World.organization) } == nil)
        }
    }

    @Test("64 payments at once never take it below zero", arguments: DatabaseKind.allCases)
    func storm(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            try await world.topUp(10_000, key: "top-up")
            var orders: [OrderID] = []
            for _ in 1...64 { orders.append(try await world.order(925)) }
            let paid = await withTaskGroup(of: Bool.self) { group in
                for order in orders {
                    group.addTask {
                        let request = Shop.request(order, chf(1000), key: "k\(order)", method: .prepaid)
                        return (try? await world.payments.payFromPrepaid(request, by: World.actor)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(paid == 10)
            #expect(try await world.balance().isZero)
            let count = try await world.database.read { try $0.prepaidMovementCount(of: World.organization) }
            #expect(count == 11)
            #expect(try await world.documents(DocumentFilter(kinds: [.invoice])).count == 10)
            #expect(try await world.violations().isEmpty)
        }
    }
}
