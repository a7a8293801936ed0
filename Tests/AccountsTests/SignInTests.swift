import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

@Suite("Signing in")
struct SignInTests {
    @Test("Wrong, unknown and locked get the same answer", arguments: DatabaseKind.allCases)
    func neutral(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder("marie@one.example")
            func answer(_ login: String, _ password: String) async throws -> String {
                let screen = try await world.browser().signIn(login, password: password)
                #expect(screen.status == 422)
                #expect(screen.cookies.allSatisfy { $0.name != "kontor-session" })
                return screen.body(without: login)
            }
            let wrong = try await answer(marie.login, "a wrong password of mine")
            #expect(try await answer("nobody@one.example", "a wrong password of mine") == wrong)
            #expect(try await answer("nobody@one.example", TestWorld.password) == wrong)
            for _ in 1...5 { _ = try await answer(marie.login, "a wrong password of mine") }
            #expect(try await answer(marie.login, TestWorld.password) == wrong)
        }
    }

    @Test("The login is the same whatever its case", arguments: DatabaseKind.allCases)
    func caseOfLogin(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            _ = try await world.founder("marie@one.example")
            #expect(try await world.browser().signIn(" MARIE@One.example ").status == 303)
        }
    }

    @Test("Five failures lock unknown devices for a moment, and no known one", arguments: DatabaseKind.allCases)
    func lock(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let known = try await world.browser(for: marie)
            await known.get("/profile")
            await known.post("/sign-out")
            for _ in 1...4 { try await world.browser().signIn(marie.login, password: "wrong wrong wrong") }
            // The fourth failure locks nothing yet: the fifth try may be right.
            #expect(try await world.browser().signIn(marie.login).status == 303)
            for _ in 1...5 { try await world.browser().signIn(marie.login, password: "wrong wrong wrong") }
            #expect(try await world.browser().signIn(marie.login).status == 422)
            #expect(try await known.signIn(marie.login).status == 303)
            world.clock.advance(.seconds(5))
            #expect(try await world.browser().signIn(marie.login).status == 303)
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }

    @Test(
        "The lock doubles from the fifth failure on, up to 15 minutes",
        arguments: [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (100, 900), (1_000_000, 900)])
    func delay(_ failures: Int, _ seconds: Int) {
        #expect(SignInLock.delay(afterFailures: failures) == .seconds(seconds))
    }

    @Test("Old failures are forgotten after a quarter of an hour", arguments: DatabaseKind.allCases)
    func forgotten(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            for _ in 1...4 { try await world.browser().signIn(marie.login, password: "wrong wrong wrong") }
            world.clock.advance(.minutes(16))
            for _ in 1...4 { try await world.browser().signIn(marie.login, password: "wrong wrong wrong") }
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }

    @Test("A hundred parallel tries count as a hundred", arguments: DatabaseKind.allCases)
    func exact(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            await withTaskGroup(of: Int.self) { group in
                for _ in 1...100 {
                    group.addTask {
                        (try? await world.browser().signIn(marie.login, password: "wrong wrong wrong").status) ?? 0
                    }
                }
                for await status in group { #expect(status == 422) }
            }
            #expect(
                try await world.values("SELECT CAST(count AS TEXT) AS value FROM sign_in_failure") == ["100"])
            #expect(try await world.count("SELECT id FROM event WHERE name = 'SignInFailed'") == 100)
        }
    }

    @Test("A hash with old parameters is made anew at sign-in", arguments: DatabaseKind.allCases)
    func rehash(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let stronger = try world.twin(passwords: PasswordParameters(unchecked: 16, iterations: 2, parallelism: 1))
            func hash() async throws -> String {
                try #require(try await world.values("SELECT password_hash AS value FROM person").first)
            }
            let old = try await hash()
            #expect(old.contains("m=8,t=1"))
            try await stronger.browser().signIn(marie.login, password: "wrong wrong wrong")
            #expect(try await hash() == old)
            #expect(try await stronger.browser().signIn(marie.login).status == 303)
            let new = try await hash()
            #expect(new.contains("m=16,t=2"))
            #expect(try await stronger.browser().signIn(marie.login).status == 303)
            #expect(try await hash() == new)
        }
    }

    @Test(
        "Every sign-in has a session of its own, and ends the one before in that browser",
        arguments: DatabaseKind.allCases)
    func newSession(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let old = browser.cookies
            #expect(try await browser.signIn(marie.login).status == 303)
            #expect(browser.cookies["kontor-session"] != old["kontor-session"])
            let thief = world.browser()
            thief.keep(cookies: old)
            #expect(await thief.get("/profile").status == 303)
            #expect(await browser.get("/profile").status == 200)
            let secret = try #require(browser.cookies["kontor-session"])
            #expect(try await world.count("SELECT id FROM session WHERE client LIKE \("%\(secret)%")") == 0)
        }
    }

    @Test("A new device is told to its owner, a known one is not", arguments: DatabaseKind.allCases)
    func newDevice(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let first = try await world.browser(for: marie)
            #expect(try await world.mails(to: marie.login).isEmpty)
            await first.get("/profile")
            await first.post("/sign-out")
            try await first.signIn(marie.login)
            #expect(try await world.mails(to: marie.login).isEmpty)
            _ = try await world.browser(for: marie, agent: "Mozilla/5.0 (Windows NT 10.0) Chrome/150")
            let mails = try await world.mails(to: marie.login)
            #expect(mails.map(\.subject) == ["New sign-in to your account"])
            #expect(mails.first?.text.contains("Chrome on Windows") == true)
            #expect(mails.first?.text.contains("192.0.2.1") == true)
            #expect(mails.first?.path == "/security/sessions")
        }
    }

    @Test("Signing out ends the session, not only the cookie", arguments: DatabaseKind.allCases)
    func signOut(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile")
            let copy = world.browser()
            copy.keep(cookies: browser.cookies)
            let answer = await browser.post("/sign-out")
            #expect(answer.status == 303)
            #expect(answer.header("clear-site-data") != nil)
            #expect(browser.cookies["kontor-session"] == nil)
            #expect(await copy.get("/profile").status == 303)
            #expect(try await world.count("SELECT id FROM session") == 0)
        }
    }

    @Test("Trying passwords is limited for each address")
    func limited() async throws {
        try await TestWorld.with(.sqlite, rateFactor: 1) { world in
            let marie = try await world.founder()
            for _ in 1...20 { #expect(try await world.browser().signIn(marie.login, password: "wrong").status == 422) }
            let limited = try await world.browser().signIn(marie.login)
            #expect(limited.status == 429)
            #expect(Int(limited.header("retry-after") ?? "") ?? 0 > 0)
            world.clock.advance(.minutes(20))
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }
}
