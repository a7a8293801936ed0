import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("Deleting an organisation")
struct DeletionTests {
    private func path(_ person: TestPerson) -> String { "/organizations/\(person.organization)/delete" }

    private func fields(name: String = "Atelier Rossier", documents: Bool = false) -> [String: String] {
        ["confirmation_name": name, "confirm_password": TestWorld.password].merging(
            documents ? ["documents": "yes"] : [:]
        ) { $1 }
    }

    @Test("An empty one is deleted, and the end is explained", arguments: DatabaseKind.allCases)
    func deleted(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            #expect(page.text.contains("Is this the right organisation?"))
            let done = try await browser.submit(page, path(marie), fields())
            #expect(done.location == "/profile/organizations/deleted/\(marie.organization)")
            let end = try await browser.follow(done)
            #expect(end.status == 200)
            #expect(end.text.contains("Atelier Rossier was deleted"))
            #expect(end.text.contains("Your account is as it was"))
            // The account stays, and is led to a new organisation.
            #expect(await browser.get("/profile").status == 200)
            #expect(await browser.get("/").location == "/organizations/new")
            #expect(try await world.count("SELECT id FROM person") == 1)
            // Nothing of it can be opened any more.
            for place in ["", "/settings", "/delete", "/leave", "/billing/documents"] {
                #expect(await browser.get("/organizations/\(marie.organization)\(place)").status == 404, "\(place)")
            }
            #expect(await browser.post(path(marie), fields()).status == 404, "The second click.")
            #expect(try await world.eventNames().count { $0 == "OrganizationDeleted" } == 1)
            #expect(try await world.mails(to: marie.login).last?.subject == "Atelier Rossier was deleted")
        }
    }

    @Test("Nobody else reads the end", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: marie)
            let end = "/profile/organizations/deleted/\(marie.organization)"
            #expect(await browser.get(end).status == 404, "It is not deleted.")
            _ = try await browser.submit(await browser.get(path(marie)), path(marie), fields())
            #expect(await browser.get(end).status == 200)
            #expect(try await world.browser(for: paul).get(end).status == 404)
        }
    }

    @Test("What is left to do is listed with its count, and the button is not there", arguments: DatabaseKind.allCases)
    func checklist(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.settle(marie)
            try await world.order(by: marie)
            let open = try await world.order(
                "web-hosting-basic", name: "open.example", by: marie, card: "0002", key: "order-that-is-open-0001")
            try await world.topUp("50.00", by: marie)
            try await world.join(marie.organization, jean, as: .administrator)
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            #expect(page.form(path(marie)) == nil)
            for sign in [
                "atelier-nord.ch", "Pay these orders or cancel them", "1 other person is still a member", "50.00",
            ] {
                #expect(page.text.contains(sign), "\(sign)")
            }
            #expect(await browser.post(path(marie), fields()).status == 409)
            #expect(try await world.count("SELECT id FROM organization WHERE deleted_at IS NOT NULL") == 0)
            // The order is cancelled from the list, which is where one comes back to.
            let order = "/organizations/\(marie.organization)/orders/\(open)"
            let cancelled = try await browser.submit(page, order)
            #expect(cancelled.location == path(marie))
            let after = await browser.get(path(marie))
            #expect(!after.text.contains("Pay these orders or cancel them"))
            // Only who answers for it may delete it.
            #expect(try await world.browser(for: jean).get(path(marie)).status == 403)
        }
    }

    @Test("An expired product does not stand in the way, its documents go by mail", arguments: DatabaseKind.allCases)
    func expired(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order(by: marie)
            world.clock.advance(.days(400))
            try await world.drain()
            let number = try #require(try await world.values("SELECT number AS value FROM document").first)
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            #expect(page.text.contains("1 document is kept"))
            #expect(try await browser.submit(page, path(marie), fields(documents: true)).status == 303)
            let mails = try await world.mails(to: marie.login)
            let letter = try #require(mails.first { $0.subject == "Atelier Rossier was deleted" })
            #expect(letter.text.contains("Invoice \(number)"))
            #expect(letter.text.contains("20 November 2026"))
            // And the documents themselves (BILL-13).
            #expect(mails.contains { $0.subject == "Documents of Atelier Rossier" })
            let files = try await world.values("SELECT name || ' ' || type AS value FROM sandbox_attachment")
            #expect(files.count == 1 && files[0].hasSuffix(".zip application/zip"))
            #expect(
                try await world.count("SELECT id FROM delivery WHERE target = \(marie.login) AND is_forgotten") == 0)
            #expect(try await world.count("SELECT id FROM document") == 1, "The books stay.")
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test("Another name than its own is refused", arguments: ["", "atelier rossier", "Atelier", "Atelier Rossier 2"])
    func otherName(_ name: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let answer = try await browser.submit(await browser.get(path(marie)), path(marie), fields(name: name))
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#confirmation_name\""))
            #expect(try await world.count("SELECT id FROM organization WHERE deleted_at IS NULL") == 1)
        }
    }

    @Test("Teams and open invitations end with it", arguments: DatabaseKind.allCases)
    func rest(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let now = world.clock.now
            let directory = ProductDirectory { _, _ in [] }
            let invitation = try await world.database.write { connection -> InvitationID in
                _ = try Team.create(
                    name: "Web", description: "", products: [], by: marie.standing.permit(), directory: directory,
                    actor: marie.actor, at: now, in: connection)
                return try Invitation.create(
                    try #require(EmailAddress("neu@neu.example")), as: Membership(role: .collaborator),
                    language: .english, nonce: "nonce", permit: marie.standing.permit(),
                    products: directory, actor: marie.actor, at: now, in: connection)
            }
            let browser = try await world.browser(for: marie)
            let page = await browser.get(path(marie))
            #expect(page.text.contains("1 team is deleted"))
            #expect(page.text.contains("1 open invitation is cancelled"))
            #expect(try await browser.submit(page, path(marie), fields()).status == 303)
            #expect(try await world.count("SELECT id FROM team") == 0)
            #expect(
                try await world.database.read { try Invitation.find(invitation, in: $0)?.state(at: now) } == .cancelled)
        }
    }

    @Test("Nothing begins in one that is deleted", arguments: DatabaseKind.allCases)
    func nothingBegins(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.settle(marie)
            try await delete(marie, in: world)
            // A page that was open all along still has its permit.
            let ordered = await #expect(throws: Problem.self) { try await world.order(by: marie) }
            #expect(ordered?.kind == .notFound)
            let toppedUp = await #expect(throws: Problem.self) { try await world.topUp("10.00", by: marie) }
            #expect(toppedUp?.kind == .notFound)
            let joined = await #expect(throws: Problem.self) {
                try await world.join(marie.organization, jean, as: .collaborator)
            }
            #expect(joined?.kind == .notFound)
            #expect(try await world.count("SELECT id FROM product_order") == 0)
            let again = await #expect(throws: Problem.self) { try await delete(marie, in: world) }
            #expect(again?.kind == .notFound)
        }
    }

    @Test("An order and the deletion at the same moment: one of them wins", arguments: DatabaseKind.allCases)
    func race(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            for round in 0..<10 {
                let marie = try await world.founder("marie\(round)@atelier.example")
                try await world.settle(marie)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        _ = try? await world.order(by: marie, card: "0002", key: "order-of-round-\(round)")
                    }
                    group.addTask {
                        let page = try? await world.browser(for: marie)
                        _ = await page?.get(path(marie))
                        _ = await page?.post(path(marie), fields())
                    }
                }
            }
            let both = try await world.count(
                """
                SELECT organization.id FROM organization
                JOIN product_order ON product_order.organization_id = organization.id
                WHERE deleted_at IS NOT NULL AND product_order.state = 'awaiting_payment'
                """)
            #expect(both == 0)
            let neither = try await world.count(
                """
                SELECT id FROM organization WHERE deleted_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM product_order WHERE organization_id = organization.id)
                """)
            #expect(neither == 0)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    /// By the rules, without a page.
    private func delete(_ person: TestPerson, in world: TestWorld) async throws {
        let now = world.clock.now
        try await world.database.write { connection in
            try Organization.delete(
                by: person.standing.permit(), conditions: [], wantsDocuments: false, actor: person.actor, at: now,
                in: connection)
        }
    }
}
