import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing

@Suite("Inviting, page by page")
struct InvitationWizardTests {
    private static let people = [
        "to": "2", "emails": "paul@agence.example\nMia <mia@agence.example>", "role": "external",
    ]

    @Test("Three steps, the password, and a mail to each", arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            try await world.settle(inviting.marie)
            try await world.order(by: inviting.marie)
            let team = try await inviting.team("Design")
            let product = try await world.values("SELECT CAST(id AS TEXT) AS value FROM product")[0]
            let browser = try await world.browser(for: inviting.marie)
            let new = "\(inviting.home)/new"
            let access = try await browser.submit(await browser.get(new), new, Self.people)
            #expect(access.status == 200)
            #expect(access.text.contains("atelier-nord.ch"))
            let review = try await browser.submit(
                access, new, ["to": "3", "product": product, "team": team.description, "contact": "technical"])
            #expect(review.status == 200)
            for said in [
                "paul@agence.example", "mia@agence.example", "External user", "atelier-nord.ch", "Design",
                "Technical messages", "Send 2 invitations",
            ] { #expect(review.text.contains(said), "\(said)") }
            #expect(try await inviting.states().isEmpty)
            let sent = try await inviting.confirmed(
                try await browser.submit(review, inviting.home), by: browser)
            #expect(sent.status == 303)
            // The second click of a double click.
            #expect(
                try await inviting.confirmed(try await browser.submit(review, inviting.home), by: browser).status == 303
            )
            #expect(try await inviting.states() == ["pending", "pending"])
            #expect(
                try await world.values(
                    "SELECT role || ' ' || products || ' ' || teams AS value FROM invitation ORDER BY id"
                ).first
                    == "external \(product) \(team)")
            let list = try await browser.follow(sent)
            #expect(list.text.contains("mia@agence.example"))
            #expect(list.text.contains("are on their way"))
            let mail = try #require(try await world.mails(to: "mia@agence.example").first)
            #expect(mail.subject == "You are invited to Atelier Rossier")
            for said in ["Marie Rossier", "External user", "ignore this mail", "no account yet"] {
                #expect(mail.text.contains(said), "\(said)")
            }
        }
    }

    @Test("Going back and forth loses nothing", arguments: DatabaseKind.allCases)
    func back(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let team = try await inviting.team("Design")
            let browser = try await world.browser(for: inviting.marie)
            let new = "\(inviting.home)/new"
            let access = try await browser.submit(
                await browser.get(new), new, Self.people.merging(["billing": "yes"]) { $1 })
            let review = try await browser.submit(
                access, new, ["to": "3", "team": team.description, "contact": "billing"])
            let people = await browser.post(new, review.form(inviting.home)?.fields.merging(["to": "1"]) { $1 } ?? [:])
            #expect(people.text.contains("paul@agence.example\nMia &lt;mia@agence.example&gt;</textarea>"))
            #expect(people.form(new)?.fields["role"] == "external")
            #expect(people.form(new)?.fields["billing"] == "yes")
            let again = try await browser.submit(people, new, ["to": "2", "emails": "paul@agence.example"])
            #expect(again.form(new)?.fields["team"] == team.description)
            #expect(again.form(new)?.fields["contact"] == "billing")
        }
    }

    @Test(
        "What cannot be invited is named, and what was typed stays",
        arguments: [
            ("", "at least one address"),
            ("marie@", "“marie@” is not an e-mail address"),
            ("new@one.example marie.rossier@atelier.example", "marie.rossier@atelier.example is you"),
            ("jean@atelier.example", "jean@atelier.example is a member already"),
            ("open@one.example", "open@one.example has an open invitation"),
            ((1...200).map { "a\($0)@one.example" }.joined(separator: "\n"), "These are 200 addresses"),
            ((1...51).map { "a\($0)@one.example" }.joined(separator: ","), "These are 51 addresses"),
        ])
    func badAddresses(_ typed: String, _ said: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(inviting.marie.organization, jean, as: .collaborator)
            try await inviting.invite("open@one.example")
            let browser = try await world.browser(for: inviting.marie)
            let new = "\(inviting.home)/new"
            let page = try await browser.submit(
                await browser.get(new), new, ["to": "2", "emails": typed, "role": "collaborator"])
            #expect(page.status == 422)
            #expect(page.text.contains(said))
            #expect(page.text.contains("href=\"#emails\""))
            #expect(page.text.contains(">\(typed)</textarea>"))
            // Past the steps, the same is refused.
            let forged = try await inviting.confirmed(
                await browser.post(
                    inviting.home, ["step": "3", "emails": typed, "role": "collaborator", "client_key": "forged"]),
                by: browser)
            #expect(forged.status == 422)
            #expect(forged.text.contains(said))
            #expect(try await inviting.states() == ["pending"])
        }
    }

    @Test("Fifty at once are taken, one typed twice once")
    func manyAddresses() async throws {
        try await TestWorld.with(.sqlite) { world in
            let inviting = try await Inviting(world)
            let browser = try await world.browser(for: inviting.marie)
            let new = "\(inviting.home)/new"
            let typed = ((1...50).map { "a\($0)@one.example" } + ["A7@one.example"]).joined(separator: " ")
            let access = try await browser.submit(
                await browser.get(new), new, ["to": "2", "emails": typed, "role": "external"])
            let review = try await browser.submit(access, new, ["to": "3"])
            #expect(review.text.contains("invited once: A7@one.example"))
            _ = try await inviting.confirmed(try await browser.submit(review, inviting.home), by: browser)
            #expect(try await inviting.states().count == 50)
        }
    }

    @Test("A role that one may not give is greyed, and refused when it is forged")
    func roles() async throws {
        try await TestWorld.with(.sqlite) { world in
            let inviting = try await Inviting(world)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(inviting.marie.organization, jean, as: .administrator)
            let browser = try await world.browser(for: jean)
            let page = await browser.get("\(inviting.home)/new")
            #expect(page.text.contains("Only a legal representative can give this role"))
            #expect(!page.text.contains("value=\"legal_representative\""))
            let forged = try await browser.submit(
                page, "\(inviting.home)/new", ["to": "2", "emails": "a@one.example", "role": "legal_representative"])
            #expect(forged.status == 422)
            #expect(forged.text.contains("href=\"#role\""))
        }
    }

    @Test("Products and teams of others are refused at their step", arguments: [("product", "4711"), ("team", "4711")])
    func foreign(_ field: String, _ id: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let inviting = try await Inviting(world)
            let browser = try await world.browser(for: inviting.marie)
            let new = "\(inviting.home)/new"
            let access = try await browser.submit(await browser.get(new), new, Self.people)
            let answer = try await browser.submit(access, new, ["to": "3", field: id])
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
        }
    }

    @Test("The list says what came of each; sending again and cancelling", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let inviting = try await Inviting(world)
            let ids = try await inviting.invite("a@one.example", "b@one.example")
            let browser = try await world.browser(for: inviting.marie)
            let cancel = "\(inviting.home)/\(ids[0])/cancellation"
            let asked = await browser.get(cancel)
            #expect(asked.text.contains("stops working at once"))
            #expect(try await browser.submit(asked, cancel).status == 303)
            #expect(try await browser.submit(asked, cancel).status == 409)
            #expect(try await inviting.states() == ["cancelled", "pending"])
            let list = await browser.get(inviting.home)
            #expect(list.text.contains("\(inviting.home)/new?email=a%40one.example"))
            let resend = "\(inviting.home)/\(ids[1])/resend"
            #expect(list.form("\(inviting.home)/\(ids[0])/resend") == nil)
            let answer = try await inviting.confirmed(try await browser.submit(list, resend), by: browser)
            #expect(answer.status == 303)
            #expect(try await world.mails(to: "b@one.example").contains { $0.subject.hasPrefix("Reminder") })
            let pending = await browser.get("\(inviting.home)?state=pending")
            #expect(pending.text.contains("b@one.example"))
            #expect(!pending.text.contains("a@one.example"))
            world.clock.advance(.days(14))
            let later = try await world.browser(for: inviting.marie)
            #expect(await later.get("\(inviting.home)?state=expired").text.contains("b@one.example"))
            #expect(await later.get("\(inviting.home)?state=pending").text.contains("No invitation is in this state"))
        }
    }
}
