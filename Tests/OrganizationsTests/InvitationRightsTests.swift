import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@Suite("Invitations and the rights behind them")
struct InvitationRightsTests {
    private func accept(_ id: InvitationID, by person: TestPerson, _ inviting: Inviting) async -> Problem? {
        let now = inviting.world.clock.now
        do {
            _ = try await inviting.world.database.write { connection in
                try Invitation.accept(
                    id, by: person.id, products: inviting.directory, actor: person.actor, at: now, in: connection)
            }
            return nil
        } catch { return error as? Problem }
    }

    @Test("Whoever loses the right to invite takes their open invitations along", arguments: DatabaseKind.allCases)
    func withdrawn(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let marie = inviting.marie
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .administrator)
            try await inviting.invite("a@one.example", by: jean, as: .administrator)
            try await inviting.invite("b@one.example", key: "hers")
            let now = world.clock.now
            try await world.database.write { connection in
                try Member.remove(
                    jean.id, permit: marie.standing.permit(), actor: marie.actor, at: now, in: connection)
            }
            #expect(try await inviting.states() == ["cancelled", "pending"])
            #expect(try await world.eventNames().count { $0 == "InvitationCancelled" } == 1)
        }
    }

    @Test("An invitation is worth what its inviter may give when it is accepted", arguments: DatabaseKind.allCases)
    func worth(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await world.join(inviting.marie.organization, jean, as: .administrator)
            let id = try await inviting.invite("paul@agence.example", by: jean, as: .administrator)[0]
            let inviter = jean.id
            // As after anything that takes rights without saying so to invitations.
            try await world.database.write {
                try $0.execute("UPDATE person SET blocked_at = 1 WHERE id = \(inviter)")
            }
            let refused = await accept(id, by: paul, inviting)
            #expect(refused?.kind == .gone)
            #expect(refused?.word == "invitations.link.withdrawn")
            let link = try await inviting.link(to: paul.login)
            let page = try await world.browser(for: paul).get(link)
            #expect(page.form(link) == nil)
            try await world.database.write {
                try $0.execute("UPDATE person SET blocked_at = NULL WHERE id = \(inviter)")
            }
            #expect(await accept(id, by: paul, inviting) == nil)
        }
    }

    @Test("What the inviter was when the page was opened does not count", arguments: DatabaseKind.allCases)
    func lapsed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(inviting.marie.organization, jean, as: .collaborator)
            let problem = await #expect(throws: Problem.self) {
                try await inviting.invite("a@one.example", by: jean, as: .administrator)
            }
            #expect(problem?.code == "access_denied")
            #expect(try await inviting.states().isEmpty)
        }
    }

    @Test("Only the invited address becomes an administrator", arguments: DatabaseKind.allCases)
    func passedOn(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let id = try await inviting.invite("other@one.example", role: .administrator)[0]
            #expect(await accept(id, by: paul, inviting)?.code == "other_address")
            #expect(try await inviting.states() == ["pending"])
        }
    }

    @Test("A deleted account leaves no address in invitations", arguments: DatabaseKind.allCases)
    func erased(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await inviting.invite(paul.login)
            let (now, own) = (world.clock.now, paul.organization)
            try await world.database.write { connection in
                try connection.execute("DELETE FROM membership WHERE organization_id = \(own)")
                try Organization.depart(paul.id, actor: paul.actor, at: now, in: connection)
            }
            #expect(try await inviting.states() == ["cancelled"])
            #expect(try await world.count("SELECT id FROM invitation WHERE email LIKE 'paul%'") == 0)
        }
    }
}
