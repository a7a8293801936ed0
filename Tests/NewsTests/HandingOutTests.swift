import Delivery
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import News

@Suite("Handing out news")
struct HandingOutTests {
    @Test(
        "Everybody who subscribed to the topic gets it in their language, and nobody else",
        arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder(language: .french)
            let paul = try await world.founder("paul@agence.example", organization: "Agence", language: .spanish)
            let jean = try await world.founder("jean@agence.example", organization: "Jean")
            try await world.subscribe(marie)
            try await world.subscribe(paul, to: ["products", "company"])
            try await world.subscribe(jean, to: ["company"])
            try await world.subscribe("lea@neu.example", language: .german)
            world.clock.advance(.seconds(1))
            let id = try await world.publish(
                "Roof", "First.\n\nSee https://example.com/a?b=1&c=2.", in: [.english, .french, .german])
            let letter = try #require(try await world.mails(to: marie.login).last)
            #expect(letter.subject == "Roof (fr)")
            #expect(letter.text.contains("Bonjour Marie,"))
            #expect(letter.text.contains("http://127.0.0.1:8080/news/\(id)"))
            #expect(letter.html.contains("<a href=\"https://example.com/a?b=1&amp;c=2\">"))
            #expect(letter.html.contains("« Produits et offres »"))
            let foreign = try #require(try await world.mails(to: paul.login).last)
            #expect(foreign.subject == "Roof (en)")
            #expect(foreign.text.contains("Esta noticia no está escrita en su idioma. Aquí la tiene en English."))
            #expect(try await world.subjects(to: "lea@neu.example") == ["Roof (de)"])
            #expect(try await world.mails(to: jean.login).isEmpty)
            #expect(try await world.values("SELECT CAST(recipients AS TEXT) AS value FROM news_item") == ["3"])
            // Nothing of who got it stays in the house once it is out.
            #expect(try await world.count("SELECT id FROM delivery WHERE target = 'lea@neu.example'") == 0)
            try await world.drain()
            #expect(try await world.subjects(to: marie.login).count == 1)
        }
    }

    @Test("Portions go on where the last one ended, whatever stopped in between", arguments: DatabaseKind.allCases)
    func portions(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            for number in 1...7 { try await world.subscribe("reader\(number)@neu.example") }
            world.clock.advance(.seconds(1))
            try await world.publish()
            let now = world.clock.now
            func portion(_ world: TestWorld) async throws -> Bool {
                try await world.database.write { try world.news.handOutPortion(3, at: now, in: $0) }
            }
            #expect(try await portion(world))
            #expect(try await world.count("SELECT id FROM delivery") == 3)
            // A portion that dies before its commit leaves no trace, and is done by another process.
            struct Killed: Error {}
            await #expect(throws: Killed.self) {
                try await world.database.write { connection in
                    _ = try world.news.handOutPortion(3, at: now, in: connection)
                    throw Killed()
                }
            }
            #expect(try await world.count("SELECT id FROM delivery") == 3)
            let twin = try world.twin()
            #expect(try await portion(twin))
            #expect(try await portion(world))
            #expect(try await portion(twin) == false)
            #expect(try await world.count("SELECT id FROM delivery") == 7)
            for number in 1...7 {
                #expect(try await world.subjects(to: "reader\(number)@neu.example") == ["A new roof (en)"])
            }
        }
    }

    @Test("Two processes at once hand each letter out once", arguments: DatabaseKind.allCases)
    func twins(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            for number in 1...20 { try await world.subscribe("reader\(number)@neu.example") }
            world.clock.advance(.seconds(1))
            try await world.publish()
            let now = world.clock.now
            let houses = [world, try world.twin()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for house in houses {
                    group.addTask {
                        while try await house.database.write({ try house.news.handOutPortion(2, at: now, in: $0) }) {}
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await world.values("SELECT CAST(recipients AS TEXT) AS value FROM news_item") == ["20"])
            #expect(try await world.count("SELECT id FROM delivery WHERE kind = 'email'") == 20)
        }
    }

    @Test("Blocked people, late subscribers and second addresses are left out", arguments: DatabaseKind.allCases)
    func leftOut(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let now = world.clock.now
            for person in [marie, paul] { try await world.subscribe(person) }
            // Subscribed before they had an account, and by the account as well.
            try await world.subscribe("lea@neu.example")
            let lea = try await world.founder("lea@neu.example", organization: "Lea")
            try await world.database.write { connection in
                let id: NewsSubscriberID = try connection.insert(
                    """
                    INSERT INTO news_subscriber (person_id, revision, created_at) VALUES (\(lea.id), 1, \(now))
                    RETURNING id
                    """)
                try connection.execute(
                    "INSERT INTO news_subscription (subscriber_id, topic, since_at) VALUES (\(id), 'products', \(now))")
                try connection.execute(
                    "UPDATE person SET blocked_at = \(now), block_reason = 'Stolen' WHERE id = \(paul.id)")
            }
            let count = try await world.database.read { try Recipient.count("products", in: $0) }
            #expect(count == 2)
            world.clock.advance(.seconds(1))
            try await world.publish()
            world.clock.advance(.seconds(1))
            try await world.subscribe("late@neu.example")
            #expect(try await world.subjects(to: marie.login).count == 1)
            #expect(try await world.subjects(to: "lea@neu.example").count == 1)
            #expect(try await world.mails(to: paul.login).isEmpty)
            #expect(try await world.mails(to: "late@neu.example").isEmpty)
        }
    }

    @Test("It goes to where the account is now", arguments: DatabaseKind.allCases)
    func followsTheAccount(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.subscribe(marie)
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE person SET login = 'new@neu.example', login_key = 'new@neu.example', language = 'de'
                    WHERE id = \(marie.id)
                    """)
            }
            world.clock.advance(.seconds(1))
            try await world.publish(in: [.english, .german])
            #expect(try await world.subjects(to: "new@neu.example") == ["A new roof (de)"])
            #expect(try await world.mails(to: marie.login).isEmpty)
        }
    }

    @Test("A letter says how to end it, for people and for mail programs", arguments: DatabaseKind.allCases)
    func wayOut(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.subscribe(marie, to: ["products", "company"])
            try await world.subscribe("lea@neu.example")
            world.clock.advance(.seconds(1))
            try await world.publish()
            // As it is queued, before the courier has it.
            let now = world.clock.now
            _ = try await world.database.write { try world.news.handOutPortion(at: now, in: $0) }
            let payloads = try await world.values("SELECT payload AS value FROM delivery ORDER BY id")
            let mail = try JSONText.decode(Mail.self, try #require(payloads.first))
            let end = try #require(mail.unsubscribe)
            #expect(mail.text.contains(end))
            let letter = try #require(try await world.mails(to: marie.login).last)
            let path = try #require(letter.path("/news/unsubscribe/"))
            #expect(end == "http://127.0.0.1:8080\(path)")
            // Looking changes nothing: scanners look.
            let page = await world.browser().get(path)
            #expect(page.status == 200)
            #expect(try await world.subscribed().count == 3)
            // A program that presses the button gets no redirect; nor is it an error the second time.
            for _ in 1...2 {
                let pressed = await world.browser().oneClick(path)
                #expect(pressed.status == 200)
                #expect(pressed.location == nil)
            }
            #expect(try await world.subscribed() == ["lea@neu.example products", "\(marie.login) company"])
            #expect(await world.browser().post(path).status == 403)
            // A person without an account, by the page: and then nothing of the address is left.
            let lea = try #require(try await world.mails(to: "lea@neu.example").last?.path("/news/unsubscribe/"))
            let browser = world.browser()
            let ended = try await browser.submit(await browser.get(lea), lea)
            #expect(ended.status == 303)
            #expect(try await browser.follow(ended).text.contains("You are not subscribed"))
            #expect(try await world.count("SELECT id FROM news_subscriber WHERE email IS NOT NULL") == 0)
        }
    }

    @Test("Who ends it while letters wait does not get them", arguments: DatabaseKind.allCases)
    func waiting(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let id = try await world.subscribe("lea@neu.example")
            try await world.subscribe("max@neu.example")
            world.clock.advance(.seconds(1))
            try await world.publish()
            let now = world.clock.now
            _ = try await world.database.write { try world.news.handOutPortion(at: now, in: $0) }
            let link = Subscriber.token(id, world.keys).text
            #expect(await world.browser().oneClick("/news/unsubscribe/\(link)/products").status == 200)
            #expect(try await world.mails(to: "lea@neu.example").isEmpty)
            #expect(try await world.mails(to: "max@neu.example").count == 1)
        }
    }

    @Test(
        "By the link of a letter all topics can be chosen, and nothing else is there", arguments: DatabaseKind.allCases)
    func byLink(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let id = try await world.subscribe("lea@neu.example")
            let path = "/news/subscriptions/\(Subscriber.token(id, world.keys).text)"
            let browser = world.browser()
            let page = await browser.get(path)
            #expect(!page.text.contains("lea@neu.example"), "A letter that was passed on tells nobody's address.")
            #expect(try await browser.submit(page, path, ["topics": "company"]).status == 303)
            #expect(try await world.subscribed() == ["lea@neu.example company"])
            // The page was open in another tab.
            #expect(try await browser.submit(page, path, ["topics": "maintenance"]).status == 409)
            let now = await browser.get(path)
            #expect(await browser.post(path, ["revision": now.form(path)?.fields["revision"] ?? ""]).status == 303)
            #expect(try await world.count("SELECT id FROM news_subscriber") == 0)
            #expect(await browser.get(path).text.contains("You are not subscribed"))
        }
    }
}
