import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

/// Who enters a client, with what, and how long: nothing more than was given, and nothing once it is over.
@Suite("Partnerships")
struct PartnershipTests {
    /// A client with two products, a partner with people of every role, and what the client gave.
    struct Place {
        let world: TestWorld
        let client: TestPerson
        let agency: TestPerson
        let administrator: TestPerson
        let collaborator: TestPerson
        let external: TestPerson
        let products: [ProductID]
        var partnership: Partnership

        var home: String { "/organizations/\(client.organization)" }

        init(_ world: TestWorld, isFull: Bool) async throws {
            self.world = world
            client = try await world.founder(first: "Claire")
            agency = try await world.founder(
                "paul.keller@agence.example", first: "Paul", last: "Keller", organization: "Agence Keller")
            var people: [TestPerson] = []
            for role in [Role.administrator, .collaborator, .external] {
                let person = try await world.founder("\(role.rawValue)@agence.example", organization: "Own")
                try await world.join(agency.organization, person, as: role)
                people.append(person)
            }
            (administrator, collaborator, external) = (people[0], people[1], people[2])
            try await world.settle(client)
            try await world.order(name: "given.example", by: client, key: "order-of-the-given-001")
            try await world.order(name: "secret.example", by: client, key: "order-of-the-secret-01")
            products = try await world.values("SELECT CAST(id AS TEXT) AS value FROM product ORDER BY id")
                .compactMap(ProductID.init(_:))
            try await world.admit(agency)
            partnership = try await world.letIn(agency, by: client, isFull ? .full : .products([products[0]]))
        }

        func status(_ path: String, by person: TestPerson) async throws -> Int {
            await (try world.browser(for: person)).get(path).status
        }

        func way(of person: TestPerson) async throws -> OrganizationSummary? {
            let organization = client.organization
            return try await world.database.read { try Partnership.way(of: person.id, into: organization, $0) }
        }
    }

