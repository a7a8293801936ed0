import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@Suite("Invitations")
struct InvitationTests {
    @Test("All of a batch are sent or none, and twice is once", arguments: DatabaseKind.allCases)
    func batches(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await inviting.invite("a@one.example", "b@one.example")
            try await inviting.invite("a@one.example", "b@one.example")
            #expect(try await inviting.states() == ["pending", "pending"])
            #expect(try await world.mails(to: "a@one.example").count == 1)
            // The key belongs to one form; another form is told.
            await #expect(throws: Problems.self) {
                try await inviting.invite("c@one.example", "A@one.example", key: "other")
            }
            #expect(try await inviting.states() == ["pending", "pending"])
            #expect(try await world.mails(to: "c@one.example").isEmpty)
        }
    }

    @Test(
        "Members, oneself and who was invited are refused, each by name",
        arguments: [
            ("marie.rossier@atelier.example", "already_member", "invitations.refused.yourself"),
            ("Jean@atelier.example", "already_member", "invitations.refused.member"),
            ("open@one.example", "already_invited", "invitations.refused.invited"),
        ])
    func refused(_ address: String, _ code: String, _ word: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(inviting.marie.organization, jean, as: .collaborator)
            try await inviting.invite("open@one.example")
            let problems = await #expect(throws: Problems.self) {
                try await inviting.invite("new@one.example", address, key: "second")
            }
            #expect(problems?.all.map(\.code) == [code])
            #expect(problems?.all.map(\.word) == [word])
            #expect(problems?.all.first?.arguments["email"] == address)
        }
    }

    @Test("An administrator cannot invite a legal representative", arguments: DatabaseKind.allCases)
    func roles(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(inviting.marie.organization, jean, as: .administrator)
            let problem = await #expect(throws: Problem.self) {
                try await inviting.invite(
                    "a@one.example", role: .legalRepresentative, by: jean, as: .administrator)
            }
            #expect(problem?.code == "role_not_yours_to_give")
            #expect(try await inviting.states().isEmpty)
        }
    }

    @Test("What is gone or somebody else's cannot be given", arguments: DatabaseKind.allCases)
    func foreignThings(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            for (products, teams) in [([ProductID(rawValue: 4711)], []), ([], [TeamID(rawValue: 4711)])] {
                let problem = await #expect(throws: Problem.self) {
                    try await inviting.invite("a@one.example", products: Set(products), teams: Set(teams))
                }
                #expect(problem?.kind == .notFound)
            }
            #expect(try await inviting.states().isEmpty)
        }
    }

    @Test(
        "Accepting gives what was promised, as far as it is still there; twice is once",
        arguments: DatabaseKind.allCases)
    func accepting(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let marie = inviting.marie
            try await world.settle(marie)
            try await world.order(by: marie)
            let product: ProductID = ProductID(
                rawValue: Int64(try await world.values("SELECT CAST(id AS TEXT) AS value FROM product")[0]) ?? 0)
            let (stays, goes) = (try await inviting.team("Stays"), try await inviting.team("Goes"))
            let id = try await inviting.invite(
                "paul@agence.example", role: .external, products: [product], teams: [stays, goes])[0]
            try await world.database.write { try $0.execute("DELETE FROM team WHERE id = \(goes)") }
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let now = world.clock.now
            for _ in 1...2 {
                let organization = try await world.database.write { connection in
                    try Invitation.accept(
                        id, by: paul.id, products: inviting.directory, actor: paul.actor, at: now, in: connection)
                }
                #expect(organization == marie.organization)
            }
            let member = try #require(
                try await world.database.read { try Member.find(paul.id, in: marie.organization, $0) })
            #expect(member.role == .external)
            #expect(member.membership.contacts == .technical)
            #expect(member.membership.products == [product])
            #expect(member.membership.teams == [stays])
            #expect(try await world.eventNames().count { $0 == "InvitationAccepted" } == 1)
            #expect(try await world.mails(to: marie.login).contains { $0.subject.contains("paul@agence.example") })
        }
    }

    @Test("Too late, decided, blocked and a member already: each is refused", arguments: DatabaseKind.allCases)
    func notAccepting(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let marie = inviting.marie
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let id = try await inviting.invite("paul@agence.example")[0]
            func code(by person: PersonID, after duration: Duration = .zero) async -> String? {
                let now = world.clock.now.adding(duration)
                do {
                    _ = try await world.database.write { connection in
                        try Invitation.accept(
                            id, by: person, products: inviting.directory, actor: .system, at: now, in: connection)
                    }
                    return nil
                } catch { return (error as? Problem)?.code }
            }
            #expect(await code(by: paul.id, after: .days(14)) == "link_expired")
            #expect(await code(by: marie.id) == "already_member")
            let person = paul.id
            try await world.database.write { try $0.execute("UPDATE person SET blocked_at = 1 WHERE id = \(person)") }
            #expect(await code(by: paul.id) == "account_blocked")
            try await world.database.write {
                try $0.execute("UPDATE person SET blocked_at = NULL WHERE id = \(person)")
            }
            let now = world.clock.now
            try await world.database.write { connection in
                guard let invitation = try Invitation.find(id, in: connection) else { throw Problem.notFound }
                try invitation.cancel(by: marie.standing.permit(), actor: marie.actor, at: now, in: connection)
            }
            #expect(await code(by: paul.id) == "link_expired")
            #expect(try await inviting.states() == ["cancelled"])
            #expect(try await world.count("SELECT person_id FROM membership WHERE person_id = \(person)") == 1)
        }
    }

    @Test(
        "An expired one is sent again with all its time, and makes way for a new one", arguments: DatabaseKind.allCases)
    func expiry(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let marie = inviting.marie
            let id = try await inviting.invite("a@one.example")[0]
            world.clock.advance(.days(14))
            let now = world.clock.now
            func invitation() async throws -> Invitation {
                let found = try await world.database.read { try Invitation.find(id, in: $0) }
                guard let found else { throw TestTrouble("The invitation is gone.") }
                return found
            }
            let old = try await invitation()
            #expect(old.state(at: now) == .expired)
            #expect(old.state(at: now.adding(.milliseconds(-1))) == .pending)
            for times in 2...Invitation.timesSentMax {
                let open = try await invitation()
                try await world.database.write { connection in
                    try open.resend(
                        nonce: "nonce-\(times)", permit: marie.standing.permit(), actor: marie.actor, at: now,
                        in: connection)
                }
                #expect(try await invitation().timesSent == times)
                // The link of the mail before stops working.
                #expect(try await invitation().token(world.keys).text != open.token(world.keys).text)
            }
            #expect(try await invitation().expiresAt == now.adding(.days(14)))
            let last = try await invitation()
            let problem = await #expect(throws: Problem.self) {
                try await world.database.write { connection in
                    try last.resend(
                        nonce: "last", permit: marie.standing.permit(), actor: marie.actor, at: now,
                        in: connection)
                }
            }
            #expect(problem?.code == "sent_often_enough")
            world.clock.advance(.days(14))
            try await inviting.invite("a@one.example", key: "anew")
            #expect(try await inviting.states() == ["cancelled", "pending"])
        }
    }

    @Test("An organisation invites 200 addresses a day and not one more", arguments: DatabaseKind.allCases)
    func dailyLimit(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let standing = inviting.marie.standing
            let (now, surroundings) = (world.clock.now, world.surroundings)
            func send(_ range: ClosedRange<Int>, at now: Instant) async throws {
                let batch = InvitationBatch(
                    addresses: range.compactMap { EmailAddress("a\($0)@one.example") },
                    membership: Membership(role: .external), language: .german, key: "\(range)")
                try await world.database.write { connection in
                    try batch.send(
                        permit: standing.permit(), products: inviting.directory,
                        surroundings: surroundings, actor: inviting.marie.actor, at: now, in: connection)
                }
            }
            for start in stride(from: 1, to: 200, by: 50) { try await send(start...(start + 49), at: now) }
            let problem = await #expect(throws: Problem.self) { try await send(201...201, at: now) }
            #expect(problem?.status == 429)
            try await send(201...201, at: now.adding(.hours(24)))
            await #expect(throws: Problem.self) { try await send(300...350, at: now.adding(.days(3))) }
            #expect(try await inviting.states().count == 201)
        }
    }
}
