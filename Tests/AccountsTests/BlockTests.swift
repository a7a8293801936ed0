import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

@Suite("Blocking a person")
struct BlockTests {
    private let support = Event.Actor(person: nil, client: "support")

    private func block(_ world: TestWorld, _ person: TestPerson, reason: String = "stolen laptop") async throws {
        let now = world.clock.now
        let support = support
        try await world.database.write { connection in
            try Accounts.block(person.id, reason: reason, by: support, at: now, in: connection)
        }
    }

    private func unblock(_ world: TestWorld, _ person: TestPerson) async throws {
        let now = world.clock.now
        let support = support
        try await world.database.write { connection in
            try Accounts.unblock(person.id, reason: "identity shown", by: support, at: now, in: connection)
        }
    }

    @Test("Sessions, tokens and sign-ins stop at once, and come back one by one", arguments: DatabaseKind.allCases)
    func blocked(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: marie)
            let his = try await world.browser(for: paul)
            let token = try await world.token(of: marie)
            func answer() async -> Int {
                await world.browser().get("/2/profile", headers: ["authorization": "Bearer \(token)"]).status
            }
            #expect(await answer() == 200)
            try await block(world, marie)
            #expect(await browser.get("/profile").status == 303)
            #expect(await answer() == 401)
            #expect(await his.get("/profile").status == 200)
            let refused = try await world.browser().signIn(marie.login)
            #expect(refused.status == 422)
            #expect(refused.text.contains("This account is blocked."))
            #expect(refused.cookies.allSatisfy { $0.name != "kontor-session" })
            // Who does not know the password is not told.
            let wrong = try await world.browser().signIn(marie.login, password: "wrong wrong wrong")
            #expect(!wrong.text.contains("blocked"))
            try await unblock(world, marie)
            #expect(await answer() == 200)
            #expect(await browser.get("/profile").status == 303)
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }

    @Test("A sign-in that waits for its code goes nowhere", arguments: DatabaseKind.allCases)
    func secondStep(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let enrolment = try await world.enrol(try await world.browser(for: marie))
            let browser = world.browser()
            let step = try await world.passwordStep(browser, marie.login)
            try await block(world, marie)
            let late = await browser.post(step.path, ["code": world.freshCode(enrolment.totp)])
            #expect(late.status == 410)
            #expect(try await world.count("SELECT id FROM session") == 0)
        }
    }

    @Test("The person is told, the reason is kept, and a second time changes nothing", arguments: DatabaseKind.allCases)
    func told(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await block(world, marie)
            try await block(world, marie, reason: "again")
            #expect(try await world.values("SELECT block_reason AS value FROM person") == ["stolen laptop"])
            let mails = try await world.mails(to: marie.login)
            #expect(mails.map(\.subject) == ["Your account was blocked"])
            #expect(mails.allSatisfy { !$0.text.contains("laptop") })
            try await unblock(world, marie)
            try await unblock(world, marie)
            #expect(
                try await world.mails(to: marie.login).map(\.subject)
                    == ["Your account was blocked", "Your account is open again"])
            #expect(try await world.eventNames().count { $0 == "PersonBlocked" } == 1)
            #expect(try await world.eventNames().count { $0 == "PersonUnblocked" } == 1)
        }
    }

    @Test("Without a reason, and for nobody, there is no block", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            await #expect(throws: Problem.field("reason", "form.required", code: "validation_rule_required")) {
                try await block(world, marie, reason: "  ")
            }
            let now = world.clock.now
            await #expect(throws: Problem.notFound) {
                try await world.database.write { connection in
                    try Accounts.block(
                        PersonID(rawValue: 4711), reason: "nobody", by: .system, at: now, in: connection)
                }
            }
            #expect(try await world.browser().signIn(marie.login).status == 303)
        }
    }
}
