import Access
import Accounts
import Foundation
import Kernel
import Products
import Storage
import TestSupport
import Testing
import Web

@testable import Organizations

@Suite("Activity log, before and after")
struct ActivityChangeTests {
    private func log(_ world: TestWorld, _ person: TestPerson, _ query: String = "") async throws -> String {
        try await world.browser(for: person).get("/organizations/\(person.organization)/activity\(query)").text
    }

    @Test(
        "What changed of a member is told part by part, by name, on the page and in the table",
        arguments: DatabaseKind.allCases)
    func member(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let product = try await world.product("atelier-nord.ch", of: marie)
            let team = try await world.team("Print shop", of: marie)
            let now = world.clock.now
            let directory = world.products.directory
            try await world.database.write { connection in
                let permit: Permit<ManageMembers> = try marie.standing.permit()
                let found = try Member.find(luca.id, by: permit, in: connection)
                let member = try #require(found)
                try Member.change(
                    luca.id,
                    to: Membership(
                        role: .administrator, hasBillingRight: true, contacts: .technical, products: [product],
                        teams: [team.id]), revision: member.revision, permit: permit,
                    products: directory, actor: marie.actor, at: now, in: connection)
            }
            let page = try await log(world, marie)
            #expect(page.contains("<small>Role: Collaborator → Administrator</small>"))
            #expect(page.contains("<small>Accounting right: No → Yes</small>"))
            #expect(page.contains("<small>Products: – → atelier-nord.ch</small>"))
            #expect(page.contains("<small>Teams: – → Print shop</small>"))
            let table = try await world.browser(for: marie).get("/organizations/\(marie.organization)/activity.csv")
            #expect(table.text.contains("Role: Collaborator; Accounting right: No;"))
            #expect(table.text.contains("Role: Administrator; Accounting right: Yes;"))
            // Whom it happened to reads it as well, but not from where it was done.
            let own = try await world.browser(for: luca).get("/security/activity").text
            #expect(own.contains("Role: Collaborator → Administrator"))
            #expect(own.matches(of: /192\.0\.2\.1/).count == 1, "Only their own sign-in has an address.")
        }
    }

    @Test("What changed of a team and of an organisation is told part by part", arguments: DatabaseKind.allCases)
    func teamAndOrganization(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let team = try await world.team("Design", of: marie, members: [luca])
            let now = world.clock.now
            try await world.database.write { connection in
                try team.change(
                    name: "Layout", description: "Books", leader: luca.id, revision: team.revision,
                    by: try marie.standing.permit(), actor: marie.actor, at: now, in: connection)
            }
            let browser = try await world.browser(for: marie)
            let details = "/organizations/\(marie.organization)/settings/details"
            let typed = [
                "name": "Atelier Nord", "street": "Rue du Lac 12", "postcode": "1800", "town": "Vevey", "country": "FR",
            ]
            #expect(try await browser.submit(await browser.get(details), details, typed).status == 303)
            let path = "/organizations/\(marie.organization)/activity"
            let page = await browser.get(path).text
            #expect(page.contains("<small>Name: Design → Layout</small>"))
            #expect(page.contains("<small>Description: – → Books</small>"))
            #expect(page.contains("<small>Leader: – → Luca Bianchi</small>"))
            #expect(
                page.contains("changed the team <a href=\"/organizations/\(marie.organization)/teams/\(team.id)\">"))
            #expect(page.contains("<small>Name: Atelier Rossier → Atelier Nord</small>"))
            #expect(page.contains("→ Rue du Lac 12, 1800 Vevey</small>"))
            #expect(page.contains("<small>Country: Switzerland → France</small>"))
            // The record of what is kept for ever holds none of it.
            #expect(
                try await world.values("SELECT payload AS value FROM event WHERE name = 'OrganizationChanged'")
                    .allSatisfy { !$0.contains("Atelier") && !$0.contains("Vevey") })
            try await world.database.write { connection in
                try team.delete(by: try marie.standing.permit(), actor: marie.actor, at: now, in: connection)
            }
            #expect(await browser.get(path).text.contains("deleted the team Design"))
        }
    }

    @Test("Lists that are long show what differs, and ids that are gone are not numbers")
    func longLists() {
        let before = (1...40).map(String.init).joined(separator: ",")
        let after = (2...41).map(String.init).joined(separator: ",")
        let values = ["products_before": before, "products_after": after]
        #expect(ActivityReferences.ids(values)["product"] == [1, 41])
        #expect(
            ActivityChange.names(["role_after": "x", "name_before": "y", "zeta_after": "z"]) == [
                "name", "role", "zeta",
            ])
        #expect(ActivityChange.names(["before": "x", "after": "y"]).isEmpty)
        #expect(ActivityChange(label: "Role", before: "a", after: "b").text == "Role: a → b")
        #expect(ActivityChange(label: nil, before: "a", after: "b").text == "a → b")
    }

    @Test("Invitations and requests name whom and what they are about", arguments: DatabaseKind.allCases)
    func objects(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let marie = inviting.marie
            try await inviting.invite("new@atelier.example")
            let luca = try await world.member("luca@atelier.example", of: marie)
            let path = "/organizations/\(marie.organization)/access-requests/new"
            let his = try await world.browser(for: luca)
            let form = await his.get("\(path)?right=billing:manage")
            #expect(try await his.submit(form, path, ["note": ""]).status == 303)
            let page = try await log(world, marie)
            #expect(page.contains("Marie Rossier invited <a href=\"\(inviting.home)\">new@atelier.example</a>"))
            #expect(page.contains("Luca Bianchi</a> asked for a right: Manage accounting and payments"))
        }
    }

    @Test(
        "Blocks stand in the log of the organisation and of the person, without reason or the address of the operator",
        arguments: DatabaseKind.allCases)
    func blocks(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let frida = try await world.founder("frida@fern.example", first: "Frida", organization: "Fern")
            let desk = try await world.founder("desk@host.example", first: "Dora", organization: "Desk", isStaff: true)
            let operatorActor = Event.Actor(person: desk.id, requestID: "r", address: "198.51.100.77", client: "Desk/1")
            world.clock.advance(.minutes(1))
            let now = world.clock.now
            try await world.database.write { connection in
                try Accounts.block(luca.id, reason: "Told by Zoe", by: operatorActor, at: now, in: connection)
                try Accounts.unblock(luca.id, reason: "Zoe again", by: operatorActor, at: now, in: connection)
                try connection.announce(
                    Event(
                        "StaffViewedOrganization", by: operatorActor, organization: marie.organization,
                        subject: "organization", marie.organization.rawValue), at: now)
            }
            let page = try await log(world, marie)
            #expect(page.contains("blocked the account of Luca Bianchi"))
            #expect(page.contains("opened the account of Luca Bianchi again"))
            #expect(page.contains("looked at"))
            let kept = try await log(world, marie, "?person=dora")
            #expect(kept.contains("blocked the account of Luca Bianchi"))
            #expect(kept.contains("looked at"))
            let table = try await world.browser(for: marie).get("/organizations/\(marie.organization)/activity.csv")
                .text
            #expect(table.contains("PersonBlocked"))
            let own = try await world.browser(for: luca).get("/security/activity").text
            #expect(own.contains("blocked the account of Luca Bianchi"))
            for text in [page, table, own] {
                #expect(!text.contains("198.51.100.77"))
                #expect(!text.contains("Zoe"))
            }
            #expect(try await log(world, frida).contains("Luca") == false)
        }
    }

    @Test(
        "One's own activity tells of attempts to sign in, each once, and pages without a gap",
        arguments: DatabaseKind.allCases)
    func attempts(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let now = world.clock.now
            try await world.database.write { connection in
                for number in 0..<30 {
                    let stranger = Event.Actor(person: nil, address: "203.0.113.\(number)")
                    try connection.announce(
                        Event("SignInFailed", by: stranger, subject: "person", marie.id.rawValue), at: now)
                    try connection.announce(
                        Event("PictureChanged", by: marie.actor, subject: "person", marie.id.rawValue), at: now)
                }
            }
            let browser = try await world.browser(for: marie)
            var path: String? = "/security/activity"
            var (attempts, pictures): ([String], Int) = ([], 0)
            for _ in 0..<10 {
                guard let next = path else { break }
                let page = await browser.get(next).text
                attempts += page.matches(of: /203\.0\.113\.(\d+)/).map { String($0.1) }
                pictures += page.components(separatedBy: "chose another profile picture").count - 1
                path = page.firstMatch(of: /rel="next" href="([^"]+)"/).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(path == nil)
            #expect(attempts == (0..<30).reversed().map(String.init))
            #expect(pictures == 30)
        }
    }
}
