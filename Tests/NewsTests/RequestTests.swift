import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import News

@Suite("An address for news")
struct RequestTests {
    private func ask(_ browser: TestBrowser, _ email: String) async throws -> Screen {
        try await browser.submit(await browser.get("/"), "/news/subscribe", ["email": email])
    }

    /// - Returns: the path behind the link in the newest letter.
    private func link(_ world: TestWorld, _ email: String) async throws -> String {
        try #require(try await world.mails(to: email).last?.path)
    }

    @Test("Typed at the foot, proved by the letter, and only then subscribed", arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser(language: "fr")
            let sent = try await ask(browser, "lea@neu.example")
            #expect(sent.location == "/news/subscribe/sent")
            #expect(try await world.subscribed() == [])
            let link = try await link(world, "lea@neu.example")
            // A scanner of mail follows links too, and uses nothing up.
            for _ in 1...2 { #expect(await world.browser(agent: "Scanner").get(link).status == 200) }
            let page = await browser.get(link)
            #expect(!page.text.contains(" checked"))
            let none = try await browser.submit(page, link)
            #expect(none.status == 422)
            #expect(none.text.contains("href=\"#topics\""))
            let done = try await browser.submit(page, link, ["topics": "maintenance"])
            #expect(done.status == 303)
            #expect(try await world.subscribed() == ["lea@neu.example maintenance"])
            #expect(try await browser.follow(done).text.contains("value=\"maintenance\" checked"))
            // Again: the same place, and nothing else.
            #expect(try await browser.submit(page, link, ["topics": "company"]).location == done.location)
            #expect(try await world.subscribed() == ["lea@neu.example maintenance"])
            #expect(await browser.get(link).text.contains("Ce lien a déjà servi."))
            // The letters are in the language of the page that it was asked on.
            #expect(try await world.values("SELECT language AS value FROM news_subscriber") == ["fr"])
        }
    }

    @Test(
        "What is no address comes back as it was typed, with an error at the field",
        arguments: ["", "lea", "lea@", "a b@c.example", "lea@neu"])
    func invalid(_ typed: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let answer = try await ask(world.browser(), typed)
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#email\""))
            #expect(answer.form("/news/subscribe")?.fields["email"] == typed)
            #expect(try await world.count("SELECT id FROM news_request") == 0)
        }
    }

    @Test("Known, unknown, blocked and tired addresses get the same answer", arguments: DatabaseKind.allCases)
    func neutral(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let now = world.clock.now
            try await world.subscribe(marie)
            try await world.subscribe("lea@neu.example")
            try await world.database.write { connection in
                try connection.execute(
                    "UPDATE person SET blocked_at = \(now), block_reason = 'Stolen' WHERE id = \(paul.id)")
            }
            var answers: Set<String> = []
            for email in [marie.login, "lea@neu.example", "nobody@neu.example", "nobody@neu.example", paul.login] {
                let browser = world.browser()
                let answer = try await ask(browser, email)
                answers.insert("\(answer.status) \(answer.location ?? "") \(try await browser.follow(answer).body())")
            }
            #expect(answers.count == 1)
            #expect(try await world.mails(to: "nobody@neu.example").count == 1, "Once a minute.")
            #expect(try await world.mails(to: paul.login).isEmpty, "Who is blocked gets none.")
        }
    }

    @Test("One address is written to once a minute, 3 times an hour, 5 times a day")
    func limits() async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = world.browser()
            let waits: [(wait: Duration, letters: Int)] = [
                (.zero, 1), (.seconds(59), 1), (.seconds(1), 2), (.minutes(1), 3), (.minutes(1), 3), (.hours(1), 4),
                (.hours(1), 5), (.hours(5), 5), (.hours(24), 6),
            ]
            for (wait, letters) in waits {
                world.clock.advance(wait)
                _ = try await ask(browser, "lea@neu.example")
                #expect(try await world.mails(to: "lea@neu.example").count == letters, "\(wait)")
            }
        }
    }

    @Test("Fifty at once are one letter", arguments: DatabaseKind.allCases)
    func parallel(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            await withTaskGroup(of: Void.self) { group in
                for _ in 1...50 { group.addTask { _ = try? await ask(world.browser(), "lea@neu.example") } }
            }
            let letters = try await world.mails(to: "lea@neu.example")
            #expect(letters.count == 1)
        }
    }

    @Test("One source may not try addresses without end")
    func source() async throws {
        try await TestWorld.with(.sqlite, rateFactor: 1) { world in
            let browser = world.browser()
            var statuses: [Int] = []
            for number in 1...21 { statuses.append(try await ask(browser, "a\(number)@neu.example").status) }
            #expect(statuses == Array(repeating: 303, count: 20) + [429])
        }
    }

    @Test("After a day the link has expired and the address is forgotten", arguments: DatabaseKind.allCases)
    func expired(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            _ = try await ask(browser, "lea@neu.example")
            let link = try await link(world, "lea@neu.example")
            let page = await browser.get(link)
            world.clock.advance(.hours(24))
            #expect(await browser.get(link).status == 410)
            #expect(try await browser.submit(page, link, ["topics": "products"]).status == 410)
            try await world.drain()
            #expect(try await world.count("SELECT id FROM news_request") == 0)
            #expect(try await world.count("SELECT id FROM delivery WHERE target = 'lea@neu.example'") == 0)
            #expect(await browser.get(link).status == 410)
            #expect(try await world.subscribed() == [])
        }
    }

    @Test("The address of an account subscribes the account", arguments: DatabaseKind.allCases)
    func account(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = world.browser()
            _ = try await ask(browser, "Marie.Rossier@Atelier.example")
            let link = try await link(world, marie.login)
            #expect(try await browser.submit(await browser.get(link), link, ["topics": "products"]).status == 303)
            #expect(try await world.subscribed() == ["\(marie.login) products"])
            #expect(try await world.count("SELECT id FROM news_subscriber WHERE person_id = \(marie.id)") == 1)
        }
    }

    @Test("Links that were made up, spoilt or taken from elsewhere open nothing")
    func forged() async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = world.browser()
            _ = try await ask(browser, "lea@neu.example")
            let link = try await link(world, "lea@neu.example")
            let token = try #require(link.split(separator: "/").last)
            let last = token.hasSuffix("A") ? "B" : "A"
            for wrong in ["1", "1-", "0-AAAA", "x", "\(token.dropLast(5))\(last)AAAA", "2\(token.dropFirst())"] {
                #expect(await browser.get("/news/requests/\(wrong)").status == 410, "\(wrong)")
                #expect(await browser.get("/news/subscriptions/\(wrong)").status == 410, "\(wrong)")
                #expect(await browser.oneClick("/news/unsubscribe/\(wrong)/products").status == 410, "\(wrong)")
            }
            // The proof of an address is none of a subscription.
            let other = await browser.get("/news/subscriptions/\(token)")
            #expect(other.status == 410)
            #expect(other.text.contains("class=\"btn primary large wide\" href=\"/news/subscribe\""))
        }
    }

    @Test("The form stands at the foot for strangers; who is signed in is led to the profile")
    func foot() async throws {
        try await TestWorld.with(.sqlite) { world in
            for path in ["/sign-in", "/news", "/status", "/nothing-here"] {
                let page = await world.browser().get(path)
                #expect(page.form("/news/subscribe") != nil, "\(path)")
            }
            let marie = try await world.founder()
            let inside = await (try world.browser(for: marie)).get("/organizations/\(marie.organization)")
            #expect(inside.form("/news/subscribe") == nil)
            #expect(inside.text.contains("href=\"/profile/news\""))
        }
    }
}
