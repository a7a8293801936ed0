import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("The pages of teams")
struct TeamPagesTests {
    @Test("A team is made, filled in bulk, led, and emptied again", arguments: DatabaseKind.allCases)
    func journey(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let nina = try await world.member("nina@extern.example", of: marie, as: .external, first: "Nina")
            let product = try await world.product("one.example", of: marie)
            let home = "/organizations/\(marie.organization)/teams"
            let browser = try await world.browser(for: marie)
            #expect(await browser.get(home).text.contains("There are no teams yet"))
            let made = try await browser.submit(
                await browser.get("\(home)/new"), "\(home)/new", ["name": " Design ", "description": "Print and web"])
            let team = try #require(made.location)
            #expect(try await browser.follow(made).text.contains("Print and web"))

            let picker = await browser.get("\(team)/members")
            #expect(picker.text.contains("External user"))
            #expect(await browser.get("\(team)/members?search=luca").text.contains("person-\(luca.id)\""))
            #expect(!(await browser.get("\(team)/members?search=luca").text.contains("person-\(nina.id)\"")))
            let none = await browser.act("\(team)/members", ["search": "luca"])
            #expect(none.status == 422)
            #expect(none.text.contains("href=\"#people\""))
            for _ in 1...2 {
                let added = await browser.act(
                    "\(team)/members", ["person-\(luca.id)": "yes", "person-\(nina.id)": "yes"])
                #expect(added.location == team)
            }
            #expect(await browser.act("\(team)/products", ["product-\(product)": "yes"]).location == team)
            #expect(try await world.reached(by: nina, in: marie.organization) == [product])

            let change = await browser.get("\(team)/change")
            #expect(try await browser.submit(change, "\(team)/change", ["leader": luca.id.description]).status == 303)
            let page = await browser.get(team)
            #expect(page.text.contains("Luca Bianchi"))
            #expect(page.text.contains("one.example"))
            #expect(page.text.contains("\(home.replacing("/teams", with: ""))/invitations/new?team="))
            #expect(await browser.get("\(home)?search=desi").text.contains(team))
            #expect(await browser.get("\(home)?search=nobody").text.contains("No team has this name"))

            for _ in 1...2 {
                #expect(await browser.act("\(team)/members/\(nina.id)", ["_method": "DELETE"]).location == team)
            }
            #expect(try await world.reached(by: nina, in: marie.organization) == [])
            #expect(await browser.act("\(team)/products/\(product)", ["_method": "DELETE"]).location == team)
            #expect(try await world.reached(by: luca, in: marie.organization) == [])
        }
    }

    @Test("Deleting says first who loses what, and who keeps it through what", arguments: DatabaseKind.allCases)
    func deletion(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let product = try await world.product("one.example", of: marie)
            let luca = try await world.member("luca@atelier.example", of: marie)
            let nina = try await world.member("nina@atelier.example", of: marie, first: "Nina", products: [product])
            let team = try await world.team(of: marie, members: [luca, nina, marie], products: [product])
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/teams/\(team.id)/delete"
            let page = await browser.get(path)
            #expect(page.text.contains("3 people leave the team"))
            #expect(page.text.contains("1 person loses access"))
            #expect(page.text.contains("one.example (given individually)"))
            #expect(page.text.contains("Everything, as Legal representative"))
            #expect(try await world.count("SELECT id FROM team") == 1)
            #expect(await browser.act(path).location == "/organizations/\(marie.organization)/teams")
            #expect(try await world.count("SELECT id FROM team") == 0)
            #expect(await browser.act(path).status == 404)
            #expect(try await world.reached(by: luca, in: marie.organization) == [])
            #expect(try await world.reached(by: nina, in: marie.organization) == [product])
        }
    }

    @Test(
        "Whoever is in a team sees it and changes nothing; for the others it is not there",
        arguments: DatabaseKind.allCases)
    func readers(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let luca = try await world.member("luca@atelier.example", of: marie)
            let nina = try await world.member("nina@atelier.example", of: marie, first: "Nina")
            let product = try await world.product("one.example", of: marie)
            let team = try await world.team(of: marie, members: [luca], products: [product])
            let path = "/organizations/\(marie.organization)/teams/\(team.id)"
            let his = try await world.browser(for: luca)
            let page = await his.get(path)
            #expect(page.status == 200)
            #expect(page.text.contains("aria-disabled=\"true\""))
            #expect(page.text.contains("one.example"))
            #expect(!page.text.contains("\(path)/delete"))
            #expect(!page.text.contains("value=\"DELETE\""))
            for below in ["members", "products", "change", "delete"] {
                #expect(await his.get("\(path)/\(below)").status == 403)
                #expect(await his.act("\(path)/\(below)").status == 403)
            }
            #expect(await his.get("/organizations/\(marie.organization)/teams").status == 403)
            let hers = try await world.browser(for: nina)
            #expect(await hers.get(path).status == 404)
            // Rights end at once, in an open session too.
            #expect(await his.get("/organizations/\(marie.organization)/products/\(product)").status == 200)
            let permit: Permit<ManageTeams> = try marie.standing.permit()
            let now = world.clock.now
            try await world.database.write {
                try team.remove([luca.id], by: permit, actor: marie.actor, at: now, in: $0)
            }
            #expect(await his.get("/organizations/\(marie.organization)/products/\(product)").status == 403)
            #expect(await his.get(path).status == 404)
        }
    }

    @Test(
        "What cannot be a team is said at its field",
        arguments: [
            ("name", ""), ("name", String(repeating: "x", count: 1000)), ("name", "a\u{0}b"),
            ("description", String(repeating: "x", count: 301)), ("name", "design"),
        ])
    func refused(_ field: String, _ value: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            _ = try await world.team("Design", of: marie)
            let path = "/organizations/\(marie.organization)/teams/new"
            let browser = try await world.browser(for: marie)
            let answer = try await browser.submit(
                await browser.get(path), path, ["name": "Other", "description": ""].merging([field: value]) { $1 })
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            #expect(try await world.count("SELECT id FROM team") == 1)
        }
    }

    @Test("A team, a person or a product of another organisation is not there", arguments: DatabaseKind.allCases)
    func foreign(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let theirs = try await world.team("Theirs", of: paul, members: [paul])
            let product = try await world.product("agence.example", of: paul)
            let mine = try await world.team("Mine", of: marie)
            let browser = try await world.browser(for: marie)
            await browser.get("/organizations/\(marie.organization)/teams")
            let crossed = "/organizations/\(marie.organization)/teams/\(theirs.id)"
            for path in [
                crossed, "\(crossed)/change", "\(crossed)/members", "\(crossed)/products", "\(crossed)/delete",
            ] {
                #expect(await browser.get(path).status == 404)
            }
            #expect(await browser.act("\(crossed)/delete").status == 404)
            #expect(await browser.act("\(crossed)/members/\(paul.id)", ["_method": "DELETE"]).status == 404)
            let own = "/organizations/\(marie.organization)/teams/\(mine.id)"
            #expect(await browser.act("\(own)/members", ["person-\(paul.id)": "yes"]).status == 404)
            #expect(await browser.act("\(own)/products", ["product-\(product)": "yes"]).status == 404)
            #expect(await browser.act("\(own)/members/\(paul.id)", ["_method": "DELETE"]).status == 404)
            #expect(try await world.count("SELECT person_id FROM team_member") == 1)
        }
    }

    @Test("Two tabs: the second is told what is current, and keeps what was typed", arguments: DatabaseKind.allCases)
    func stale(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let team = try await world.team(of: marie)
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/teams/\(team.id)/change"
            let tab = await browser.get(path)
            #expect(try await browser.submit(tab, path, ["name": "First"]).status == 303)
            let late = try await browser.submit(tab, path, ["name": "Second"])
            #expect(late.status == 409)
            #expect(late.form(path)?.fields["name"] == "Second")
            #expect(late.text.contains("Current now: First"))
            #expect(try await browser.submit(late, path).status == 303)
            #expect(try await world.values("SELECT name AS value FROM team") == ["Second"])
        }
    }
}
