import Access
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

@Suite("Members")
struct MemberStoreTests {
    private func colleagues(_ world: TestWorld) async throws -> (marie: TestPerson, jean: TestPerson, lea: TestPerson) {
        let marie = try await world.founder()
        let jean = try await world.founder("jean@atelier.example", first: "Jean", last: "Favre", organization: "Own")
        let lea = try await world.founder("lea@atelier.example", first: "Léa", last: "Morand", organization: "Own")
        try await world.join(marie.organization, jean, as: .administrator)
        try await world.join(marie.organization, lea, as: .collaborator)
        return (marie, jean, lea)
    }

    private func membership(_ world: TestWorld, _ person: TestPerson, in organization: OrganizationID) async throws
        -> Membership?
    {
        try await world.database.read { try Member.find(person.id, in: organization, $0)?.membership }
    }

    @Test("A change gives and takes products and teams, and says before and after", arguments: DatabaseKind.allCases)
    func change(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, _, lea) = try await colleagues(world)
            try await world.settle(marie)
            try await world.order(by: marie)
            let directory = world.products.directory
            let now = world.clock.now
            let permit: Permit<ManageMembers> = try marie.standing.permit()
            let product = try #require(
                try await world.database.read { try directory.list(marie.organization, $0).first })
            let new = Membership(role: .external, hasBillingRight: true, contacts: .technical, products: [product.id])
            try await world.database.write { connection in
                try Member.change(
                    lea.id, to: new, revision: 1, permit: permit, products: directory,
                    actor: marie.actor, at: now, in: connection)
            }
            #expect(try await membership(world, lea, in: marie.organization) == new)
            let mail = try #require(
                try await world.mails(to: lea.login).last { $0.subject.contains("have changed") })
            #expect(mail.text.contains("Collaborator → External user"))
            #expect(mail.text.contains(product.name))
            // From the revision before, nothing.
            await #expect(throws: Problem.self) {
                try await world.database.write { connection in
                    try Member.change(
                        lea.id, to: Membership(role: .collaborator), revision: 1, permit: permit,
                        products: directory, actor: marie.actor, at: now, in: connection)
                }
            }
            #expect(try await membership(world, lea, in: marie.organization) == new)
        }
    }

    @Test("Who was an administrator when the page was opened is not one any more", arguments: DatabaseKind.allCases)
    func lapsed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, jean, lea) = try await colleagues(world)
            let now = world.clock.now
            let standing = Standing(
                person: jean.id, organization: marie.organization, role: .administrator, hasBillingRight: false)
            let permit: Permit<ManageMembers> = try standing.permit()
            let hers: Permit<ManageMembers> = try marie.standing.permit()
            try await world.database.write { connection in
                try Member.remove(
                    jean.id, permit: hers, actor: marie.actor, at: now, in: connection)
            }
            await #expect(throws: Problem.notFound) {
                try await world.database.write { connection in
                    try Member.remove(
                        lea.id, permit: permit, actor: jean.actor, at: now, in: connection)
                }
            }
            #expect(try await membership(world, lea, in: marie.organization) != nil)
        }
    }

    @Test("Messages that only the removed received go to who answers", arguments: DatabaseKind.allCases)
    func orphaned(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, _, lea) = try await colleagues(world)
            let now = world.clock.now
            let permit: Permit<ManageMembers> = try marie.standing.permit()
            let directory = world.products.directory
            try await world.database.write { connection in
                try Member.change(
                    lea.id, to: Membership(role: .collaborator, contacts: .technical), revision: 1, permit: permit,
                    products: directory, actor: marie.actor, at: now, in: connection)
                try Member.change(
                    marie.id,
                    to: Membership(
                        role: .legalRepresentative, hasBillingRight: true, contacts: [.administrative, .billing]),
                    revision: 1, permit: permit, products: directory, actor: marie.actor, at: now,
                    in: connection)
                try Member.remove(
                    lea.id, permit: permit, actor: marie.actor, at: now, in: connection)
            }
            #expect(try await membership(world, marie, in: marie.organization)?.contacts == .all)
            #expect(
                try await world.mails(to: lea.login).contains {
                    $0.subject == "You no longer belong to Atelier Rossier"
                })
        }
    }

    @Test("A security alert goes out once a day", arguments: DatabaseKind.allCases)
    func alert(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, _, lea) = try await colleagues(world)
            let permit: Permit<ManageMembers> = try marie.standing.permit()
            func send() async throws {
                let now = world.clock.now
                try await world.database.write { connection in
                    try Member.alert(lea.id, permit: permit, actor: marie.actor, at: now, in: connection)
                }
            }
            try await send()
            await #expect(throws: Problem.self) { try await send() }
            world.clock.advance(.days(1) - .seconds(1))
            await #expect(throws: Problem.self) { try await send() }
            world.clock.advance(.seconds(1))
            try await send()
            let mails = try await world.mails(to: lea.login).filter { $0.subject.contains("security settings") }
            #expect(mails.count == 2)
            #expect(mails.first?.path == "/security")
        }
    }

    @Test(
        "A thousand changes that exclude each other never leave an organisation without a legal representative",
        arguments: DatabaseKind.allCases)
    func conflicting(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, jean, lea) = try await colleagues(world)
            let people = [marie, jean, lea]
            let organization = marie.organization
            let done = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<1000 {
                    group.addTask { await Self.collide(index, people, in: organization, world) }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let representatives = try await world.count(
                """
                SELECT person_id FROM membership
                WHERE organization_id = \(organization) AND role = 'legal_representative'
                """)
            #expect(representatives >= 1)
            #expect(done > 100, "The changes were not refused all together.")
            let kinds = try await world.count(
                "SELECT person_id FROM membership WHERE organization_id = \(organization) AND gets_billing")
            #expect(kinds >= 1)
        }
    }

    /// One of the thousand: somebody who believes to be a representative removes, leaves, names, demotes or lets in again.
    /// - Returns: whether it was done.
    private static func collide(
        _ index: Int, _ people: [TestPerson], in organization: OrganizationID, _ world: TestWorld
    ) async -> Bool {
        let (actor, target) = (people[index % 3], people[(index / 3) % 3])
        let directory = world.products.directory
        let now = world.clock.now
        // What they are is read under the lock.
        let standing = Standing(
            person: actor.id, organization: organization, role: .legalRepresentative, hasBillingRight: true)
        do {
            let permit: Permit<ManageMembers> = try standing.permit()
            try await world.database.write { connection in
                let act = (index / 9) % 5
                if act == 0 {
                    try Member.remove(
                        target.id, permit: permit, actor: actor.actor, at: now, in: connection)
                } else if act == 1 {
                    try Member.leave(organization, actor.id, actor: actor.actor, at: now, in: connection)
                } else {
                    try connection.lock("organization", organization)
                    let member = try Member.find(target.id, in: organization, connection)
                    if act < 4 {
                        try Member.change(
                            target.id,
                            to: Membership(role: act == 2 ? .legalRepresentative : .collaborator, contacts: .all),
                            revision: member?.revision ?? 0, permit: permit, products: directory,
                            actor: actor.actor, at: now, in: connection)
                    } else if member == nil {
                        try Organization.join(
                            organization, target.id, as: Membership(role: .administrator), actor: .system, at: now,
                            in: connection)
                    }
                }
                let left = try connection.rows(
                    """
                    SELECT person_id FROM membership
                    WHERE organization_id = \(organization) AND role = 'legal_representative'
                    """)
                if left.isEmpty { Issue.record("Nobody answers for the organisation.") }
            }
            return true
        } catch {
            if !(error is Problem) { Issue.record("\(error)") }
            return false
        }
    }
}
