import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Password and sessions")
struct SecurityTests {
    private static let new = "a quite different set of words"

    private func change(_ browser: TestBrowser, _ fields: [String: String]) async throws -> Screen {
        try await browser.submit(await browser.get("/security/password"), "/security/password", fields)
    }

    @Test(
        "The password changes, and the others are signed out where that was wished", arguments: DatabaseKind.allCases,
        [true, false])
    func changed(_ kind: DatabaseKind, _ endsOthers: Bool) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let other = try await world.browser(for: marie)
            let browser = try await world.browser(for: marie)
            var fields = ["current_password": TestWorld.password, "password": Self.new]
            if endsOthers { fields["others"] = "end" }
            #expect(try await change(browser, fields).status == 303)
            #expect(await browser.get("/profile").status == 200)
            #expect(await other.get("/profile").status == (endsOthers ? 303 : 200))
            #expect(try await world.browser().signIn(marie.login).status == 422)
            #expect(try await world.browser().signIn(marie.login, password: Self.new).status == 303)
            let subjects = try await world.mails(to: marie.login).map(\.subject)
            #expect(subjects.contains("Your password was changed"))
            #expect(try await world.eventNames().contains("PasswordChanged"))
            #expect(
                try await world.count("SELECT id FROM event WHERE payload LIKE \("%\(Self.new)%")") == 0)
        }
    }

    @Test(
        "What cannot be is refused at its field",
        arguments: [
            ("current_password", ["current_password": "not my password", "password": Self.new]),
            ("current_password", ["current_password": "", "password": Self.new]),
            ("password", ["current_password": TestWorld.password, "password": "too short"]),
            ("password", ["current_password": TestWorld.password, "password": "marie rossier marie"]),
            ("password", ["current_password": TestWorld.password, "password": ""]),
        ])
    func refused(_ field: String, _ typed: [String: String]) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let answer = try await change(browser, typed)
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            #expect(!answer.text.contains(Self.new))
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }

    @Test("Sessions are listed, the current one marked, and each can be ended", arguments: DatabaseKind.allCases)
    func sessions(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let other = try await world.browser(for: marie, agent: "Mozilla/5.0 (iPhone) Safari/600")
            world.clock.advance(.minutes(1))
            let browser = try await world.browser(for: marie)
            let list = await browser.get("/security/sessions")
            #expect(list.text.contains("Safari on iPhone"))
            #expect(list.text.components(separatedBy: "This device").count == 2)
            let ids = try await world.values("SELECT CAST(id AS TEXT) AS value FROM session ORDER BY id")
            #expect(ids.count == 2)
            #expect(await browser.delete("/security/sessions/\(ids[0])").status == 303)
            #expect(await other.get("/profile").status == 303)
            #expect(await browser.delete("/security/sessions/\(ids[0])").status == 404)
            _ = try await world.browser(for: marie)
            #expect(await browser.post("/security/sessions/end-others").status == 303)
            #expect(try await world.count("SELECT id FROM session") == 1)
            let last = await browser.delete("/security/sessions/\(ids[1])")
            #expect(last.location == "/sign-in")
            #expect(await browser.get("/profile").status == 303)
        }
    }

    @Test("Somebody else's session is not there", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example")
            let hers = try await world.browser(for: marie)
            let id = try #require(try await world.values("SELECT CAST(id AS TEXT) AS value FROM session").first)
            let his = try await world.browser(for: paul)
            await his.get("/security/sessions")
            #expect(await his.delete("/security/sessions/\(id)").status == 404)
            #expect(await hers.get("/profile").status == 200)
        }
    }

    @Test("Sessions end after 30 days, and their rows go by themselves", arguments: DatabaseKind.allCases)
    func expiry(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            world.clock.advance(Duration.days(30) - .milliseconds(1))
            #expect(await browser.get("/profile").status == 200)
            #expect(try await world.drain()["accounts-expiring-sessions"] == nil)
            world.clock.advance(.milliseconds(1))
            #expect(await browser.get("/profile").status == 303)
            #expect(try await world.drain()["accounts-expiring-sessions"] == 1)
            #expect(try await world.count("SELECT id FROM session") == 0)
        }
    }
}
