import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("The security policy")
struct PolicyTests {
    private func require(_ isRequired: Bool, of person: TestPerson, in world: TestWorld) async throws -> Bool {
        let permit: Permit<ManagePolicy> = try person.standing.permit()
        let now = world.clock.now
        return try await world.database.write {
            try Policy.require(isRequired, by: permit, actor: person.actor, at: now, in: $0)
        }
    }

    @Test("It is switched once, and only by who would not be shut out", arguments: DatabaseKind.allCases)
    func store(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            _ = try await world.member("luca@atelier.example", of: marie)
            await #expect(
                throws: Problem(.conflict, code: "own_second_factor_first", word: "policy.refused.own")
            ) { _ = try await require(true, of: marie, in: world) }
            try await world.giveSecondFactor(to: marie)
            #expect(try await require(true, of: marie, in: world))
            #expect(try await require(true, of: marie, in: world) == false)
            let permit: Permit<ManagePolicy> = try marie.standing.permit()
            let policy = try await world.database.read { try Policy.find(by: permit, in: $0) }
            #expect(policy.requiresSecondFactor)
            #expect(policy.members == 2)
            #expect(policy.lacking == 1)
            // Who lost theirs meanwhile is behind the wall, but the rule itself does not keep them from ending it.
            try await world.takeSecondFactor(from: marie)
            #expect(try await require(false, of: marie, in: world))
            let events = try await world.eventNames().filter { $0.hasPrefix("SecondFactor") }
            #expect(events == ["SecondFactorRequired", "SecondFactorNoLongerRequired"])
        }
    }

    @Test(
        "Switching it on says what it does, stops who has none, and lets them in once they have",
        arguments: DatabaseKind.allCases)
    func journey(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie, as: .external, language: .french)
            let home = "/organizations/\(marie.organization)"
            let hers = try await world.browser(for: marie)
            let his = try await world.browser(for: luca)
            #expect(await his.get("\(home)/settings").status == 200)

            let locked = await hers.get("\(home)/policy")
            #expect(locked.text.contains("2 of 2 members have no second factor"))
            #expect(locked.text.contains("/security/second-factor\""))
            #expect(!locked.text.contains("\(home)/policy/second-factor\""))
            let early = await hers.act("\(home)/policy/second-factor", ["required": "yes"])
            #expect(early.status == 409)
            #expect(early.text.contains("Set up a second factor for yourself first"))

            try await world.giveSecondFactor(to: marie)
            #expect(await hers.get("\(home)/policy").text.contains("\(home)/members?lacking=yes"))
            let page = await hers.get("\(home)/policy/second-factor")
            #expect(page.text.contains("1 member without a second factor is stopped"))
            #expect(page.text.contains("Warn them before"))
            for _ in 1...2 {
                let done = await hers.act("\(home)/policy/second-factor", ["required": "yes"])
                #expect(done.location == "\(home)/policy")
            }
            #expect(try await world.mails(to: luca.login).last?.subject.contains("exige maintenant") == true)
            #expect(try await world.mails(to: marie.login).allSatisfy { !$0.subject.contains("second factor") })

            // From the next action on, in the open session: pages and posts alike.
            let wall = "\(home)/second-factor"
            #expect(await his.get("\(home)/settings").location == wall)
            #expect(await his.post("\(home)/settings/details", ["name": "Taken"]).location == wall)
            let stopped = await his.get(wall)
            #expect(stopped.status == 200)
            #expect(stopped.text.contains("Atelier Rossier"))
            #expect(stopped.text.contains("/security/second-factor/app?next="))
            #expect(stopped.text.contains("\(home)/leave\""))
            // The others stay open.
            #expect(stopped.text.contains("/organizations/\(luca.organization)\""))
            #expect(await his.get("/organizations/\(luca.organization)/settings").status == 200)

            try await world.giveSecondFactor(to: luca)
            #expect(await his.get(wall).location == home)
            #expect(await his.get("\(home)/settings").status == 200)
            // Without it again, stopped again (POL-7).
            try await world.takeSecondFactor(from: luca)
            #expect(await his.get("\(home)/settings").location == wall)

            #expect(await hers.get("\(home)/policy/second-factor").text.contains("can work here again at once"))
            #expect(await hers.act("\(home)/policy/second-factor", ["required": "no"]).status == 303)
            #expect(await his.get("\(home)/settings").status == 200)
            #expect(try await world.mails(to: luca.login).last?.subject.contains("n'exige plus") == true)
            #expect(await hers.act("\(home)/policy/second-factor", ["required": "perhaps"]).status == 422)
        }
    }

    @Test("Those without one are written to once a day", arguments: DatabaseKind.allCases)
    func reminders(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            try await world.giveSecondFactor(to: marie)
            let luca = try await world.member("luca@atelier.example", of: marie)
            let home = "/organizations/\(marie.organization)/policy"
            let permit: Permit<ManagePolicy> = try marie.standing.permit()
            func remind() async throws {
                let now = world.clock.now
                try await world.database.write {
                    try Policy.remind(by: permit, actor: marie.actor, at: now, in: $0)
                }
            }
            func letters() async throws -> Int {
                try await world.mails(to: luca.login).count { $0.subject.contains("asks you to set up") }
            }
            let page = await browser.get(home)
            for _ in 1...2 {
                #expect(try await browser.submit(page, "\(home)/reminders").location == home)
            }
            #expect(try await letters() == 1)
            #expect(await browser.get(home).text.contains("less than a day ago"))
            world.clock.advance(Policy.reminderPause - .seconds(1))
            await #expect(throws: Problem.self) { try await remind() }
            world.clock.advance(.seconds(1))
            try await remind()
            #expect(try await letters() == 2)
            try await world.giveSecondFactor(to: luca)
            world.clock.advance(Policy.reminderPause)
            await #expect(
                throws: Problem(.conflict, code: "nobody_lacks", word: "policy.refused.nobody")
            ) { try await remind() }
        }
    }

    @Test("Whoever may not change it sees that it is there, and why not")
    func readers() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let browser = try await world.browser(for: luca)
            let home = "/organizations/\(marie.organization)"
            let settings = await browser.get("\(home)/settings")
            #expect(settings.text.contains("id=\"policy-reason\""))
            #expect(settings.text.contains("Not required"))
            #expect(!settings.text.contains("href=\"\(home)/policy\""))
            #expect(await browser.get("\(home)/policy").status == 403)
            #expect(await browser.act("\(home)/policy/second-factor", ["required": "yes"]).status == 403)
            #expect(await browser.post("\(home)/policy/reminders").status == 403)
            let hers = try await world.browser(for: marie).get("\(home)/settings")
            for path in ["members", "invitations", "teams", "policy", "appearance", "activity", "delete"] {
                #expect(hers.text.contains("href=\"\(home)/\(path)\""), "\(path)")
            }
        }
    }
}
