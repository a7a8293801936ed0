import Billing
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// Orders by their rules, without pages.
@Suite("Orders")
struct OrderTests {
    static func with(_ kind: DatabaseKind, _ body: (TestWorld, TestPerson) async throws -> Void) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await body(world, marie)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    static func states(_ world: TestWorld) async throws -> [String] {
        try await world.values(
            """
            SELECT product_order.state || ' ' || product.state AS value
            FROM product_order JOIN product ON product.order_id = product_order.id ORDER BY product_order.id
            """)
    }

    @Test(
        "A card pays: invoice with its number, postings, allocation, an active product",
        arguments: DatabaseKind.allCases)
    func cardPays(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            // Half past midnight in Switzerland, still the day before in UTC: the term follows the organisation.
            world.clock.set("2026-11-20T23:30:00Z")
            try await world.order(by: marie)
            #expect(try await Self.states(world) == ["paid active"])
            #expect(
                try await world.values("SELECT period_start || ' ' || period_end AS value FROM product")
                    == ["2026-11-21 2027-11-21"])
            let expires = try await world.values("SELECT CAST(expires_at AS TEXT) AS value FROM product")
            #expect(
                expires.compactMap { Int64($0) }.map { Instant(milliseconds: $0).description } == [
                    "2027-11-20T23:00:00.000Z"
                ])
            #expect(
                try await world.values(
                    """
                    SELECT kind || ' ' || ordinal || ' ' || net || ' ' || vat || ' ' || total || ' ' || state AS value
                    FROM document JOIN document_state ON document_id = document.id
                    """) == ["invoice 1 11040 894 11934 paid"])
            #expect(
                try await world.values(
                    """
                    SELECT account || ' ' || SUM(amount) AS value FROM posting GROUP BY account
                    HAVING SUM(amount) <> 0 ORDER BY account
                    """) == ["1025 11934", "2200 -894", "2300 -11040"])
            #expect(
                try await world.values("SELECT target || ' ' || amount AS value FROM allocation") == ["document 11934"])
            let events = try await world.eventNames()
            for name in ["OrderPlaced", "InvoiceIssued", "ProductActivated", "InvoicePaid"] {
                #expect(events.count { $0 == name } == 1, "\(name)")
            }
            #expect(try await world.mails(to: marie.login).count == 1)
        }
    }

    @Test("Numbers follow each other without a gap", arguments: DatabaseKind.allCases)
    func numbers(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    group.addTask {
                        try await world.order(
                            "domain-ch", name: "a\(number).ch", by: marie, card: number % 3 == 0 ? "0002" : "4242",
                            key: "parallel-order-000\(number)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(
                try await world.values("SELECT CAST(ordinal AS TEXT) AS value FROM document ORDER BY ordinal")
                    == ["1", "2", "3", "4", "5", "6"])
        }
    }

    @Test("Declined, it stays payable", arguments: DatabaseKind.allCases, ["0002", "9995"])
    func declined(_ kind: DatabaseKind, _ card: String) async throws {
        try await Self.with(kind) { world, marie in
            let order = try await world.order(by: marie, card: card)
            #expect(try await Self.states(world) == ["awaiting_payment ordered"])
            #expect(try await world.count("SELECT id FROM document") == 0)
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            let page = await browser.get(path)
            let paid = try await browser.submit(
                page, path,
                ["method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30", "card_cvc": "123"])
            #expect(paid.status == 303)
            #expect(try await Self.states(world) == ["paid active"])
            #expect(try await world.count("SELECT id FROM document") == 1)
        }
    }

    @Test(
        "From its row one goes to pay an open order or to give it up, and to the invoice of a paid one",
        arguments: DatabaseKind.allCases)
    func rows(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            let order = try await world.order(by: marie, card: "0002")
            let browser = try await world.browser(for: marie)
            let list = "/organizations/\(marie.organization)/orders"
            let open = await browser.get(list)
            #expect(open.text.contains("href=\"\(list)/\(order)#pay\"") && !open.text.contains("/billing/documents/"))
            #expect(open.text.contains("href=\"\(list)/\(order)#give-up\""))
            let page = await browser.get("\(list)/\(order)")
            #expect(page.text.contains("id=\"pay\"") && page.text.contains("id=\"give-up\""))
            let gone = try await browser.submit(page, "\(list)/\(order)", ["_method": "DELETE"])
            #expect(gone.status == 303 && gone.location == "\(list)/\(order)")
            #expect(try await Self.states(world) == ["cancelled cancelled"])
            #expect(!(await browser.get(list)).text.contains("popovertarget=\"o\(order)\""))
            try await world.order(by: marie, key: "another-key-of-a-test-01")
            let document = try await world.values("SELECT CAST(id AS TEXT) AS value FROM document")[0]
            #expect(
                await browser.get(list).text.contains(
                    "href=\"/organizations/\(marie.organization)/billing/documents/\(document)\""))
        }
    }

    @Test("Too little on the prepaid account leaves nothing behind; enough pays", arguments: DatabaseKind.allCases)
    func prepaid(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            try await world.topUp("100.00", by: marie)
            let problem = await #expect(throws: Problem.self) { try await world.order(by: marie, card: nil) }
            #expect(problem?.code == "prepaid_balance_too_low")
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            #expect(try await world.count("SELECT id FROM product") == 0)
            #expect(try await world.count("SELECT id FROM payment") == 1)
            #expect(try await world.balance(of: marie) == "100.00")
            try await world.topUp("19.34", by: marie, key: "second-top-up-00000001")
            try await world.order(by: marie, card: nil)
            #expect(try await Self.states(world) == ["paid active"])
            #expect(try await world.balance(of: marie) == "0.00")
        }
    }

    @Test("Sent twice with one key, there is one order", arguments: DatabaseKind.allCases)
    func doubled(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            let first = try await world.order(by: marie)
            let second = try await world.order(by: marie)
            #expect(first == second)
            #expect(try await world.count("SELECT id FROM payment") == 1)
        }
    }

    @Test(
        "Two tabs pay one order by card and from prepaid: one invoice, and no money lost",
        arguments: DatabaseKind.allCases)
    func twoTabs(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            try await world.topUp("200.00", by: marie)
            let order = try await world.order(by: marie, card: "0002")
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            let first = try await world.browser(for: marie)
            let second = try await world.browser(for: marie)
            let tabs = (await first.get(path), await second.get(path))
            async let one = first.submit(
                tabs.0, path,
                ["method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30", "card_cvc": "123"])
            async let two = second.submit(tabs.1, path, ["method": "prepaid"])
            let statuses = [try await one.status, try await two.status]
            #expect(statuses.contains(303))
            #expect(statuses.allSatisfy { $0 == 303 || $0 == 409 }, "\(statuses)")
            #expect(try await Self.states(world) == ["paid active"])
            #expect(try await world.count("SELECT id FROM document WHERE kind = 'invoice'") == 1)
            let charged = try await world.count(
                "SELECT id FROM sandbox_charge WHERE state = 'succeeded' AND amount = 11934")
            #expect(try await world.balance(of: marie) == (charged == 1 ? "200.00" : "80.66"))
        }
    }

    @Test(
        "Given up while the bank waits: the late money comes to the prepaid account", arguments: DatabaseKind.allCases)
    func lateMoney(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            let order = try await world.order(by: marie, card: "3155")
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            let bank = await browser.get("/sandbox/3ds/1")
            #expect(bank.status == 200)
            #expect(await browser.delete(path).status == 303)
            #expect(try await Self.states(world) == ["cancelled cancelled"])
            let back = try await browser.submit(bank, "/sandbox/3ds/1", ["decision": "approve"])
            #expect(back.location == path)
            #expect(try await browser.follow(back).status == 200)
            #expect(try await Self.states(world) == ["cancelled cancelled"])
            #expect(try await world.count("SELECT id FROM document WHERE kind = 'invoice'") == 0)
            #expect(try await world.balance(of: marie) == "119.34")
            #expect(await browser.delete(path).status == 409)
            #expect(try await world.mails(to: marie.login).count == 1)
        }
    }

    @Test(
        "The bank is asked: yes pays, no leaves it payable", arguments: DatabaseKind.allCases, ["approve", "decline"])
    func threeDSecure(_ kind: DatabaseKind, _ decision: String) async throws {
        try await Self.with(kind) { world, marie in
            let order = try await world.order(by: marie, card: "3155")
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            #expect(await browser.get(path).text.contains("/sandbox/3ds/1"))
            #expect(try await Self.states(world) == ["awaiting_payment ordered"])
            let back = try await browser.submit(
                await browser.get("/sandbox/3ds/1"), "/sandbox/3ds/1", ["decision": decision])
            let page = try await browser.follow(back)
            #expect(
                try await Self.states(world)
                    == [decision == "approve" ? "paid active" : "awaiting_payment ordered"])
            #expect((page.form(path) != nil) == (decision == "decline"))
        }
    }

    @Test("Nobody comes back from the bank: the order is payable again after an hour", arguments: DatabaseKind.allCases)
    func abandoned(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            try await world.order(by: marie, card: "3155")
            world.clock.advance(.hours(1))
            #expect(try await world.drain()["billing-settling-payments"] == 1)
            #expect(try await world.values("SELECT state AS value FROM payment") == ["expired"])
            #expect(try await Self.states(world) == ["awaiting_payment ordered"])
        }
    }

    @Test("A product is active to the end of its last day, there", arguments: DatabaseKind.allCases)
    func expiry(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie in
            try await world.order("drive-team", .monthly, name: "Atelier", by: marie)
            world.clock.set("2026-12-19T22:59:59.999Z")
            #expect(try await world.drain()["products-expiring"] == nil)
            #expect(try await Self.states(world) == ["paid active"])
            world.clock.set("2026-12-19T23:00:00Z")
            #expect(try await world.drain()["products-expiring"] == 1)
            #expect(try await Self.states(world) == ["paid expired"])
            #expect(try await world.eventNames().last == "ProductExpired")
            #expect(try await world.drain()["products-expiring"] == nil)
        }
    }

    @Test("An organisation in euros abroad: no VAT, and the invoice says why", arguments: DatabaseKind.allCases)
    func abroad(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let nina = try await world.founder("nina@extern.example", currency: .eur, country: "DE", language: .german)
            try await world.settle(nina, in: "DE")
            try await world.order(by: nina)
            #expect(
                try await world.values(
                    "SELECT currency || ' ' || vat || ' ' || total || ' ' || treatment AS value FROM document")
                    == ["EUR 0 10560 export"])
            #expect(try await world.brokenInvariants() == [])
        }
    }
}
