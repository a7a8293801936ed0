import Access
import Kernel
import Products
import Storage
import TestSupport
import Testing
import Web

/// What the rooms give to every page, in a whole house.
@Suite("Search, banner and overview")
struct ShellTests {
    @Test("Products and documents are found by name, number and what was sold", arguments: DatabaseKind.allCases)
    func found(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await world.order(name: "atelier-nord.ch", by: marie)
            let browser = try await world.browser(for: marie)
            let home = "/organizations/\(marie.organization)"
            let product = await browser.get("\(home)/search?q=NORD")
            #expect(product.text.contains("id=\"found-products\""))
            #expect(product.text.contains("\(home)/products/"))
            // The line of the invoice names the product.
            #expect(product.text.contains("id=\"found-documents\""))
            let number = await browser.get("\(home)/search?q=2026-000")
            #expect(number.text.contains("Invoice 2026-00001"))
            #expect(!number.text.contains("id=\"found-products\""))
            let wildcard = await browser.get("\(home)/search?q=%25")
            #expect(!wildcard.text.contains("class=\"found\""))
            #expect(await browser.get("\(home)/search?q=order%20hosting").text.contains("\(home)/order/web-hosting"))
        }
    }

    @Test("Each finds what they may see, and nothing of another organisation", arguments: DatabaseKind.allCases)
    func rights(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await world.order(name: "atelier-nord.ch", by: marie)
            let home = "/organizations/\(marie.organization)"
            for (login, role, billing, products, documents) in [
                ("admin@atelier.example", Role.administrator, false, true, true),
                ("books@atelier.example", Role.collaborator, true, false, true),
                ("works@atelier.example", Role.collaborator, false, false, false),
            ] {
                let person = try await world.founder(login, organization: "Own of \(role)")
                try await world.join(marie.organization, person, as: role, hasBillingRight: billing)
                let text = await (try await world.browser(for: person)).get("\(home)/search?q=nord").text
                #expect(text.contains("id=\"found-products\"") == products, "\(login)")
                #expect(text.contains("id=\"found-documents\"") == documents, "\(login)")
                let own = await (try await world.browser(for: person)).get(
                    "/organizations/\(person.organization)/search?q=nord")
                #expect(own.status == 200)
                #expect(!own.text.contains("class=\"found\""), "\(login)")
            }
        }
    }

    @Test("An unpaid order is said on every page, to those who may pay it", arguments: DatabaseKind.allCases)
    func unpaid(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let home = "/organizations/\(marie.organization)"
            let browser = try await world.browser(for: marie)
            #expect(!(await browser.get("\(home)/settings").text.contains("class=\"banner danger\"")))
            let order = try await world.order(by: marie, card: "0002")
            let page = await browser.get("\(home)/settings").text
            #expect(page.matches(of: #/class="banner danger"/#).count == 1)
            #expect(page.contains("\(home)/orders/\(order)"))
            #expect(page.contains("class=\"mark\""))
            // Where it leads, the page says it itself.
            #expect(!(await browser.get("\(home)/orders/\(order)").text.contains("See and pay")))
            let collaborator = try await world.founder("works@atelier.example", organization: "Own")
            try await world.join(marie.organization, collaborator, as: .collaborator)
            let other = try await world.browser(for: collaborator)
            #expect(!(await other.get("\(home)/settings").text.contains("class=\"banner danger\"")))
            try await world.order(by: marie, card: "0002", key: "client-key-of-a-test-0002")
            #expect(await browser.get("\(home)/settings").text.contains("2 orders are not paid yet."))
            // Given up, they need nobody.
            for order in try await world.values("SELECT CAST(id AS TEXT) AS value FROM product_order") {
                #expect(await browser.delete("\(home)/orders/\(order)").status == 303)
            }
            #expect(!(await browser.get("\(home)/settings").text.contains("class=\"banner danger\"")))
            // From a page that was open: the order as it is by now, without the button.
            let late = await browser.delete("\(home)/orders/\(order)")
            #expect(late.status == 409)
            #expect(late.text.contains("class=\"errors\"") && late.text.contains("href=\"\(home)/orders\""))
            #expect(late.form("\(home)/orders/\(order)") == nil)
        }
    }

    @Test("Who was given some of the products reads nothing of the others", arguments: DatabaseKind.allCases)
    func part(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let hers = await (try await place.world.browser(for: place.marie)).get(place.home).text
            #expect(hers.contains("has 4 products."))
            #expect(hers.contains("Not used yet"))
            let browser = try await place.world.browser(for: place.luca)
            let his = await browser.get(place.home).text
            #expect(his.contains("You see 1 product of "))
            #expect(his.contains("You see 1 product, 1 active"))
            #expect(his.contains("None that you can see"))
            #expect(!his.contains("Not used yet"))
            #expect(!his.contains("has 1 product."))
            let list = await browser.get("\(place.home)/products").text
            #expect(list.contains("that were given to you"))
            #expect(!list.contains("Everything this organisation has."))
            let empty = await browser.get("\(place.home)/products?type=web-hosting").text
            #expect(empty.contains("There is nothing here that you can see."))
            #expect(!empty.contains("There is nothing here yet."))
        }
    }

    @Test("What is asked at every page is answered by an index")
    func planned() async throws {
        try await OrderTests.with(.sqlite) { world, _ in
            let plan = try await world.database.read { connection in
                try connection.rows(
                    """
                    EXPLAIN QUERY PLAN SELECT organization_id, COUNT(*) AS count, MAX(id) AS last,
                        MAX(description) AS description
                    FROM product_order WHERE state = 'awaiting_payment' AND organization_id IN \([1, 2, 3])
                    GROUP BY organization_id
                    """
                ).map { try $0["detail"] as String }
            }
            #expect(plan.contains { $0.contains("product_order_open") }, "\(plan)")
        }
    }

    @Test("The next visit begins where somebody was last, whatever page that was", arguments: DatabaseKind.allCases)
    func memory(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let nina = try await world.founder("nina@extern.example", organization: "Extern")
            try await world.join(marie.organization, nina, as: .administrator)
            let browser = try await world.browser(for: nina)
            await browser.get("/organizations/\(nina.organization)")
            #expect(await browser.get("/").location == "/organizations/\(nina.organization)")
            let moved = await browser.get("/organizations/\(marie.organization)/orders")
            #expect(moved.text.contains("You are now in Atelier Rossier. Before, you were in Extern."))
            #expect(await browser.get("/").location == "/organizations/\(marie.organization)")
            let again = await browser.get("/organizations/\(marie.organization)/orders")
            #expect(!again.text.contains("You are now in"))
        }
    }

    @Test("The overview shows every family with its types")
    func families() async throws {
        try await OrderTests.with(.sqlite) { world, marie in
            let text = await (try await world.browser(for: marie)).get("/organizations/\(marie.organization)").text
            let families = text.matches(of: #/<h3 id="family-([a-z]+)">/#).map { String($0.1) }
            #expect(families == ["collaborate", "web", "cloud", "events", "streaming"])
            let types = try Catalogue(file: Catalogue.builtIn).types
            #expect(text.matches(of: #/class="card tile"/#).count == types.count)
        }
    }
}
