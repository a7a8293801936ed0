import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

@Suite("Leaving an organisation")
struct LeavingTests {
    @Test("A collaborator sees what goes, leaves, and belongs elsewhere", arguments: DatabaseKind.allCases)
    func leaves(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.settle(marie)
            try await world.order(by: marie)
            let product = try #require(try await world.values("SELECT CAST(id AS TEXT) AS value FROM product").first)
            let id = try #require(ProductID(product))
            try await world.join(marie.organization, jean, as: .collaborator, products: [id])
            let browser = try await world.browser(for: jean)
            let path = "/organizations/\(marie.organization)/leave"
            let page = await browser.get(path)
            #expect(page.text.contains("You lose 1 product"))
            #expect(page.text.contains("Collaborator"))
            let left = try await browser.submit(page, path)
            #expect(left.location == "/")
            #expect(try await browser.follow(left).path == "/organizations/\(jean.organization)")
            #expect(await browser.get("/organizations/\(marie.organization)").status == 404)
            #expect(try await world.count("SELECT product_id FROM product_grant") == 0)
            #expect(try await world.eventNames().count { $0 == "MemberLeft" } == 1)
            // The second click: nothing is left to leave.
            #expect(await browser.post(path).status == 404)
            #expect(try await world.eventNames().count { $0 == "MemberLeft" } == 1)
        }
    }

    @Test("Every condition that fails is named", arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/leave"
            let alone = await browser.get(path)
            #expect(alone.status == 200)
            #expect(alone.text.contains("its last member"))
            #expect(alone.text.contains("\"/organizations/\(marie.organization)/delete\""))
            #expect(alone.form(path) == nil, "There is no button to press.")
            #expect(await browser.post(path).status == 409)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .administrator)
            try await world.join(jean.organization, marie, as: .collaborator)
            let only = await browser.get(path)
            #expect(only.text.contains("its only legal representative"))
            #expect(!only.text.contains("its last member"))
            #expect(await browser.post(path).status == 409)
            #expect(try await world.eventNames().contains("MemberLeft") == false)
        }
    }

    @Test("Whoever agreed to something else is asked again", arguments: DatabaseKind.allCases)
    func stale(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .collaborator)
            let browser = try await world.browser(for: jean)
            let path = "/organizations/\(marie.organization)/leave"
            let page = await browser.get(path)
            let organization = marie.organization
            let id = jean.id
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE membership SET role = 'administrator', revision = revision + 1
                    WHERE organization_id = \(organization) AND person_id = \(id)
                    """)
            }
            let late = try await browser.submit(page, path)
            #expect(late.status == 409)
            #expect(late.text.contains("Administrator"))
            #expect(try await browser.submit(late, path).status == 303)
        }
    }

    @Test("What a room above says against it counts too", arguments: DatabaseKind.allCases)
    func handedDown(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .collaborator)
            let suite = LeavingCondition { _, organization, _ in
                organization == marie.organization
                    ? [Hindrance(code: "in_suite", word: "organizations.leave.refused.last_member")] : []
            }
            let now = world.clock.now
            func leave(_ conditions: [LeavingCondition]) async throws {
                try await world.database.write { connection in
                    try Organization.leave(
                        marie.organization, jean.id, revision: 1, conditions: conditions, actor: jean.actor, at: now,
                        in: connection)
                }
            }
            let refused = await #expect(throws: Problem.self) { try await leave([suite]) }
            #expect(refused?.code == "in_suite")
            try await leave([])
            #expect(try await world.count("SELECT person_id FROM membership") == 2)
        }
    }

    @Test("The last organisation can be left: the account stays and may found one", arguments: DatabaseKind.allCases)
    func last(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .external)
            let own = jean.organization
            try await world.database.write { connection in
                try connection.execute("DELETE FROM membership WHERE organization_id = \(own)")
            }
            let browser = try await world.browser(for: jean)
            let path = "/organizations/\(marie.organization)/leave"
            let left = try await browser.submit(await browser.get(path), path)
            #expect(left.location == "/")
            #expect(await browser.get("/").location == "/organizations/new")
            #expect(await browser.get("/organizations/new").status == 200)
        }
    }

    @Test("My organisations: open, leave or why not, create", arguments: DatabaseKind.allCases)
    func mine(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .external)
            let page = try await world.browser(for: jean).get("/profile/organizations")
            #expect(page.status == 200)
            #expect(page.text.contains("2 organisations"))
            #expect(page.text.contains("\"/organizations/\(marie.organization)\""))
            #expect(page.text.contains("\"/organizations/new\""))
            #expect(page.text.contains("External user"))
            #expect(page.text.contains("20 November 2026"))
            // Their own one cannot be left: the reason stands beside the greyed button.
            #expect(page.text.contains("id=\"leave-\(jean.organization)-reason\""))
            #expect(!page.text.contains("id=\"leave-\(marie.organization)-reason\""))
        }
    }

    @Test(
        "An account that goes leaves nothing behind without somebody who answers for it",
        arguments: DatabaseKind.allCases)
    func departure(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            let lea = try await world.founder("lea@atelier.example", organization: "Third")
            try await world.join(marie.organization, jean, as: .collaborator)
            try await world.join(lea.organization, jean, as: .legalRepresentative)
            let now = world.clock.now
            func obstacles(_ person: TestPerson) async throws -> [String] {
                try await world.database.read { connection in
                    try Organization.departureObstacles(of: person.id, in: connection)
                        .map { "\($0.code) \($0.link?.text ?? "")" }
                }
            }
            func depart(_ person: TestPerson) async throws {
                try await world.database.write { connection in
                    try Organization.depart(person.id, actor: person.actor, at: now, in: connection)
                }
            }
            #expect(
                try await obstacles(marie) == [
                    "last_legal_representative /organizations/\(marie.organization)/members"
                ])
            #expect(try await obstacles(jean) == ["last_member /organizations/\(jean.organization)/delete"])
            #expect(try await obstacles(lea) == [])
            let refused = await #expect(throws: Problem.self) { try await depart(jean) }
            #expect(refused?.code == "last_member")
            #expect(try await world.eventNames().contains("MemberLeft") == false, "Nothing of it was kept.")
            try await depart(lea)
            let id = lea.id
            #expect(try await world.count("SELECT role FROM membership WHERE person_id = \(id)") == 0)
            #expect(try await world.eventNames().count { $0 == "MemberLeft" } == 1)
            #expect(try await obstacles(jean).count == 2, "Now Jean answers for Lea's alone.")
        }
    }
}
