import Access
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

@Suite("Teams")
struct TeamTests {
    @Test(
        "Two teams give the union; what is left after one is deleted is what others give",
        arguments: DatabaseKind.allCases)
    func union(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let (first, second) = (
                try await world.product("one.example", of: marie), try await world.product("two.example", of: marie)
            )
            let third = try await world.product("three.example", of: marie)
            let luca = try await world.member("luca@atelier.example", of: marie, products: [third])
            let design = try await world.team("Design", of: marie, members: [luca], products: [first, second, third])
            _ = try await world.team("Web", of: marie, members: [luca], products: [second])
            #expect(try await world.reached(by: luca, in: marie.organization) == [first, second, third])

            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let effects = try await world.database.read { try design.effectsOfDeletion(by: permit, in: $0) }
            #expect(effects.losers == 1)
            #expect(effects.people.first?.lost == [first])
            let kept = effects.people.first?.kept ?? []
            #expect(kept.first { $0.product == second }?.through.count == 1)
            #expect(kept.first { $0.product == third }?.through == [.given])

            let now = world.clock.now
            try await world.database.write { try design.delete(by: permit, actor: marie.actor, at: now, in: $0) }
            #expect(try await world.reached(by: luca, in: marie.organization) == [second, third])
            await #expect(throws: Problem.notFound) {
                try await world.database.write { try design.delete(by: permit, actor: marie.actor, at: now, in: $0) }
            }
            #expect(try await world.eventNames().count { $0 == "TeamDeleted" } == 1)
        }
    }

    @Test("Adding and removing is done once, however often it is asked", arguments: DatabaseKind.allCases)
    func twice(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let product = try await world.product("one.example", of: marie)
            let team = try await world.team(of: marie)
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let directory = world.products.directory
            let now = world.clock.now
            for expected in [1, 0] {
                let added = try await world.database.write {
                    try team.add([luca.id, luca.id], by: permit, actor: marie.actor, at: now, in: $0)
                }
                let given = try await world.database.write {
                    try team.give(
                        [product], by: permit, directory: directory, actor: marie.actor, at: now, in: $0)
                }
                #expect(added == expected)
                #expect(given == expected)
            }
            #expect(try await world.reached(by: luca, in: marie.organization) == [product])
            for expected in [1, 0] {
                let taken = try await world.database.write {
                    try team.take(
                        [product], by: permit, directory: directory, actor: marie.actor, at: now, in: $0)
                }
                let removed = try await world.database.write {
                    try team.remove([luca.id], by: permit, actor: marie.actor, at: now, in: $0)
                }
                #expect(taken == expected)
                #expect(removed == expected)
            }
            let events = try await world.eventNames().filter { $0.hasPrefix("Team") }
            #expect(
                events == [
                    "TeamCreated", "TeamMemberAdded", "TeamProductAdded", "TeamProductRemoved", "TeamMemberRemoved",
                ])
        }
    }

    @Test("The leader is one of the team, and no longer once out of it", arguments: DatabaseKind.allCases)
    func leader(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let nina = try await world.member("nina@atelier.example", of: marie, first: "Nina")
            let team = try await world.team(of: marie, members: [luca])
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let now = world.clock.now
            func lead(_ person: PersonID, revision: Int) async throws {
                try await world.database.write {
                    try team.change(
                        name: "Design", description: "", leader: person, revision: revision, by: permit,
                        actor: marie.actor, at: now, in: $0)
                }
            }
            await #expect(throws: Problem.field("leader", "teams.refused.leader")) {
                try await lead(nina.id, revision: 1)
            }
            try await lead(luca.id, revision: 1)
            func current() async throws -> Team? {
                try await world.database.read { try Team.find(team.id, in: marie.organization, $0) }
            }
            #expect(try await current()?.leaderName == "Luca Bianchi")
            await #expect(throws: Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")) {
                try await lead(luca.id, revision: 1)
            }
            try await world.database.write {
                try team.remove([luca.id], by: permit, actor: marie.actor, at: now, in: $0)
            }
            #expect(try await current()?.leader == nil)
        }
    }

    @Test(
        "People and products of others are not found, and nothing of the batch is done",
        arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let theirs = try await world.product("agence.example", of: paul)
            let team = try await world.team(of: marie)
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let foreign: Permit<ManageTeams> = try paul.standing.permit()
            let directory = world.products.directory
            let now = world.clock.now
            await #expect(throws: Problem.notFound) {
                try await world.database.write {
                    try team.add([luca.id, paul.id], by: permit, actor: marie.actor, at: now, in: $0)
                }
            }
            await #expect(throws: Problem.notFound) {
                try await world.database.write {
                    try team.give([theirs], by: permit, directory: directory, actor: marie.actor, at: now, in: $0)
                }
            }
            await #expect(throws: Problem.notFound) {
                try await world.database.write {
                    try team.add([paul.id], by: foreign, actor: paul.actor, at: now, in: $0)
                }
            }
            await #expect(throws: Problem.notFound) {
                try await world.database.write { try team.delete(by: foreign, actor: paul.actor, at: now, in: $0) }
            }
            #expect(try await world.count("SELECT person_id FROM team_member") == 0)
            #expect(try await world.count("SELECT id FROM team") == 1)
        }
    }

    @Test("A name is taken whatever its case, and only in its organisation", arguments: DatabaseKind.allCases)
    func names(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            _ = try await world.team("Équipe", of: marie)
            _ = try await world.team("équipe", of: paul)
            await #expect(
                throws: Problem.field("name", "teams.refused.name", code: "object_already_exists")
            ) { _ = try await world.team("ÉQUIPE", of: marie) }
            #expect(try await world.count("SELECT id FROM team") == 2)
        }
    }

    @Test("Hundreds come in at once, and no more than are said")
    func batch() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let team = try await world.team(of: marie)
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let now = world.clock.now
            let people = (1...Team.batchMax + 1).map { PersonID(rawValue: Int64($0)) }
            let problem = Problem.field(
                "people", "teams.refused.batch", code: "too_many", ["max": String(Team.batchMax)])
            await #expect(throws: problem) {
                try await world.database.write {
                    try team.add(people, by: permit, actor: marie.actor, at: now, in: $0)
                }
            }
        }
    }

    @Test(
        "Who comes and goes is told in their language; who did it themselves is not", arguments: DatabaseKind.allCases)
    func letters(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie, language: .german)
            let product = try await world.product("one.example", of: marie)
            let team = try await world.team(of: marie, members: [luca, marie], products: [product])
            let added = try await world.mails(to: luca.login).last
            #expect(added?.subject == "Sie sind jetzt im Team Design von Atelier Rossier")
            #expect(added?.text.contains("1 Produkt") == true)
            #expect(added?.path == "/organizations/\(marie.organization)/teams/\(team.id)")
            let before = try await world.mails(to: marie.login).filter { $0.subject.contains("Design") }
            #expect(before.isEmpty)
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let now = world.clock.now
            try await world.database.write {
                try team.remove([luca.id], by: permit, actor: marie.actor, at: now, in: $0)
            }
            #expect(
                try await world.mails(to: luca.login).last?.subject
                    == "Sie sind nicht mehr im Team Design von Atelier Rossier")
        }
    }
}
