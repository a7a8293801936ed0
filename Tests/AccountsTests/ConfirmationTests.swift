import App
import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts
@testable import Web

@Suite("Proving once more who sits there")
struct ConfirmationTests {
    /// A request of a browser that is signed in, as the gate hands it on.
    private func visit(_ world: TestWorld, _ browser: TestBrowser) async throws -> Visit {
        let now = world.clock.now
        let hash = Keys.sha256(try #require(browser.cookies["kontor-session"]))
        let person = try await world.database.read { connection in
            try Accounts.recognise(hash, at: now, in: connection) { _ in ([], nil) }
        }
        return Visit(
            house: world.house.house, request: Incoming(method: "POST", path: "/"), requestID: "test",
            source: "192.0.2.1", words: world.accounts.wording.words(.english), now: now, person: person,
            organization: nil, browser: "", isNewBrowser: false, notice: nil)
    }

    private func problem(_ act: () async throws -> Void) async -> Problem? {
        do {
            try await act()
            return nil
        } catch {
            return error as? Problem ?? (error as? Problems)?.all.first
        }
    }

    @Test("A sign-in counts as confirmed; later the password does it again", arguments: DatabaseKind.allCases)
    func password(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let signedInAt = world.clock.now
            #expect(try await visit(world, browser).person?.confirmedAt == signedInAt)
            world.clock.advance(.minutes(20))
            let visit = try await visit(world, browser)
            #expect(visit.person?.confirmedAt == signedInAt)
            let wrong = await problem { _ = try await world.accounts.confirm(visit, password: "not mine", code: "") }
            #expect(wrong?.field == "confirm_password")
            let empty = await problem { _ = try await world.accounts.confirm(visit, password: "", code: "") }
            #expect(empty?.code == "validation_rule_required")
            #expect(try await self.visit(world, browser).person?.confirmedAt == signedInAt)
            _ = try await world.accounts.confirm(visit, password: TestWorld.password, code: "")
            #expect(try await self.visit(world, browser).person?.confirmedAt == world.clock.now)
            #expect(try await world.eventNames().count { $0 == "ConfirmationFailed" } == 1)
        }
    }

    @Test("With a second factor on the code is asked for too", arguments: DatabaseKind.allCases)
    func code(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            #expect(try await visit(world, browser).person?.hasSecondFactor == false)
            let enrolment = try await world.enrol(browser)
            let code = world.freshCode(enrolment.totp)
            let visit = try await visit(world, browser)
            #expect(visit.person?.hasSecondFactor == true)
            let password = TestWorld.password
            for typed in ["", "000", enrolment.totp.code(at: 1)] {
                let refused = await problem {
                    _ = try await world.accounts.confirm(visit, password: password, code: typed)
                }
                #expect(refused?.field == "confirm_code")
            }
            _ = try await world.accounts.confirm(visit, password: password, code: code)
            let again = await problem { _ = try await world.accounts.confirm(visit, password: password, code: code) }
            #expect(again?.field == "confirm_code")
            _ = try await world.accounts.confirm(visit, password: password, code: enrolment.codes[4])
        }
    }

    @Test("Guessing is slowed down, and does not lock the owner out of signing in", arguments: DatabaseKind.allCases)
    func guessing(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let visit = try await visit(world, browser)
            for _ in 1...5 {
                _ = await problem { _ = try await world.accounts.confirm(visit, password: "not mine", code: "") }
            }
            let locked = await problem {
                _ = try await world.accounts.confirm(visit, password: TestWorld.password, code: "")
            }
            #expect(locked?.code == "too_many_requests")
            #expect(try await world.browser().signIn(marie.login).status == 303)
            world.clock.advance(.minutes(16))
            let later = try await self.visit(world, browser)
            _ = try await world.accounts.confirm(later, password: TestWorld.password, code: "")
        }
    }
}
