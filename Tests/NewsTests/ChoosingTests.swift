import Access
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import News

@Suite("Choosing topics in the profile")
struct ChoosingTests {
    private func save(_ browser: TestBrowser, _ topics: [String], revision: String) async -> Screen {
        await browser.post("/profile/news", ["topics": topics.first ?? "", "revision": revision])
    }

    @Test(
        "The profile leads to every topic, nothing is switched on, and Save applies all",
        arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder(language: .german)
            let browser = try await world.browser(for: marie)
            #expect(await browser.get("/profile").text.contains("href=\"/profile/news\""))
            let page = await browser.get("/profile/news")
            for topic in world.news.topics.all {
                #expect(page.text.contains("role=\"switch\" name=\"topics\" value=\"\(topic.id)\""))
                #expect(page.text.contains(topic.name[.german]))
            }
            #expect(!page.text.contains(" checked"))
            let saved = await save(browser, ["maintenance"], revision: "0")
            #expect(saved.location == "/profile/news")
            #expect(try await world.subscribed() == ["\(marie.login) maintenance"])
            let again = await browser.get("/profile/news")
            #expect(again.text.contains("value=\"maintenance\" checked"))
            // One on, the other off, by one Save; the log tells both sides.
            let revision = try #require(again.form("/profile/news")?.fields["revision"])
            #expect(await save(browser, ["company"], revision: revision).status == 303)
            #expect(try await world.subscribed() == ["\(marie.login) company"])
            let log = await browser.get("/security/activity")
            #expect(log.text.contains("Marie Rossier hat gewählt, welche News per E-Mail kommen"))
            #expect(try await world.eventNames().count { $0 == "NewsTopicsChosen" } == 2)
        }
    }

    @Test("The second of two tabs is told, and what was chosen there is kept", arguments: DatabaseKind.allCases)
    func tabs(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/news")
            #expect(await save(browser, ["products"], revision: "0").status == 303)
            let late = await save(browser, ["company"], revision: "0")
            #expect(late.status == 409)
            #expect(late.text.contains("value=\"company\" checked"))
            #expect(!late.text.contains("value=\"products\" checked"))
            #expect(late.text.contains("Switched on at the moment: Products and offers."))
            #expect(try await world.subscribed() == ["\(marie.login) products"])
            let fields = try #require(late.form("/profile/news")?.fields)
            #expect(await save(browser, ["company"], revision: fields["revision"] ?? "").status == 303)
            #expect(try await world.subscribed() == ["\(marie.login) company"])
        }
    }

    @Test("A double click is one change, and saving the same says nothing to the log", arguments: DatabaseKind.allCases)
    func doubleClick(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/news")
            async let one = save(browser, ["products"], revision: "0")
            async let two = save(browser, ["products"], revision: "0")
            let statuses = await [one.status, two.status].sorted()
            #expect(statuses == [303, 409])
            let page = await browser.get("/profile/news")
            let revision = try #require(page.form("/profile/news")?.fields["revision"])
            #expect(await save(browser, ["products"], revision: revision).status == 303)
            #expect(try await world.eventNames().count { $0 == "NewsTopicsChosen" } == 1)
        }
    }

    @Test("What is no topic is not subscribed to, and one that is gone from the file stays until it is ended")
    func unknown() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/news")
            #expect(await save(browser, ["nonsense"], revision: "0").status == 303)
            #expect(try await world.subscribed() == [])
            try await world.subscribe(marie)
            try await world.database.write { try $0.execute("UPDATE news_subscription SET topic = 'retired'") }
            let page = await browser.get("/profile/news")
            let revision = try #require(page.form("/profile/news")?.fields["revision"])
            #expect(await save(browser, ["company"], revision: revision).status == 303)
            #expect(try await world.subscribed() == ["\(marie.login) company", "\(marie.login) retired"])
            #expect(await save(browser, ["company"], revision: "").status == 422)
        }
    }

    @Test(
        "Who subscribed before having an account finds it in the profile, and links of old letters go on",
        arguments: DatabaseKind.allCases)
    func adopted(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let old = try await world.subscribe("marie.rossier@atelier.example", to: ["products"])
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/profile/news")
            #expect(page.text.contains("value=\"products\" checked"))
            let revision = try #require(page.form("/profile/news")?.fields["revision"])
            #expect(await save(browser, ["company"], revision: revision).status == 303)
            #expect(try await world.subscribed() == ["\(marie.login) company"])
            #expect(try await world.count("SELECT id FROM news_subscriber WHERE email IS NOT NULL") == 0)
            let link = Subscriber.token(old, world.keys).text
            #expect(await world.browser().oneClick("/news/unsubscribe/\(link)/company").status == 200)
            #expect(try await world.subscribed() == [])
        }
    }

    @Test(
        "Two rows of one person become one, and letters that name either still end it", arguments: DatabaseKind.allCases
    )
    func merged(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder("marie@old.example")
            try await world.subscribe(marie, to: ["products"])
            let address = try await world.subscribe("marie@new.example", to: ["maintenance"])
            // As a change of the login would do it.
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE person SET login = 'marie@new.example', login_key = 'marie@new.example' WHERE id = \(marie.id)
                    """)
            }
            try await world.subscribe(marie, to: ["maintenance"])
            #expect(try await world.subscribed() == ["marie@new.example maintenance"])
            let link = Subscriber.token(address, world.keys).text
            #expect(await world.browser().oneClick("/news/unsubscribe/\(link)/maintenance").status == 200)
            #expect(try await world.subscribed() == [])
        }
    }

    @Test("With the account, everything that was subscribed goes", arguments: DatabaseKind.allCases)
    func forgotten(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await world.join(marie.organization, paul, as: .legalRepresentative)
            try await world.subscribe(marie)
            try await world.subscribe(paul)
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/delete")
            let gone = await browser.post(
                "/profile/delete", ["login": marie.login, "password": TestWorld.password])
            #expect(gone.status == 303)
            #expect(try await world.subscribed() == ["\(paul.login) products"])
            #expect(try await world.count("SELECT id FROM news_subscriber") == 1)
        }
    }
}