    @Test("A restricted partner reaches the given product and nothing else", arguments: DatabaseKind.allCases)
    func restricted(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: false)
            let browser = try await world.browser(for: place.agency)
            #expect(await browser.get("\(place.home)/products/\(place.products[0])").status == 200)
            #expect(await browser.get("\(place.home)/products/\(place.products[1])").status == 404)
            for path in [
                "", "/products", "/search?q=secret", "/access", "/settings", "/order",
                "/access-requests/new?right=billing:manage",
            ] {
                let page = await browser.get("\(place.home)\(path)")
                #expect(page.status == 200, "\(path)")
                #expect(!page.text.contains("secret.example"), "\(path) tells of what was not given.")
            }
            for path in [
                "billing/documents", "members", "teams", "activity", "partners", "policy", "invitations",
                "billing/prepaid",
            ] {
                let answer = await browser.get("\(place.home)/\(path)")
                #expect([403, 404].contains(answer.status), "\(path): \(answer.status)")
            }
            let access = await browser.get("\(place.home)/access").text
            #expect(access.contains("through the partner") && access.contains("Agence Keller"))
        }
    }

    @Test(
        "Full access is an administrator’s with billing, without what only members do", arguments: DatabaseKind.allCases
    )
    func full(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            let browser = try await world.browser(for: place.administrator)
            for path in [
                "products/\(place.products[1])", "billing/documents", "billing/prepaid", "order", "appearance",
            ] {
                #expect(await browser.get("\(place.home)/\(path)").status == 200, "\(path)")
            }
            let only = [
                "members", "invitations", "invitations/new", "teams", "policy", "activity", "activity.csv", "partners",
                "settings/details", "delete", "billing/prepaid/withdraw", "members.csv", "access-requests",
            ]
            for path in only {
                let answer = await browser.get("\(place.home)/\(path)")
                #expect(answer.status == 403, "\(path): \(answer.status)")
                #expect(answer.text.contains("agreed with the partner"), "\(path) says why.")
            }
            #expect(await browser.get("\(place.home)/leave").status == 404)
            let members = try await world.count("SELECT person_id FROM membership")
            await browser.post(
                "\(place.home)/invitations", ["emails": "paul.keller@agence.example", "role": "administrator"])
            #expect(try await world.count("SELECT person_id FROM membership") == members)
            #expect(try await world.count("SELECT id FROM invitation") == 0)
        }
    }

    @Test("Of the partner’s collaborators those enter to whom the client was given", arguments: DatabaseKind.allCases)
    func collaborators(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            #expect(try await place.status(place.home, by: place.administrator) == 200)
            #expect(try await place.status(place.home, by: place.collaborator) == 404)
            #expect(try await place.status(place.home, by: place.external) == 404)
            let open = try await world.browser(for: place.collaborator)
            try await world.give(place.partnership, to: [place.collaborator.id], by: place.agency)
            #expect(await open.get(place.home).status == 200)
            await #expect(throws: Problem.self) {
                try await world.give(place.partnership, to: [place.external.id], by: place.agency)
            }
            // Becoming somebody from outside ends it, and leaving does for good.
            let (agency, person) = (place.agency.organization, place.collaborator.id)
            try await world.database.write { connection in
                try connection.execute(
                    "UPDATE membership SET role = 'external' WHERE organization_id = \(agency) AND person_id = \(person)"
                )
            }
            #expect(await open.get(place.home).status == 404)
            try await world.database.write { connection in
                try connection.execute(
                    "DELETE FROM membership WHERE organization_id = \(agency) AND person_id = \(person)")
            }
            #expect(try await world.count("SELECT person_id FROM partnership_person") == 0)
        }
    }

    enum End: CaseIterable, Sendable {
        case client, partner, programme, clientDeleted, partnerDeleted, blocked
    }

    @Test("It is over at once, in open sessions too, however it ends", arguments: DatabaseKind.allCases, End.allCases)
    func over(_ kind: DatabaseKind, _ end: End) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            try await world.give(place.partnership, to: [place.collaborator.id], by: place.agency)
            let open = try await world.browser(for: place.collaborator)
            let before = await open.get("/organizations/\(place.agency.organization)")
            #expect(before.text.contains("clients-list"))
            #expect(await open.get("\(place.home)/products/\(place.products[0])").status == 200)
            let now = world.clock.now
            let standing = try #require(try await place.way(of: place.collaborator)).standing
            switch end {
            case .client, .partner:
                let by = end == .client ? place.client : place.agency
                try await world.database.write { connection in
                    try place.partnership.end(
                        permit: by.standing.permit(), actor: by.actor, at: now, in: connection)
                }
            case .programme: try await world.dismiss(place.agency)
            case .clientDeleted, .partnerDeleted:
                // All that stands between the two is the row of the organisation.
                let gone = end == .clientDeleted ? place.client.organization : place.agency.organization
                try await world.database.write { connection in
                    try connection.execute("UPDATE organization SET deleted_at = \(now) WHERE id = \(gone)")
                }
            case .blocked:
                try await world.database.write { connection in
                    try connection.execute("UPDATE person SET blocked_at = \(now) WHERE id = \(place.collaborator.id)")
                }
            }
            for path in [
                "", "/products", "/products/\(place.products[0])", "/billing/documents", "/search?q=given", "/access",
            ] {
                let answer = await open.get("\(place.home)\(path)")
                #expect([303, 404].contains(answer.status), "\(path): \(answer.status)")
                #expect(!answer.text.contains("given.example"))
            }
            #expect(try await place.way(of: place.collaborator) == nil)
            #expect(!(await open.get("/profile").text.contains("clients-list")))
            // What was decided before the end does not write after it.
            let permit: Permit<ManageProducts> = try standing.permit()
            await #expect(throws: Problem.self) {
                try await world.database.write { _ = try permit.renew(in: $0) }
            }
        }
    }

    @Test("Less access holds from the next click on", arguments: DatabaseKind.allCases)
    func less(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            let open = try await world.browser(for: place.agency)
            #expect(await open.get("\(place.home)/billing/documents").status == 200)
            let (now, directory) = (world.clock.now, world.productDirectory)
            try await world.database.write { connection in
                try place.partnership.change(
                    to: .products([place.products[1]]), revision: 1, permit: place.client.standing.permit(),
                    products: directory, actor: place.client.actor, at: now, in: connection)
            }
            #expect(await open.get("\(place.home)/billing/documents").status == 403)
            #expect(await open.get("\(place.home)/products/\(place.products[0])").status == 404)
            #expect(await open.get("\(place.home)/products/\(place.products[1])").status == 200)
            await #expect("An older form is told so.") {
                try await world.database.write { connection in
                    try place.partnership.change(
                        to: .full, revision: 1, permit: place.client.standing.permit(), products: directory,
                        actor: place.client.actor, at: now, in: connection)
                }
            } throws: {
                ($0 as? Problem)?.code == "changed_meanwhile"
            }
        }
    }

    @Test(
        "The second factor that either side requires holds for the partner’s people", arguments: DatabaseKind.allCases)
    func wall(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            let open = try await world.browser(for: place.agency)
            for organization in [place.client.organization, place.agency.organization] {
                try await world.database.write { connection in
                    try connection.execute(
                        "UPDATE organization SET requires_second_factor = (id = \(organization))")
                }
                let answer = await open.get("\(place.home)/products")
                #expect(answer.location == "\(place.home)/second-factor")
                let wall = await open.get("\(place.home)/second-factor")
                #expect(wall.status == 200)
                #expect(!wall.text.contains("/leave"))
                #expect(
                    wall.text.contains(organization == place.client.organization ? "Atelier Rossier" : "Agence Keller"))
            }
        }
    }

    @Test("What a partner does stands in the client’s log under the partner’s name", arguments: DatabaseKind.allCases)
    func log(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            try await world.order(
                "cloud-server-2", .monthly, name: "render-1", by: place.client, key: "order-of-a-server-0001")
            let server = try #require(
                try await world.values("SELECT CAST(MAX(id) AS TEXT) AS value FROM product").first)
            let browser = try await world.browser(for: place.agency)
            let path = "\(place.home)/products/\(server)/name"
            let page = await browser.get(path)
            #expect(page.text.contains("You act for Atelier Rossier, in the name of Agence Keller."))
            let answer = try await browser.submit(page, path, ["name": "render-renamed"])
            #expect(answer.status == 303)
            let log = await (try world.browser(for: place.client)).get("\(place.home)/activity").text
            #expect(log.contains("Paul Keller gave"))
            #expect(log.contains("Agence Keller"))
            #expect(
                try await world.values(
                    "SELECT CAST(on_behalf_of_id AS TEXT) AS value FROM event WHERE name = 'ProductRenamed'")
                    == [place.agency.organization.description])
            // The client's own people stay out of the partner's log, and so do its products.
            let theirs = await (try world.browser(for: place.agency))
                .get("/organizations/\(place.agency.organization)/activity").text
            #expect(theirs.contains("became a client"))
            #expect(!theirs.contains("Claire") && !theirs.contains("given.example") && !theirs.contains("render-"))
            // What they did stays theirs to read, but not what it is called there once they are gone.
            let own = await browser.get("/security/activity").text
            #expect(own.contains("render-renamed"))
            try await world.dismiss(place.agency)
            try await world.database.write { try $0.execute("UPDATE product SET name = 'after-the-end'") }
            #expect(!(await browser.get("/security/activity").text.contains("after-the-end")))
        }
    }

    @Test("A member comes as a member, whatever their partner was given", arguments: DatabaseKind.allCases)
    func member(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            try await world.join(place.client.organization, place.agency, as: .external)
            let browser = try await world.browser(for: place.agency)
            #expect(await browser.get("\(place.home)/billing/documents").status == 403)
            #expect(!(await browser.get(place.home).text.contains("data-kind=\"partner\"")))
        }
    }

    @Test("Whoever is in no partnership sees no tab and enters nobody", arguments: DatabaseKind.allCases)
    func strangers(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await Place(world, isFull: true)
            let other = try await world.founder("other@agency.example", organization: "Other agency")
            try await world.admit(other)
            let browser = try await world.browser(for: other)
            #expect(await browser.get(place.home).status == 404)
            let own = await browser.get("/organizations/\(other.organization)")
            #expect(!own.text.contains("clients-list"))
            // The client does not enter its partner, nor another client of it.
            let third = try await world.founder("third@client.example", organization: "Third")
            try await world.letIn(place.agency, by: third, .full)
            #expect(try await place.status("/organizations/\(place.agency.organization)", by: place.client) == 404)
            #expect(try await place.status("/organizations/\(third.organization)", by: place.client) == 404)
            #expect(
                await browser.get("/organizations/\(place.agency.organization)/clients/\(third.organization)").status
                    == 404)
        }
    }
}
