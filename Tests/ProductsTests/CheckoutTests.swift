import Access
import Kernel
import Storage
import TestSupport
import Testing

/// Orders as people place them, through the pages.
@Suite("The checkout")
struct CheckoutTests {
    private static let card = [
        "method": "card", "card_number": "4242 4242 4242 4242", "card_expiry": "12/30", "card_cvc": "123",
    ]
    private static let address = ["street": "Rue du Lac 12", "postcode": "1800", "town": "Vevey", "country": "CH"]

    private static let wish = card.merging(address) { $1 }.merging(["name": "atelier-nord.ch"]) { $1 }

    private func path(_ person: TestPerson, _ type: String = "web-hosting") -> String {
        "/organizations/\(person.organization)/order/\(type)"
    }

    @Test("Eight clicks on one button: one order, one payment, one invoice", arguments: DatabaseKind.allCases)
    func clicks(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let path = path(marie)
            let page = await browser.get("\(path)?offer=web-hosting-pro&term=yearly")
            let answers = try await withThrowingTaskGroup(of: Screen.self) { group in
                for _ in 1...8 { group.addTask { try await browser.submit(page, path, Self.wish) } }
                return try await group.reduce(into: [Screen]()) { $0.append($1) }
            }
            #expect(Set(answers.map(\.status)) == [303])
            // A click that lost may have used up a number: which one won is not said.
            let order = try await world.values("SELECT CAST(id AS TEXT) AS value FROM product_order").first ?? ""
            #expect(Set(answers.map(\.location)) == ["/organizations/\(marie.organization)/orders/\(order)"])
            #expect(try await world.count("SELECT id FROM product_order WHERE state = 'paid'") == 1)
            #expect(try await world.count("SELECT id FROM product_order") == 1)
            #expect(try await world.count("SELECT id FROM payment") == 1)
            #expect(try await world.count("SELECT id FROM document") == 1)
            #expect(try await world.count("SELECT id FROM sandbox_charge") == 1)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    /// Marie, her browser, and where she orders.
    private func atCheckout(
        _ kind: DatabaseKind, _ body: (TestWorld, TestPerson, TestBrowser, _ path: String) async throws -> Void
    ) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await body(world, marie, try await world.browser(for: marie), path(marie))
        }
    }

    /// As somebody does who opened the page, or came to it with the browser's Back: the form has a key of its own.
    private static func order(
        _ browser: TestBrowser, _ path: String, _ more: [String: String] = [:]
    ) async throws -> Screen {
        let page = await browser.get("\(path)?offer=web-hosting-pro&term=yearly")
        return try await browser.submit(page, path, wish.merging(more) { $1 })
    }

    private static let orders: SQL = "SELECT state AS value FROM product_order ORDER BY id"

    @Test(
        "Back and the button once more is a question first, and a second order only after a yes",
        arguments: DatabaseKind.allCases)
    func onceMore(_ kind: DatabaseKind) async throws {
        try await atCheckout(kind) { world, marie, browser, path in
            let first = try await Self.order(browser, path)
            #expect(first.status == 303)
            let asked = try await Self.order(browser, path)
            #expect(asked.status == 409 && asked.text.contains("id=\"once_more\""))
            #expect(asked.text.contains("atelier-nord.ch was ordered on 20 November 2026, 09:14."))
            #expect(asked.text.contains("href=\"\(first.location ?? "")\""))
            // Sent as it came back, the question is still open; what is no answer to it is none.
            #expect(try await browser.submit(asked, path, Self.card).status == 409)
            #expect(try await browser.submit(asked, path, Self.card.merging(["once_more": "yes"]) { $1 }).status == 409)
            #expect(try await world.values(Self.orders) == ["paid"])
            #expect(try await world.count("SELECT id FROM payment") == 1)
            let yes = try #require(asked.text.firstMatch(of: #/name="once_more" value="(\d+)"/#).map { String($0.1) })
            // A card that cannot be keeps the answer.
            let wrong = try await browser.submit(
                asked, path, Self.card.merging(["once_more": yes, "card_number": "4242424242424241"]) { $1 })
            #expect(wrong.status == 422 && wrong.text.contains("value=\"\(yes)\" checked"))
            let again = try await browser.submit(wrong, path, Self.card.merging(["once_more": yes]) { $1 })
            #expect(again.status == 303 && again.location != first.location)
            #expect(try await world.values(Self.orders) == ["paid", "paid"])
            // The yes was to the first; this would be the third.
            #expect(try await Self.order(browser, path, ["once_more": yes]).status == 409)
            #expect(try await world.count("SELECT id FROM product_order") == 2)
        }
    }

    @Test(
        "Another name, another offer, what was given up, and the same a while later are no question",
        arguments: DatabaseKind.allCases)
    func noQuestion(_ kind: DatabaseKind) async throws {
        try await atCheckout(kind) { world, marie, browser, path in
            #expect(try await Self.order(browser, path).status == 303)
            #expect(try await Self.order(browser, path, ["name": "atelier-sud.ch"]).status == 303)
            let other = await browser.get("\(path)?offer=web-hosting-start&term=yearly")
            #expect(try await browser.submit(other, path, Self.wish).status == 303)
            world.clock.advance(.seconds(599))
            #expect(try await Self.order(browser, path).status == 409)
            world.clock.advance(.seconds(1))
            #expect(try await Self.order(browser, path).status == 303)
            // Another organisation's is nobody's business here.
            let paul = try await world.founder("paul@agence.example", first: "Paul", organization: "Agence")
            #expect(try await Self.order(try await world.browser(for: paul), self.path(paul)).status == 303)
            let declined = ["name": "atelier-est.ch", "card_number": "4000000000000002"]
            let open = try #require(try await Self.order(browser, path, declined).location)
            #expect(try await browser.submit(await browser.get(open), open, ["_method": "DELETE"]).status == 303)
            #expect(try await Self.order(browser, path, declined).status == 303)
            #expect(
                try await world.values(Self.orders)
                    == ["paid", "paid", "paid", "paid", "paid", "cancelled", "awaiting_payment"])
        }
    }

    @Test("An order that waits for its payment is asked about however old it is", arguments: DatabaseKind.allCases)
    func stillWaiting(_ kind: DatabaseKind) async throws {
        try await atCheckout(kind) { world, marie, browser, path in
            let declined = ["card_number": "4000000000000002"]
            let open = try #require(try await Self.order(browser, path, declined).location)
            world.clock.advance(.seconds(3 * 60 * 60))
            let asked = try await Self.order(browser, path)
            #expect(asked.status == 409 && asked.text.contains("is still waiting for its payment"))
            #expect(asked.text.contains("href=\"\(open)\""))
            #expect(try await world.values(Self.orders) == ["awaiting_payment"])
            // Programs are not asked.
            try await world.order(by: marie)
            #expect(try await world.values(Self.orders) == ["awaiting_payment", "paid"])
        }
    }

    @Test("Forms of their own that are sent at once are one order", arguments: DatabaseKind.allCases)
    func formsAtOnce(_ kind: DatabaseKind) async throws {
        try await atCheckout(kind) { world, marie, browser, path in
            var pages: [Screen] = []
            for _ in 1...8 { pages.append(await browser.get("\(path)?offer=web-hosting-pro&term=yearly")) }
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for page in pages { group.addTask { try await browser.submit(page, path, Self.wish).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(answers.sorted() == [303] + Array(repeating: 409, count: 7))
            #expect(try await world.values(Self.orders) == ["paid"])
            #expect(try await world.count("SELECT id FROM sandbox_charge") == 1)
        }
    }

    @Test("Another price than the one on the button is not charged", arguments: DatabaseKind.allCases)
    func priceChanged(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get("\(path(marie))?offer=web-hosting-pro&term=yearly")
            #expect(page.form(path(marie))?.fields["expected_total"] == "119.34")
            let answer = try await browser.submit(
                page, path(marie), Self.wish.merging(["expected_total": "99.00"]) { $1 })
            #expect(answer.status == 422)
            #expect(answer.text.contains("119.34"))
            #expect(answer.form(path(marie))?.fields["card_number"] == "")
            #expect(answer.form(path(marie))?.fields["card_cvc"] == "")
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            // The form came back with the new price; agreed to, it is ordered.
            let agreed = try await browser.submit(answer, path(marie), Self.card)
            #expect(agreed.status == 303)
            #expect(try await world.count("SELECT id FROM product_order WHERE state = 'paid'") == 1)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test("The price follows the country that is typed, without a script")
    func priceOfCountry() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get("\(path(marie))?offer=web-hosting-pro&term=yearly")
            let shown = try await browser.submit(
                page, path(marie), Self.wish.merging(["country": "DE", "show": "price"]) { $1 })
            #expect(shown.status == 200)
            #expect(shown.form(path(marie))?.fields["expected_total"] == "110.40")
            #expect(shown.form(path(marie))?.fields["name"] == "atelier-nord.ch")
            #expect(try await world.count("SELECT id FROM product_order") == 0)
        }
    }

    @Test("Too little prepaid leaves nothing behind and keeps the form", arguments: DatabaseKind.allCases)
    func noFunds(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            let answer = try await browser.submit(page, path(marie), Self.wish.merging(["method": "prepaid"]) { $1 })
            #expect(answer.status == 422)
            #expect(answer.form(path(marie))?.fields["name"] == "atelier-nord.ch")
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            #expect(try await world.count("SELECT id FROM payment") == 0)
        }
    }

    @Test(
        "What is missing is said at its field, and nothing is ordered",
        arguments: [
            ("name", "no domain"), ("street", ""), ("postcode", ""), ("town", ""), ("country", "XX"),
            ("method", "cheque"),
            ("card_number", "4242 4242 4242 4241"), ("card_expiry", "01/20"), ("card_cvc", "1"),
        ])
    func refused(_ field: String, _ value: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            let answer = try await browser.submit(page, path(marie), Self.wish.merging([field: value]) { $1 })
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            #expect(try await world.count("SELECT id FROM sandbox_charge") == 0)
        }
    }

    @Test("A collaborator is told why not; another organisation is not there", arguments: DatabaseKind.allCases)
    func rights(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            let order = try await world.order(by: marie, card: "0002")
            let luca = try await world.founder(
                "luca@atelier.example", first: "Luca", last: "Bianchi", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            let paul = try await world.founder(
                "paul@agence.example", first: "Paul", last: "Keller", organization: "Agence")
            let collaborator = try await world.browser(for: luca)
            await collaborator.get("/profile")
            let refused = await collaborator.get(path(marie))
            #expect(refused.status == 403)
            #expect(refused.text.contains("administrator"))
            #expect(await collaborator.post(path(marie), Self.wish).status == 403)
            let stranger = try await world.browser(for: paul)
            await stranger.get("/profile")
            #expect(await stranger.get(path(marie)).status == 404)
            #expect(await stranger.post(path(marie), Self.wish).status == 404)
            // Through the own organisation's path, an order of another is as little there.
            let theirs = "/organizations/\(paul.organization)/orders/\(order)"
            #expect(await stranger.get(theirs).status == 404)
            #expect(await stranger.post(theirs, Self.card).status == 404)
            #expect(await stranger.delete(theirs).status == 404)
            #expect(try await world.values("SELECT state AS value FROM product_order") == ["awaiting_payment"])
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test("Products and documents of another organisation are not there", arguments: DatabaseKind.allCases)
    func foreignObjects(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order(by: marie)
            let paul = try await world.founder(
                "paul@agence.example", first: "Paul", last: "Keller", organization: "Agence")
            let hers = try await world.browser(for: marie)
            let his = try await world.browser(for: paul)
            for object in ["products/1", "billing/documents/1"] {
                #expect(await hers.get("/organizations/\(marie.organization)/\(object)").status == 200, "\(object)")
                #expect(await his.get("/organizations/\(marie.organization)/\(object)").status == 404, "\(object)")
                #expect(await his.get("/organizations/\(paul.organization)/\(object)").status == 404, "\(object)")
            }
            #expect(
                await hers.get("/organizations/\(marie.organization)/products?search=nord").text.contains(
                    "atelier-nord.ch"))
            #expect(!(await his.get("/organizations/\(paul.organization)/products").text.contains("atelier-nord.ch")))
        }
    }
}
