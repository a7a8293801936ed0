import Access
import Foundation
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing
import Web

/// What products have to say against leaving (ORG-7, ORG-9).
@Suite("Leaving where one's mail or suite is")
struct LeavingTests {
    @Test(
        "Whose login is in the mail service stays until it has ended, and is told which",
        arguments: DatabaseKind.allCases)
    func mail(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let world = place.world
            let organization = place.marie.organization
            let jean = try await world.founder("jean@Atelier.example", organization: "Own")
            let nina = try await world.founder("nina@sub.atelier.example", organization: "Own")
            try await world.join(organization, jean, as: .collaborator)
            try await world.join(organization, nina, as: .collaborator)
            let browser = try await world.browser(for: jean)
            let path = "\(place.home)/leave"
            let page = await browser.get(path)
            #expect(page.text.contains("Your login jean@Atelier.example is in atelier.example"))
            #expect(page.form(path) == nil, "There is no button to press.")
            #expect(await browser.get("/profile/organizations").text.contains("is in atelier.example"))
            #expect(await browser.post(path).status == 409)
            let other = try await world.browser(for: nina)
            #expect(try await other.submit(await other.get(path), path).status == 303, "A domain below is another one.")
            let mail = place.mail
            try await world.database.write { connection in
                try connection.execute("UPDATE product SET state = 'expired' WHERE id = \(mail)")
            }
            #expect(try await browser.submit(await browser.get(path), path).status == 303)
        }
    }

    @Test("Somebody from outside who refuses a second factor may go all the same", arguments: DatabaseKind.allCases)
    func refusing(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            let organization = place.marie.organization
            let nina = try await place.world.founder("nina@atelier.example", organization: "Own")
            let jean = try await place.world.founder("jean@atelier.example", organization: "Own")
            try await place.world.join(organization, nina, as: .external)
            try await place.world.join(organization, jean, as: .collaborator)
            let path = "\(place.home)/leave"
            let browser = try await place.world.browser(for: nina)
            #expect(await browser.get(path).form(path) == nil)
            try await place.world.database.write { connection in
                try connection.execute(
                    "UPDATE organization SET requires_second_factor = \(true) WHERE id = \(organization)")
            }
            #expect(try await place.world.browser(for: jean).get(path).form(path) == nil, "Not from outside.")
            #expect(try await browser.submit(await browser.get(path), path).status == 303)
        }
    }

    @Test("Whoever was given the suite is in it; whose role reaches it is not", arguments: DatabaseKind.allCases)
    func suite(_ kind: DatabaseKind) async throws {
        try await ProductWorld.with(kind) { place in
            var text = try String(contentsOf: Catalogue.builtIn, encoding: .utf8)
            let label = try #require(text.range(of: "\"named_by\": \"label\""))
            text.replaceSubrange(label, with: "\"named_by\": \"label\", \"service\": \"suite\"")
            let file = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("suite-\(kind).json")
            try text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let catalogue = try Catalogue(file: file)
            #expect(catalogue.type("drive")?.service == .suite)
            let world = place.world
            let conditions = Products.leavingConditions(catalogue)
            let organization = place.marie.organization
            let now = world.clock.now
            func leave(_ person: TestPerson, revision: Int = 1) async throws {
                try await world.database.write { connection in
                    try Organization.leave(
                        organization, person.id, revision: revision, conditions: conditions, actor: person.actor,
                        at: now, in: connection)
                }
            }
            let refused = await #expect(throws: Problem.self) { try await leave(place.luca) }
            #expect(refused?.code == "in_suite")
            #expect(refused?.arguments["product"] == "Archive")
            try await leave(place.adam)
        }
    }
}
