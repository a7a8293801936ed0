import Kernel
import Storage
import TestSupport
import Testing

@Suite("Signing up")
struct SignUpTests {
    private static let details = [
        "first_name": "Marie", "last_name": "Rossier", "country": "CH", "phone": "079 123 45 67",
        "password": TestWorld.password, "kind": "private", "company": "", "currency": "CHF",
    ]

    /// Types an address and opens the mail.
    /// - Returns: the path of the link.
    private func link(_ world: TestWorld, _ browser: TestBrowser, _ email: String) async throws -> String {
        try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": email])
        return try #require(try await world.mails(to: email).last?.path)
    }

    @Test(
        "The link makes an account and its organisation, named after the person or the company",
        arguments: DatabaseKind.allCases, [("private", "Marie Rossier"), ("company", "Atelier Rossier Sàrl")])
    func story(_ kind: DatabaseKind, _ choice: (kind: String, organization: String)) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "marie@atelier.example")
            // A scanner of mail follows links too, and uses nothing up.
            for _ in 1...2 { #expect(await world.browser(agent: "Scanner").get(link).status == 200) }
            let answer = try await browser.submit(
                await browser.get(link), link,
                Self.details.merging(["kind": choice.kind, "company": "Atelier Rossier Sàrl"]) { $1 })
            #expect(answer.status == 303)
            let home = try await browser.follow(answer)
            #expect(home.status == 200)
            #expect(home.text.contains(choice.organization))
            #expect(
                try await world.values("SELECT name || ' ' || kind || ' ' || currency AS value FROM organization")
                    == ["\(choice.organization) \(choice.kind) CHF"])
            #expect(
                try await world.values("SELECT role || ' ' || person_id AS value FROM membership")
                    == ["legal_representative 1"])
            #expect(
                try await world.eventNames() == [
                    "SignUpRequested", "PersonSignedUp", "OrganizationFounded", "MemberJoined", "PersonSignedIn",
                ])
            // The sign-up itself is no news to its own device.
            #expect(try await world.mails(to: "marie@atelier.example").count == 1)
        }
    }

    @Test("A known address gets the same answer and another mail", arguments: DatabaseKind.allCases)
    func known(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder("marie@one.example")
            var bodies: [String] = []
            for email in [marie.login, "nobody@one.example"] {
                let browser = world.browser()
                let page = await browser.get("/sign-up")
                let answer = try await browser.submit(page, "/sign-up", ["email": email])
                #expect(answer.status == 303)
                let sent = try await browser.follow(answer)
                #expect(sent.status == 200)
                let receipt = try #require(answer.location?.split(separator: "/").last)
                bodies.append(sent.body(without: email, String(receipt)))
            }
            #expect(bodies[0] == bodies[1])
            let mail = try await world.mails(to: marie.login)
            #expect(mail.map(\.subject) == ["You have an account already"])
            #expect(mail.first?.path == "/sign-in")
            #expect(try await world.mails(to: "nobody@one.example").map(\.subject) == ["Confirm your e-mail address"])
        }
    }

    @Test(
        "One address is written to once a minute, five times an hour, ten times a day", arguments: DatabaseKind.allCases
    )
    func resending(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let email = "often@one.example"
            let sent = try await browser.follow(
                try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": email]))
            func again() async throws -> Int {
                #expect(try await browser.submit(sent, sent.path).status == 303)
                return try await world.mails(to: email).count
            }
            #expect(try await again() == 1)
            world.clock.advance(.seconds(59))
            #expect(try await again() == 1)
            world.clock.advance(.seconds(1))
            #expect(try await again() == 2)
            for _ in 1...10 {
                world.clock.advance(.minutes(1))
                _ = try await again()
            }
            #expect(try await again() == 5)
            for hour in 1...8 {
                world.clock.advance(.hours(1))
                let count = try await again()
                #expect(count == min(5 + hour, 10))
            }
        }
    }

    @Test("An expired link says so and offers a new one", arguments: DatabaseKind.allCases)
    func expired(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "late@one.example")
            let details = await browser.get(link)
            world.clock.advance(Duration.hours(24) - .milliseconds(1))
            #expect(await browser.get(link).form(link) != nil)
            world.clock.advance(.milliseconds(1))
            let dead = await browser.get(link)
            #expect(dead.text.contains("expired"))
            #expect(dead.form(link) == nil)
            #expect(try await browser.submit(details, link, Self.details).status == 410)
            #expect(try await world.count("SELECT id FROM person") == 0)
            #expect(try await browser.submit(dead, "/sign-up").status == 303)
            let second = try #require(try await world.mails(to: "late@one.example").last?.path)
            #expect(second != link)
            #expect(try await browser.submit(await browser.get(second), second, Self.details).status == 303)
        }
    }

    @Test(
        "A used link says so; the same person with the same password simply goes on", arguments: DatabaseKind.allCases)
    func used(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "twice@one.example")
            let details = await browser.get(link)
            #expect(try await browser.submit(details, link, Self.details).status == 303)
            let dead = await world.browser().get(link)
            #expect(dead.status == 410)
            #expect(dead.text.contains("used already"))
            #expect(dead.text.contains("class=\"btn primary large wide\" href=\"/sign-in\""))
            let second = world.browser()
            await second.get(link)
            #expect(await second.post(link, Self.details).status == 303)
            let stranger = world.browser()
            await stranger.get(link)
            let refused = await stranger.post(
                link, Self.details.merging(["password": "another password of somebody"]) { $1 })
            #expect([410, 422].contains(refused.status))
            #expect(try await world.count("SELECT id FROM person") == 1)
        }
    }

    @Test("A week after its link has expired an address is forgotten", arguments: DatabaseKind.allCases)
    func forgotten(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "never@one.example")
            func kept() async throws -> Int {
                try await world.count("SELECT id FROM sign_up WHERE email_key = 'never@one.example'")
                    + world.count("SELECT sent_at FROM sign_up_mail WHERE email_key = 'never@one.example'")
            }
            world.clock.advance(.days(8) - .milliseconds(1))
            try await world.drain()
            #expect(try await kept() == 1, "The link still says that it has expired.")
            #expect(await browser.get(link).text.contains("expired"))
            world.clock.advance(.milliseconds(1))
            #expect(try await world.drain()["accounts-forgetting-sign-ups"] == 1)
            #expect(try await kept() == 0)
            #expect(await browser.get(link).status == 410)
            #expect(try await world.drain()["accounts-forgetting-sign-ups"] == nil)
        }
    }

    @Test(
        "A link that was tampered with opens nothing, and says where to get another one",
        arguments: DatabaseKind.allCases)
    func forged(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "real@one.example")
            for path in ["\(link)A", String(link.dropLast(2)), "/sign-up/1-AAAA", "/sign-up/999-AAAA", "/sign-up/x"] {
                let page = await browser.get(path)
                #expect(page.status == 410, "\(path)")
                #expect(page.text.contains("class=\"btn primary large wide\" href=\"/sign-up\""), "\(path)")
                #expect(page.text.contains("href=\"/sign-in\""), "\(path)")
            }
            #expect(await browser.get(link).status == 200)
        }
    }

    @Test("Two parallel finishes make one account", arguments: DatabaseKind.allCases)
    func parallel(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let first = world.browser()
            let link = try await link(world, first, "both@one.example")
            let second = world.browser()
            let pages = (await first.get(link), await second.get(link))
            async let one = first.submit(pages.0, link, Self.details)
            async let two = second.submit(pages.1, link, Self.details)
            let statuses = [try await one.status, try await two.status]
            #expect(statuses.contains(303))
            #expect(statuses.allSatisfy { $0 == 303 || $0 == 410 })
            #expect(try await world.count("SELECT id FROM person") == 1)
            #expect(try await world.count("SELECT id FROM organization") == 1)
        }
    }

    @Test(
        "What cannot be accepted is said at its field, and what was typed stays",
        arguments: [
            ("first_name", ""), ("last_name", " "), ("phone", "12"), ("password", "short"), ("country", "XX"),
            ("password", "marie marie rossier"), ("currency", "USD"),
        ])
    func rejected(_ field: String, _ value: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = world.browser()
            let link = try await link(world, browser, "marie@one.example")
            let answer = try await browser.submit(
                await browser.get(link), link, Self.details.merging([field: value]) { $1 })
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            #expect(!answer.text.contains(TestWorld.password))
            let form = try #require(answer.form(link))
            #expect(form.fields["last_name"] == (field == "last_name" ? " " : "Rossier"))
            #expect(try await world.count("SELECT id FROM person") == 0)
        }
    }

    @Test("What is no address is said at once", arguments: ["", "marie", "marie@", "@one.example", "a@b"])
    func unreadable(_ email: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = world.browser()
            let answer = try await browser.submit(await browser.get("/sign-up"), "/sign-up", ["email": email])
            #expect(answer.status == 422)
            #expect(try await world.count("SELECT id FROM sign_up") == 0)
        }
    }
}
