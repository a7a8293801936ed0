import Access
import Billing
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// Paying an order by transfer: what is asked for, until the money is there.
@Suite("Orders by transfer")
struct TransferTests {
    private static func order(_ world: TestWorld, _ marie: TestPerson, key: String = "transfer-key-0001") async throws
        -> OrderID
    {
        try await world.products.order(
            "web-hosting-pro", .yearly, name: "atelier-nord.ch", choice: .transfer, clientKey: key,
            permit: try marie.standing.permit(), actor: marie.actor)
    }

    @Test(
        "A transfer leaves the order open, with one pro forma, one reference and one letter (PAYM-5)",
        arguments: DatabaseKind.allCases)
    func asks(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let order = try await Self.order(world, marie)
            #expect(try await Self.order(world, marie) == order)
            #expect(try await OrderTests.states(world) == ["awaiting_payment ordered"])
            #expect(
                try await world.values(
                    """
                    SELECT number || ' ' || total || ' ' || state AS value
                    FROM document JOIN document_state ON document_id = document.id
                    """) == ["PF-2026-00001 11934 open"])
            #expect(try await world.values("SELECT account || ' ' || amount AS value FROM posting") == [])
            let found = try await world.database.read { try $0.transferReference(for: "order", order.rawValue) }
            let reference = try #require(found)
            #expect(reference.amount == Money(minorUnits: 11934, .chf))
            let mails = try await world.mails(to: marie.login)
            #expect(mails.count == 1)
            #expect(mails.first?.text.contains(reference.reference.grouped) == true)
            #expect(mails.first?.text.contains("CH44 3199 9123 0008 8901 2") == true)
        }
    }

    @Test("The page of the order says how to transfer, and a card still pays it", arguments: [DatabaseKind.sqlite])
    func page(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let order = try await Self.order(world, marie)
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/orders/\(order)"
            let page = await browser.get(path)
            #expect(page.text.contains("CH44 3199 9123 0008 8901 2"))
            #expect(page.text.contains("data-value=\"119.34\""))
            #expect(page.text.contains("value=\"card\"") && !page.text.contains("value=\"transfer\""))
            #expect(await browser.get("/organizations/\(marie.organization)/billing/transfers/help").status == 200)
            let paid = try await browser.submit(
                page, path,
                ["method": "card", "card_number": TestWorld.cardNumbers[0], "card_expiry": "12/30", "card_cvc": "123"])
            #expect(paid.status == 303)
            #expect(try await OrderTests.states(world) == ["paid active"])
            // The pro forma asks for nothing any more.
            #expect(
                try await world.values(
                    """
                    SELECT kind || ' ' || state AS value FROM document
                    JOIN document_state ON document_id = document.id ORDER BY document.id
                    """) == ["pro_forma paid", "invoice paid"])
        }
    }

    @Test("Giving the order up cancels its pro forma", arguments: DatabaseKind.allCases)
    func givenUp(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let order = try await Self.order(world, marie)
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/organizations/\(marie.organization)/orders/\(order)")
            _ = try await browser.submit(
                page, "/organizations/\(marie.organization)/orders/\(order)", ["_method": "DELETE"])
            #expect(try await world.values("SELECT state AS value FROM document_state") == ["cancelled"])
        }
    }
}
