import Access
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Accounts

@Suite("Deleting the account")
struct DeletionTests {
    /// Somebody who answers for nothing alone: their organisation has a second legal representative.
    private func free(_ world: TestWorld) async throws -> (marie: TestPerson, paul: TestPerson) {
        let marie = try await world.founder()
        let paul = try await world.founder("paul@agence.example", first: "Paul", last: "Blanc", organization: "Agence")
        try await world.join(marie.organization, paul, as: .legalRepresentative)
        return (marie, paul)
    }

    private func delete(
        _ browser: TestBrowser, _ login: String, password: String = TestWorld.password, code: String = ""
    ) async -> Screen {
        await browser.get("/profile/delete")
        return await browser.post("/profile/delete", ["login": login, "password": password, "code": code])
    }

    @Test("It is refused while nobody else answers for an organisation", arguments: DatabaseKind.allCases)
    func obstructed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            #expect(await browser.get("/profile").text.contains("href=\"/profile/delete\""))
            let page = await browser.get("/profile/delete")
            #expect(page.text.contains("You are the only member of Atelier Rossier."))
            #expect(page.text.contains("href=\"/organizations/\(marie.organization)/delete\""))
            #expect(page.form("/profile/delete") == nil)
            let refused = await delete(browser, marie.login)
            #expect(refused.status == 409)
            #expect(await browser.get("/profile").status == 200)
            #expect(try await world.eventNames().contains("PersonErased") == false)
        }
    }

    @Test("Login and password a last time, or nothing happens", arguments: DatabaseKind.allCases)
    func proof(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, paul) = try await free(world)
            let browser = try await world.browser(for: marie)
            for (login, password, field) in [
                ("", TestWorld.password, "login"), (paul.login, TestWorld.password, "login"),
                (marie.login, "", "password"), (marie.login, "not my password", "password"),
            ] {
                let refused = await delete(browser, login, password: password)
                #expect(refused.status == 422)
                #expect(refused.text.contains("href=\"#\(field)\""))
            }
            let enrolment = try await world.enrol(browser)
            #expect(await browser.get("/profile/delete").text.contains("and 10 unused backup codes"))
            #expect(await delete(browser, marie.login).status == 422)
            #expect(try await world.count("SELECT id FROM person WHERE erased_at IS NOT NULL") == 0)
            let done = await delete(browser, marie.login.uppercased(), code: world.freshCode(enrolment.totp))
            #expect(done.location == "/sign-in")
            #expect(try await world.count("SELECT id FROM person WHERE erased_at IS NOT NULL") == 1)
        }
    }

    @Test("Nothing of the person is left, and the organisation stays", arguments: DatabaseKind.allCases)
    func erased(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, paul) = try await free(world)
            let browser = try await world.browser(for: marie)
            let other = try await world.browser(for: marie, agent: "Chrome/150 Windows")
            let token = try await world.token(of: marie)
            _ = try await world.accounts.supportCode(of: marie.id)
            try await world.browser().signIn(marie.login, password: "wrong wrong wrong")
            let page = await browser.get("/profile/delete")
            #expect(page.text.contains("You are signed out on 2 devices."))
            #expect(page.text.contains("You leave 1 organisation."))
            #expect(await delete(browser, marie.login).location == "/sign-in")
            #expect(await other.get("/profile").status == 303)
            #expect(
                await world.browser().get("/2/profile", headers: ["authorization": "Bearer \(token)"]).status == 401)
            #expect(try await world.count("SELECT login_hash FROM sign_in_failure") == 0)
            #expect(try await world.browser().signIn(marie.login).status == 422)
            let person = try #require(try await world.database.read { try Person.find(marie.id, in: $0) })
            #expect(person.login.description == "erased-\(marie.id)@erased.invalid")
            #expect(person.displayName(world.accounts.wording.words(.english)) == "Deleted account")
            #expect(person.supportCode == nil)
            #expect(!person.isOpen)
            for table in [
                "SELECT id FROM session", "SELECT person_id FROM known_device", "SELECT id FROM totp",
                "SELECT person_id FROM membership", "SELECT id FROM api_token",
            ] as [SQL] {
                #expect(try await world.count("\(table) WHERE person_id = \(marie.id)") == 0)
            }
            #expect(
                try await world.count(
                    "SELECT id FROM person WHERE login LIKE '%rossier%' OR last_name LIKE '%Rossier%'")
                    == 0)
            #expect(try await world.count("SELECT id FROM organization WHERE name = 'Atelier Rossier'") == 1)
            #expect(try await world.browser(for: paul).get("/organizations/\(marie.organization)").status == 200)
            let mails = try await world.mails(to: marie.login)
            #expect(mails.map(\.subject).last == "Your account was deleted")
            #expect(try await world.count("SELECT id FROM delivery WHERE target = \(marie.login)") == 0)
            #expect(try await world.brokenInvariants() == [])
            // The address is free again, for an account that knows nothing of this one.
            let anew = try await world.founder(organization: "Anew")
            #expect(anew.id != marie.id)
        }
    }

    @Test("Two who answer for one organisation cannot both go at once", arguments: DatabaseKind.allCases)
    func together(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await world.join(marie.organization, paul, as: .legalRepresentative)
            try await world.join(paul.organization, marie, as: .legalRepresentative)
            let browsers = [try await world.browser(for: marie), try await world.browser(for: paul)]
            let answers = await withTaskGroup(of: Int.self) { group in
                for (browser, login) in zip(browsers, [marie.login, paul.login]) {
                    group.addTask { await delete(browser, login).status }
                }
                return await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(answers.sorted() == [303, 409])
            #expect(try await world.count("SELECT id FROM person WHERE erased_at IS NOT NULL") == 1)
        }
    }
}
