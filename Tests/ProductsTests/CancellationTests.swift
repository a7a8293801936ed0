import Access
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// Ending what is paid for: asked, confirmed by the link of a mail, and only then done (PROD-8 to PROD-10).
@Suite("Cancelling products")
struct CancellationTests {
    private static func with(
        _ kind: DatabaseKind, _ body: (TestWorld, TestPerson, TestBrowser) async throws -> Void
    ) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order(by: marie)
            try await body(world, marie, try await world.browser(for: marie))
            #expect(try await world.brokenInvariants() == [])
        }
    }

    private static func product(_ world: TestWorld) async throws -> String {
        try await world.values(
            """
            SELECT state || CASE WHEN cancellation_id IS NULL THEN '' ELSE ' asked' END AS value FROM product ORDER BY id
            """
        ).joined(separator: ", ")
    }

    /// Asks for the end of the first product, by its page.
    private static func ask(
        _ browser: TestBrowser, _ marie: TestPerson, name: String = "atelier-nord.ch"
    ) async throws -> Screen {
        let path = "/organizations/\(marie.organization)/products/cancellation"
        let page = await browser.get("\(path)?product=1")
        #expect(page.status == 200)
        return try await browser.submit(
            page, path, ["confirmation_name": name, "confirm_password": TestWorld.password])
    }

    private static func link(_ world: TestWorld, _ marie: TestPerson) async throws -> String {
        let mail = try await world.mails(to: marie.login).last { $0.subject.contains("Confirm the cancellation") }
        let text = try #require(mail?.text)
        let start = try #require(text.firstRange(of: "/organizations/"))
        return String(text[start.lowerBound...].prefix { !$0.isWhitespace })
    }

    @Test("Nothing ends before the link is confirmed, then it ends at once", arguments: DatabaseKind.allCases)
    func confirmed(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            #expect(try await Self.ask(browser, marie).status == 303)
            #expect(try await Self.product(world) == "active asked")
            #expect(
                await browser.get("/organizations/\(marie.organization)/products/1").text.contains(
                    "Cancellation requested"))
            let link = try await Self.link(world, marie)
            let page = await browser.get(link)
            #expect(try await Self.product(world) == "active asked", "Looking is not confirming.")
            #expect(try await browser.submit(page, link).status == 303)
            #expect(try await Self.product(world) == "cancelled asked")
            #expect(await browser.get(link).text.contains("The link has done its work"))
            #expect(await browser.post(link).status != 303, "The second time.")
            #expect(try await world.eventNames().count { $0 == "ProductCancelled" } == 1)
        }
    }

    @Test("The other administrators are told, and what is owed stays owed", arguments: DatabaseKind.allCases)
    func told(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let adam = try await world.founder("adam@atelier.example", organization: "Own")
            try await world.join(marie.organization, adam, as: .administrator)
            let before = try await world.values(
                "SELECT number || state AS value FROM document JOIN document_state ON document_id = document.id")
            _ = try await Self.ask(browser, marie)
            let link = try await Self.link(world, marie)
            #expect(try await world.mails(to: adam.login).isEmpty, "Nobody is told of what may never be.")
            _ = try await browser.submit(await browser.get(link), link)
            #expect(try await world.mails(to: adam.login).last?.subject.contains("were cancelled") == true)
            #expect(
                try await world.values(
                    "SELECT number || state AS value FROM document JOIN document_state ON document_id = document.id")
                    == before)
        }
    }

    @Test("Until it is confirmed it can be taken back", arguments: DatabaseKind.allCases)
    func withdrawn(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            _ = try await Self.ask(browser, marie)
            let link = try await Self.link(world, marie)
            #expect(await browser.delete("/organizations/\(marie.organization)/products/1/cancellation").status == 303)
            #expect(try await Self.product(world) == "active")
            #expect(await browser.get(link).text.contains("Nothing was cancelled"))
            #expect(await browser.post(link).status == 410)
            #expect(try await Self.ask(browser, marie).status == 303, "It can be asked for again.")
        }
    }

    @Test("The mail is sent again, once a minute, to whoever asked", arguments: DatabaseKind.allCases)
    func again(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let adam = try await world.founder("adam@atelier.example", organization: "Own")
            try await world.join(marie.organization, adam, as: .administrator)
            _ = try await Self.ask(browser, marie)
            let product = "/organizations/\(marie.organization)/products/1"
            let path = "\(product)/cancellation/mail"
            func letters() async throws -> Int {
                try await world.mails(to: marie.login).count { $0.subject.contains("Confirm the cancellation") }
            }
            let his = try await world.browser(for: adam)
            #expect(await his.get(product).text.contains("at most once a minute"))
            let early = await his.post(path)
            #expect(try await letters() == 1)
            world.clock.advance(.minutes(1))
            let answer = await his.post(path)
            #expect(answer.status == 303)
            #expect(answer.location == early.location, "Whether it was sent is not told.")
            #expect(await his.post(path).status == 303)
            #expect(try await letters() == 2)
            #expect(try await world.mails(to: adam.login).allSatisfy { !$0.subject.contains("Confirm") })
            let link = try await Self.link(world, marie)
            _ = try await browser.submit(await browser.get(link), link)
            world.clock.advance(.minutes(1))
            #expect(await his.post(path).status == 303)
            #expect(try await letters() == 2, "There is nothing to confirm any more.")
        }
    }

    @Test(
        "What was asked for a product that ends is closed with it, and the asker told", arguments: DatabaseKind.allCases
    )
    func requests(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let luca = try await world.founder("luca@atelier.example", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            let open = try await world.order(
                "web-hosting-basic", name: "open.example", by: marie, card: "0002", key: "order-that-is-open-001")
            let his = try await world.browser(for: luca)
            let path = "/organizations/\(marie.organization)/access-requests/new"
            for product in ["1", "2"] {
                let page = await his.get("\(path)?right=products:see&product=\(product)")
                #expect(try await his.submit(page, path).status == 303)
            }
            func states() async throws -> [String] {
                try await world.values("SELECT state AS value FROM access_request ORDER BY id")
            }
            _ = try await Self.ask(browser, marie)
            #expect(try await states() == ["pending", "pending"])
            let link = try await Self.link(world, marie)
            _ = try await browser.submit(await browser.get(link), link)
            #expect(try await states() == ["refused", "pending"])
            // An order that is given up takes its product with it.
            #expect(await browser.delete("/organizations/\(marie.organization)/orders/\(open)").status == 303)
            #expect(try await states() == ["refused", "refused"])
            let letters = try await world.mails(to: luca.login).filter { $0.subject.contains("is closed") }
            #expect(letters.count == 2)
            #expect(letters.first?.text.contains("has ended meanwhile") == true)
            let requests = await browser.get("/organizations/\(marie.organization)/access-requests")
            #expect(!requests.text.contains("/access-requests/1"))
        }
    }

    @Test("A link that nobody used in time does nothing", arguments: DatabaseKind.allCases)
    func lapsed(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            _ = try await Self.ask(browser, marie)
            let link = try await Self.link(world, marie)
            world.clock.advance(.days(3))
            _ = try await world.drain()
            #expect(try await Self.product(world) == "active")
            let again = try await world.browser(for: marie)
            #expect(await again.get(link).text.contains("Nothing was cancelled"))
            #expect(await again.post(link).status == 410)
            #expect(try await world.eventNames().contains("ProductCancellationLapsed"))
        }
    }

    @Test("A wrong name, somebody else's product and a forged link do nothing", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            #expect(try await Self.ask(browser, marie, name: "something-else.ch").status == 422)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let other = try await world.browser(for: paul)
            #expect(
                await other.get("/organizations/\(paul.organization)/products/cancellation?product=1").status == 404)
            let forged = await other.post(
                "/organizations/\(paul.organization)/products/cancellation",
                ["products": "1", "confirmation_name": "Agence", "confirm_password": TestWorld.password])
            #expect(forged.status == 409)
            _ = try await Self.ask(browser, marie)
            let link = try await Self.link(world, marie)
            let broken = await browser.get(String(link.dropLast(2)) + "xx")
            let way = "class=\"btn primary\" href=\"/organizations/\(marie.organization)/products\""
            #expect(broken.status == 410 && broken.text.contains(way))
            #expect(try await Self.product(world) == "active asked")
        }
    }

    @Test("Who was given the product loses it with its end", arguments: DatabaseKind.allCases)
    func grants(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let luca = try await world.founder("luca@atelier.example", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            let now = world.clock.now
            try await world.database.write { connection in
                try connection.execute(
                    """
                    INSERT INTO product_grant (organization_id, person_id, product_id, created_at)
                    VALUES (\(marie.organization), \(luca.id), 1, \(now))
                    """)
            }
            let page = await browser.get("/organizations/\(marie.organization)/products/cancellation?product=1")
            #expect(page.text.contains("1 person who was given access loses it"))
            _ = try await Self.ask(browser, marie)
            let link = try await Self.link(world, marie)
            _ = try await browser.submit(await browser.get(link), link)
            #expect(try await world.count("SELECT product_id FROM product_grant") == 0)
        }
    }

    @Test("The checklist of a deletion leads there and back", arguments: DatabaseKind.allCases)
    func checklist(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let path = "/organizations/\(marie.organization)"
            let list = await browser.get("\(path)/delete")
            #expect(list.text.contains("\(path)/products/cancellation?all=yes"))
            let page = await browser.get("\(path)/products/cancellation?all=yes&back=\(path)/delete")
            let asked = try await browser.submit(
                page, "\(path)/products/cancellation",
                ["confirmation_name": "atelier-nord.ch", "confirm_password": TestWorld.password])
            #expect(asked.location == "\(path)/delete")
            #expect(await browser.get("\(path)/delete").text.contains("Cancellation requested"))
            let link = try await Self.link(world, marie)
            _ = try await browser.submit(await browser.get(link), link)
            #expect(await browser.get("\(path)/delete").text.contains("products/cancellation") == false)
        }
    }
}
