import Access
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Operator's desk")
struct DeskTests {
    /// A customer with something of everything, and somebody of the staff.
    private func scene(_ world: TestWorld) async throws -> (marie: TestPerson, desk: TestBrowser) {
        let sam = try await world.founder(
            "sam@kontor.example", first: "Sam", last: "Stauffer", organization: "Provider", isStaff: true)
        let marie = try await world.founder()
        try await world.settle(marie)
        try await world.order(by: marie)
        let id = marie.id
        try await world.database.write { connection in
            try connection.execute("UPDATE person SET support_code = '123456789' WHERE id = \(id)")
        }
        return (marie, try await world.browser(for: sam))
    }

    @Test(
        "A customer is found by name, login, domain, document number and support code",
        arguments: DatabaseKind.allCases)
    func search(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, desk) = try await scene(world)
            let number = try #require(try await world.values("SELECT number AS value FROM document").first)
            let person = "\"/staff/people/\(marie.id)\""
            let organization = "\"/staff/organizations/\(marie.organization)\""
            let searches: [(text: String, link: String)] = [
                ("rossier", person), ("ROSSIER%20marie", person), ("marie.rossier@atelier", person),
                ("123%20456%20789", person), ("123456789", person), ("atelier%20ross", organization),
                (marie.organization.description + "", organization), ("atelier-nord.ch", organization),
                (number, organization),
            ]
            for search in searches where search.text.count > 1 {
                let found = await desk.get("/staff?q=\(search.text)")
                #expect(found.status == 200)
                #expect(found.text.contains(search.link), "\(search.text)")
            }
            let nothing = await desk.get("/staff?q=%25%25%25")
            #expect(!nothing.text.contains(person), "Wildcards are plain characters.")
            #expect(await desk.get("/staff?q=a").text.contains("at least 2"))
        }
    }

    @Test("Nobody but the staff finds the desk", arguments: ["", "/people/1", "/organizations/1", "/parked"])
    func others(_ path: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            #expect(try await world.browser(for: marie).get("/staff\(path)").status == 404)
            #expect(await world.browser().get("/staff\(path)").location?.hasPrefix("/sign-in") == true)
        }
    }

    @Test("A look is written down once an hour, and the customer sees it", arguments: DatabaseKind.allCases)
    func looks(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, desk) = try await scene(world)
            let hers = try await world.browser(for: marie)
            #expect(await hers.get("/security/support-looks").text.contains("Nobody has looked"))
            for _ in 0..<3 {
                #expect(await desk.get("/staff/people/\(marie.id)").status == 200)
                #expect(await desk.get("/staff/organizations/\(marie.organization)").status == 200)
            }
            #expect(try await world.eventNames().count { $0 == "StaffViewedPerson" } == 1)
            #expect(try await world.eventNames().count { $0 == "StaffViewedOrganization" } == 1)
            world.clock.advance(.hours(1))
            await desk.get("/staff/people/\(marie.id)")
            await desk.get("/staff/organizations/\(marie.organization)")
            #expect(try await world.eventNames().count { $0 == "StaffViewedPerson" } == 2)
            let organization = marie.organization
            #expect(
                try await world.count(
                    "SELECT id FROM event WHERE name = 'StaffViewedOrganization' AND organization_id = \(organization)")
                    == 2)
            let told = await hers.get("/security/support-looks")
            #expect(told.text.contains("2 looks"))
            #expect(told.text.contains("Sam Stauffer"))
        }
    }

    @Test("The staff sees facts and no secrets", arguments: DatabaseKind.allCases)
    func facts(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (marie, desk) = try await scene(world)
            let person = await desk.get("/staff/people/\(marie.id)")
            #expect(person.text.contains("You look as the operator"))
            #expect(person.text.contains("marie.rossier@atelier.example"))
            #expect(person.text.contains("/staff/organizations/\(marie.organization)"))
            let hash = try #require(
                try await world.values("SELECT password_hash AS value FROM person ORDER BY id DESC").first)
            #expect(!person.text.contains(hash))
            #expect(!person.text.contains("123456789"), "Whoever reads the code out could be believed to have it.")
            let organization = await desk.get("/staff/organizations/\(marie.organization)")
            for fact in ["Atelier Rossier", "Rue du Lac 12", "atelier-nord.ch", "Marie Rossier", "CHF"] {
                #expect(organization.text.contains(fact), "\(fact)")
            }
            let number = try #require(try await world.values("SELECT number AS value FROM document").first)
            #expect(organization.text.contains(number))
            // Nothing on it changes anything, but signing out and the language.
            #expect(organization.form("/staff/organizations/\(marie.organization)") == nil)
            #expect(await desk.get("/staff/people/999999").status == 404)
            #expect(await desk.get("/staff/organizations/999999").status == 404)
        }
    }

    @Test("What was given up is shown and tried again, once", arguments: DatabaseKind.allCases)
    func parked(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let (_, desk) = try await scene(world)
            try await world.drain()
            #expect(await desk.get("/staff/parked").text.contains("Nothing was given up"))
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE delivery SET state = 'parked', done_at = NULL, attempts = 32, last_error = 'Mailbox is full'
                    WHERE id = (SELECT MIN(id) FROM delivery)
                    """)
            }
            #expect(await desk.get("/staff").text.contains("1 delivery was given up"))
            let page = await desk.get("/staff/parked")
            #expect(page.text.contains("Mailbox is full"))
            let id = try #require(try await world.values("SELECT CAST(MIN(id) AS TEXT) AS value FROM delivery").first)
            #expect(try await desk.submit(page, "/staff/parked/deliveries/\(id)").status == 303)
            #expect(
                try await world.values("SELECT state AS value FROM delivery WHERE state = 'waiting'") == ["waiting"])
            // The second click.
            #expect(try await desk.submit(page, "/staff/parked/deliveries/\(id)").status == 303)
            #expect(try await world.eventNames().count { $0 == "DeliveryRetried" } == 1)
        }
    }
}
