import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("Organisations")
struct OrganizationTests {
    @Test("Whoever founds one answers for it", arguments: DatabaseKind.allCases)
    func founding(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder(currency: .eur, country: "DE", language: .german)
            let organization = try await world.database.read { try Organization.find(marie.organization, in: $0) }
            #expect(organization?.name == "Atelier Rossier")
            #expect(organization?.currency == .eur)
            #expect(organization?.zone.name == "Europe/Berlin")
            #expect(organization?.language == .german)
            #expect(organization?.address.isComplete == false)
            #expect(
                try await world.values("SELECT role AS value FROM membership") == ["legal_representative"])
            #expect(
                try await world.database.read { try Organization.billingContacts(of: marie.organization, in: $0) } == [
                    marie.id
                ])
        }
    }

    @Test("Another one with the same login, and the way back and forth", arguments: DatabaseKind.allCases)
    func another(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/organizations/new")
            let made = try await browser.submit(
                page, "/organizations/new",
                ["name": "Verein Bärndütsch", "kind": "company", "currency": "EUR", "country": "CH"])
            #expect(made.status == 303)
            let second = try #require(made.location)
            let home = try await browser.follow(made)
            #expect(home.text.contains("Verein Bärndütsch"))
            // The switcher offers the other one.
            #expect(home.text.contains("/organizations/\(marie.organization)\""))
            // Where the person was last is where the next visit begins.
            #expect(await browser.get("/").location == second)
            #expect(await browser.get("/organizations/\(marie.organization)").status == 200)
            #expect(await browser.get("/").location == "/organizations/\(marie.organization)")
        }
    }

    @Test(
        "What is missing or unknown is said at its field",
        arguments: [("name", ""), ("kind", "club"), ("currency", "USD"), ("country", "XX")])
    func refused(_ field: String, _ value: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = try await world.browser(for: try await world.founder())
            let answer = try await browser.submit(
                await browser.get("/organizations/new"), "/organizations/new",
                ["name": "Second", "kind": "company", "currency": "CHF", "country": "CH"].merging([field: value]) { $1 }
            )
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            #expect(try await world.count("SELECT id FROM organization") == 1)
        }
    }

    @Test("Only who answers for it may change it; the others see why not", arguments: DatabaseKind.allCases)
    func rights(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let jean = try await world.founder(
                "jean@atelier.example", first: "Jean", last: "Favre", organization: "Own")
            try await world.join(marie.organization, jean, as: .administrator)
            let settings = "/organizations/\(marie.organization)/settings"
            let hers = try await world.browser(for: marie).get(settings)
            #expect(hers.text.contains("\(settings)/details"))
            let his = try await world.browser(for: jean)
            let page = await his.get(settings)
            #expect(page.status == 200)
            #expect(!page.text.contains("\(settings)/details\""))
            #expect(page.text.contains("aria-disabled=\"true\""))
            #expect(page.text.contains("legal representative"))
            #expect(await his.get("\(settings)/details").status == 403)
            #expect(await his.post("\(settings)/details", ["name": "Taken"]).status == 403)
            #expect(
                try await world.values("SELECT name AS value FROM organization ORDER BY id").first == "Atelier Rossier")
        }
    }

    @Test("Two tabs: the second is told, and keeps what was typed", arguments: DatabaseKind.allCases)
    func stale(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/settings/details"
            let address = ["street": "Rue du Lac 12", "postcode": "1800", "town": "Vevey", "country": "CH"]
            let tab = await browser.get(path)
            #expect(try await browser.submit(tab, path, address.merging(["name": "First"]) { $1 }).status == 303)
            let late = try await browser.submit(tab, path, address.merging(["name": "Second"]) { $1 })
            #expect(late.status == 409)
            #expect(late.form(path)?.fields["name"] == "Second")
            #expect(late.text.contains("First"))
            #expect(try await browser.submit(late, path).status == 303)
            #expect(try await world.values("SELECT name AS value FROM organization") == ["Second"])
            #expect(try await world.eventNames().count { $0 == "OrganizationChanged" } == 2)
        }
    }

    @Test("Somebody else's is not there, whether it exists or not", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder(
                "paul@agence.example", first: "Paul", last: "Keller", organization: "Agence")
            let browser = try await world.browser(for: paul)
            let theirs = await browser.get("/organizations/\(marie.organization)/settings")
            let nobodys = await browser.get("/organizations/999999/settings")
            #expect(theirs.status == 404)
            #expect(nobodys.status == 404)
            #expect(
                theirs.body(without: "/organizations/\(marie.organization)/")
                    == nobodys.body(without: "/organizations/999999/"))
            #expect(await browser.get("/organizations/abc/settings").status == 404)
        }
    }
}
