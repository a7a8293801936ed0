import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

@Suite("The second step of signing in")
struct SignInStepTests {
    @Test("Password, then code, then in, where one wanted to go", arguments: DatabaseKind.allCases)
    func code(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let gate = await browser.get("/sign-in?next=%2Fprofile")
            let answer = try await browser.submit(
                gate, "/sign-in", ["login": marie.login, "password": TestWorld.password])
            let step = try await browser.follow(answer)
            #expect(step.text.contains("autocomplete=\"one-time-code\""))
            #expect(await browser.get("/profile").status == 303)
            let code = world.freshCode(enrolment.totp)
            let twin = world.browser()
            twin.keep(cookies: browser.cookies)
            let inside = try await browser.submit(step, nil, ["code": "\(code.prefix(3)) \(code.suffix(3))"])
            #expect(inside.location == "/profile")
            #expect(await browser.get("/profile").status == 200)
            // The second click of a double click goes the same way, and opens nothing more.
            let second = try await twin.submit(step, nil, ["code": code])
            #expect(second.location == "/profile")
            #expect(second.cookies.allSatisfy { $0.name != "kontor-session" })
            #expect(await browser.get(step.path).text.contains("This sign-in was completed already."))
        }
    }

    @Test("A code works once, however often it is sent at the same moment", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            var waiting: [(browser: TestBrowser, step: Screen)] = []
            for _ in 1...4 {
                let browser = world.browser()
                waiting.append((browser, try await world.passwordStep(browser, marie.login)))
            }
            let code = world.freshCode(enrolment.totp)
            let opened = await withTaskGroup(of: Int.self) { group in
                for entry in waiting {
                    group.addTask {
                        (try? await entry.browser.submit(entry.step, nil, ["code": code]).status) ?? 0
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(opened == [303: 1, 422: 3])
        }
    }

    @Test("The code that proved the app opens nothing", arguments: DatabaseKind.allCases)
    func enrolmentCode(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let step = try await world.passwordStep(browser, marie.login)
            #expect(try await browser.submit(step, nil, ["code": world.code(enrolment.totp)]).status == 422)
        }
    }

    @Test(
        "A backup code works once, and the owner is told; at three, that they run out", arguments: DatabaseKind.allCases
    )
    func backupCode(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            for (index, code) in enrolment.codes.prefix(7).enumerated() {
                let browser = world.browser()
                let step = try await world.passwordStep(browser, marie.login)
                let page = await browser.get("\(step.path)/backup-code")
                #expect(page.text.contains("24 characters from your sheet."))
                if index == 1 {
                    #expect(try await browser.submit(page, nil, ["code": enrolment.codes[0]]).status == 422)
                }
                #expect(try await browser.submit(page, nil, ["code": code.lowercased()]).status == 303)
                #expect(await browser.get("/profile").status == 200)
            }
            let subjects = try await world.mails(to: marie.login).map(\.subject)
            #expect(subjects.count { $0 == "A backup code was used" } == 6)
            #expect(subjects.last { $0.contains("code") } == "Only 3 backup codes are left")
        }
    }

    @Test("Five wrong codes end the step, and count like wrong passwords", arguments: DatabaseKind.allCases)
    func tries(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let step = try await world.passwordStep(browser, marie.login)
            for _ in 1...4 {
                let wrong = try await browser.submit(step, nil, ["code": "wrong"])
                #expect(wrong.status == 422)
                #expect(wrong.text.contains("href=\"#code\""))
            }
            let last = try await browser.submit(step, nil, ["code": "wrong"])
            #expect(last.text.contains("Too many wrong codes."))
            #expect(last.form(step.path) == nil)
            let code = world.freshCode(enrolment.totp)
            #expect(await browser.post(step.path, ["code": code]).status == 410)
            #expect(try await world.count("SELECT id FROM event WHERE name = 'SignInFailed'") == 5)
            #expect(
                try await world.values(
                    "SELECT CAST(count AS TEXT) AS value FROM sign_in_failure WHERE device = 'unknown'")
                    == ["6"])
        }
    }

    @Test("After ten minutes the password is asked for again", arguments: DatabaseKind.allCases)
    func expiry(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let step = try await world.passwordStep(browser, marie.login)
            world.clock.advance(Duration.minutes(10) - .milliseconds(1))
            #expect(await browser.get(step.path).text.contains("one-time-code"))
            world.clock.advance(.milliseconds(1))
            let late = await browser.post(step.path, ["code": world.code(enrolment.totp)])
            #expect(late.status == 410)
            #expect(late.text.contains("This sign-in has expired."))
            world.clock.advance(.hours(24))
            try await world.drain()
            #expect(try await world.count("SELECT id FROM sign_in_step") == 0)
        }
    }

    @Test("The page belongs to the browser that typed the password", arguments: DatabaseKind.allCases)
    func bound(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let step = try await world.passwordStep(browser, marie.login)
            let thief = world.browser()
            await thief.get("/sign-in")
            #expect(await thief.get(step.path).status == 410)
            #expect(await thief.post(step.path, ["code": world.freshCode(enrolment.totp)]).status == 410)
            let forged = await browser.get(String(step.path.dropLast(2)) + "AA")
            #expect(forged.status == 410 && forged.text.contains("href=\"/sign-in\""))
        }
    }

    @Test("A wrong password says nothing of a second step", arguments: DatabaseKind.allCases)
    func silent(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            _ = try await world.enrol(try await world.browser(for: marie))
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let with = try await world.browser().signIn(marie.login, password: "wrong wrong wrong")
            let without = try await world.browser().signIn(paul.login, password: "wrong wrong wrong")
            #expect(with.status == 422)
            #expect(with.body(without: marie.login) == without.body(without: paul.login))
        }
    }
}
