import Access
import Billing
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// Ordering on account by pages: granted at the desk, ordered at the checkout, paid by parts.
@Suite("Orders on account")
struct OnAccountOrderTests {
    private static let order = [
        "offer": "web-hosting-pro", "term": "yearly", "name": "atelier-nord.ch", "method": "on_account",
    ]

    private static func attachments(_ world: TestWorld) async throws -> [String] {
        try await world.values("SELECT name || ' ' || type AS value FROM sandbox_attachment ORDER BY id")
    }

    static func grant(_ world: TestWorld, _ marie: TestPerson, limit: String) async throws {
        let now = world.clock.now
        let limit = try #require(Money(limit, .chf))
        try await world.database.write { connection in
            try connection.grantAccount(
                AccountTerms(dueDays: 30, limit: limit), to: marie.organization, reason: "Known for years",
                by: .system, at: now)
        }
    }

    @Test(
        "Granted at the desk, ordered on account, begun at once, told with the invoice, paid by parts",
        arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let sam = try await world.founder("sam@kontor.example", organization: "Provider", isStaff: true)
            let staff = try await world.browser(for: sam)
            let browser = try await world.browser(for: marie)
            let checkout = "/organizations/\(marie.organization)/order/web-hosting"
            #expect(!(await browser.get(checkout)).text.contains("value=\"on_account\""))
            let desk = "/staff/organizations/\(marie.organization)/on-account"
            let form = await staff.get(desk)
            let wrong = try await staff.submit(form, desk, ["due_days": "0", "limit": "0.99", "reason": "no"])
            #expect(wrong.status == 422)
            for field in ["due_days", "limit", "reason"] { #expect(wrong.text.contains("id=\"\(field)-error\"")) }
            let granted = try await staff.submit(
                form, desk, ["due_days": "30", "limit": "200", "reason": "A customer for years"])
            #expect(granted.status == 303)
            #expect((await staff.get("/staff/organizations/\(marie.organization)/money")).text.contains("200.00"))
            let told = try await world.mails(to: marie.login)
            #expect(told.last?.text.contains("A customer for years") == true)
            #expect(told.last?.text.contains("200.00") == true)

            let page = await browser.get("\(checkout)?offer=web-hosting-pro&term=yearly")
            #expect(page.text.contains("value=\"on_account\""))
            let ordered = try await browser.submit(page, checkout, Self.order)
            #expect(ordered.status == 303)
            #expect(try await OrderTests.states(world) == ["on_account active"])
            #expect((await browser.get(try #require(ordered.location))).text.contains("ordered on account"))
            #expect(
                try await world.values(
                    """
                    SELECT number || ' ' || total || ' ' || state || ' ' || due_on AS value
                    FROM document JOIN document_state ON document_id = document.id
                    """) == ["2026-00001 11934 open 2026-12-20"])
            #expect(
                try await world.values(
                    "SELECT account || ' ' || SUM(amount) AS value FROM posting GROUP BY account ORDER BY account")
                    == ["1100 11934", "2200 -894", "2300 -11040"])
            #expect(try await world.values("SELECT state AS value FROM payment") == [])
            let mails = try await world.mails(to: marie.login)
            let mail = try #require(mails.first { $0.text.contains("2026-00001") })
            #expect(try await Self.attachments(world) == ["Invoice-2026-00001.pdf application/pdf"])

            // The same reference in the mail, on the page and at the bank.
            let document = "/organizations/\(marie.organization)/billing/documents/1"
            let found = try await world.database.read { try $0.transferReference(of: DocumentID(rawValue: 1)) }
            let reference = try #require(found).reference
            let shown = await browser.get(document)
            for text in [mail.text, shown.text, (await browser.get("\(document)/pay")).text] {
                #expect(text.contains(reference.grouped))
            }
            #expect(shown.text.contains("data-value=\"119.34\""))

            // A second order would owe too much, and the page says so beforehand.
            let full = await browser.get("\(checkout)?offer=web-hosting-pro&term=yearly")
            #expect(full.text.contains("Only CHF 80.66 more may be open on account"))
            #expect(try await browser.submit(full, checkout, Self.order).status == 422)

            // Half by the bank, the rest by card.
            _ = await world.browser().postJSON(
                "/sandbox/bank/transfers",
                "{\"amount\": \"60.00\", \"currency\": \"CHF\", \"reference\": \"\(reference.text)\"}")
            let file = await world.browser().get("/sandbox/bank/camt054.xml")
            _ = try await world.payments.importBankFile(
                BankFile(name: "camt054.xml", .bytes(Array(file.text.utf8))), by: .system)
            let rest = await browser.get("\(document)/pay")
            #expect(rest.text.contains("data-value=\"59.34\""))
            let paid = try await browser.submit(
                rest, "\(document)/pay",
                ["method": "card", "card_number": TestWorld.cardNumbers[0], "card_expiry": "12/30", "card_cvc": "123"])
            #expect(paid.status == 303)
            #expect(try await world.values("SELECT state AS value FROM document_state") == ["paid"])
            #expect(!(await browser.get(document)).text.contains("id=\"transfer-reference\""))

            // Taken away again, and told.
            let again = await staff.get(desk)
            let ended = try await staff.submit(again, desk, ["act": "withdraw", "reason": "Wants to pay at once"])
            #expect(ended.status == 303)
            #expect(try await world.mails(to: marie.login).contains { $0.text.contains("Wants to pay at once") })
            #expect(!(await browser.get(checkout)).text.contains("value=\"on_account\""))
            #expect(try await world.eventNames().count { $0 == "OnAccountWithdrawn" } == 1)
        }
    }

    @Test(
        "An order that waited for a transfer goes on account, and a late transfer pays its invoice",
        arguments: DatabaseKind.allCases)
    func afterwards(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await Self.grant(world, marie, limit: "500.00")
            let order = try await world.products.order(
                "web-hosting-pro", .yearly, name: "atelier-nord.ch", choice: .transfer,
                clientKey: "on-account-key-0001",
                permit: try marie.standing.permit(), actor: marie.actor)
            let asked = try await world.database.read { try $0.transferReference(for: "order", order.rawValue) }
            let reference = try #require(asked).reference.text
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            let page = await browser.get(path)
            for _ in 1...2 { #expect(try await browser.submit(page, path, ["method": "on_account"]).status == 303) }
            #expect(try await OrderTests.states(world) == ["on_account active"])
            #expect(
                try await world.values(
                    """
                    SELECT kind || ' ' || state AS value FROM document
                    JOIN document_state ON document_id = document.id ORDER BY document.id
                    """) == ["pro_forma cancelled", "invoice open"])
            _ = await world.browser().postJSON(
                "/sandbox/bank/transfers",
                "{\"amount\": \"119.34\", \"currency\": \"CHF\", \"reference\": \"\(reference)\"}")
            let file = await world.browser().get("/sandbox/bank/camt054.xml")
            _ = try await world.payments.importBankFile(
                BankFile(name: "camt054.xml", .bytes(Array(file.text.utf8))), by: .system)
            #expect(
                try await world.values(
                    "SELECT state AS value FROM document_state ORDER BY document_id") == ["cancelled", "paid"])
            #expect(try await world.balance(of: marie) == "0.00")
        }
    }
}
