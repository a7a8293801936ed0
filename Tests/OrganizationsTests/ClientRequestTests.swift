import Access
import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

/// Asking for a client, and the client's answer.
@Suite("Requests of partners")
struct ClientRequestTests {
    private func agency(_ world: TestWorld) async throws -> TestPerson {
        let agency = try await world.founder(
            "paul.keller@agence.example", first: "Paul", last: "Keller", organization: "Agence Keller")
        try await world.admit(agency)
        return agency
    }

    @Test(
        "A legal representative asks, the client grants what it chooses, the partner is told",
        arguments: DatabaseKind.allCases)
    func journey(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let marie = try await world.founder()
            try await world.settle(marie)
            try await world.order(name: "given.example", by: marie, key: "order-of-the-given-001")
            let product = try #require(try await world.values("SELECT CAST(id AS TEXT) AS value FROM product").first)
            let paul = try await world.browser(for: agency)
            let clients = "/organizations/\(agency.organization)/clients"
            let form = await paul.get("\(clients)/new")
            let asked = try await paul.submit(
                form, "\(clients)/new",
                ["email": marie.login, "access": "full", "note": "Your website, <b>all</b> of it"])
            #expect(asked.location == clients)
            // The second click of a double click.
            _ = try await paul.submit(
                form, "\(clients)/new",
                ["email": marie.login, "access": "full", "note": "Your website, <b>all</b> of it"])
            #expect(try await world.count("SELECT id FROM client_request") == 1)
            let mails = try await world.mails(to: marie.login)
            let mail = try #require(mails.first { $0.subject == "Agence Keller asks to act for you" })
            #expect(mails.count { $0.subject == mail.subject } == 1)
            #expect(!mail.html.contains("<b>all</b>"))
            let link = try #require(mail.path)
            let stranger = await world.browser().get(link)
            #expect(stranger.status == 200 && stranger.text.contains("/sign-up?next="))
            let browser = try await world.browser(for: marie)
            let page = await browser.get(link)
            let answer =
                "/organizations/\(marie.organization)/partner-requests/\(link.split(separator: "/").last ?? "")"
            #expect(page.text.contains(answer))
            let question = await browser.get(answer)
            #expect(question.text.contains("Full access, with billing"))
            let nothing = try await browser.submit(question, answer, ["access": "products"])
            #expect(nothing.status == 422)
            // Fewer than asked.
            let granted = try await browser.submit(question, answer, ["access": "products", "products": product])
            #expect(granted.location == "/organizations/\(marie.organization)/partners")
            let again = try await browser.submit(question, answer, ["access": "products", "products": product])
            #expect(again.status == 303, "Twice is once.")
            #expect(try await world.count("SELECT id FROM partnership") == 1)
            #expect(await browser.get(granted.location ?? "").text.contains("Agence Keller"))
            let change = await browser.get("\(granted.location ?? "")/\(agency.organization)")
            #expect(change.text.contains("name=\"products\" value=\"\(product)\" checked"))
            #expect(
                try await world.mails(to: agency.login).contains { $0.subject == "Atelier Rossier is your client now" })
            #expect(await paul.get("/organizations/\(marie.organization)/products/\(product)").status == 200)
            #expect(await paul.get(clients).text.contains("Atelier Rossier"))
            #expect(await world.browser().get(link).text.contains("answered with yes"))
        }
    }

    @Test("Only a legal representative of a partner asks, and says why to others", arguments: DatabaseKind.allCases)
    func whoAsks(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let jean = try await world.founder("jean@agence.example", organization: "Own")
            try await world.join(agency.organization, jean, as: .administrator)
            let clients = "/organizations/\(agency.organization)/clients"
            let browser = try await world.browser(for: jean)
            let list = await browser.get(clients)
            #expect(list.text.contains("Only a legal representative can do this."))
            #expect(
                list.text.contains("right=partnerships%3Amanage") || list.text.contains("right=partnerships:manage"))
            #expect(await browser.post("\(clients)/new", ["email": "a@b.example", "access": "full"]).status == 403)
            // An organisation outside of the programme has no clients at all.
            let other = try await world.founder()
            let marie = try await world.browser(for: other)
            let own = "/organizations/\(other.organization)/clients"
            #expect(await marie.get(own).status == 404)
            #expect(await marie.get("\(own)/new").status == 404)
            #expect(await marie.post("\(own)/new", ["email": "a@b.example", "access": "full"]).status == 404)
            #expect(try await world.count("SELECT id FROM client_request") == 0)
        }
    }

    @Test("Bad addresses, oneself, twice and too many are refused with their reason", arguments: DatabaseKind.allCases)
    func refusals(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let path = "/organizations/\(agency.organization)/clients/new"
            let browser = try await world.browser(for: agency)
            func sent(_ email: String, _ access: String = "full") async throws -> Int {
                try await browser.submit(await browser.get(path), path, ["email": email, "access": access]).status
            }
            #expect(try await sent("no address") == 422)
            #expect(try await sent(agency.login.uppercased()) == 422)
            #expect(try await sent("marie@atelier.example", "everything") == 422)
            #expect(try await sent("marie@atelier.example") == 303)
            #expect(try await sent("Marie@Atelier.example") == 422)
            for number in 1..<ClientRequest.dayMax { #expect(try await sent("c\(number)@atelier.example") == 303) }
            #expect(try await sent("last@atelier.example") == 429)
        }
    }

    @Test(
        "No is no, and links end when they are decided, taken back, sent again or too old",
        arguments: DatabaseKind.allCases)
    func ends(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            func page(_ request: ClientRequest) -> String { "/client-requests/\(request.token(world.keys).text)" }
            let first = try await world.clientRequest(by: agency, to: "one@atelier.example")
            let refusal = "\(page(first))/refusal"
            let form = await browser.get(refusal)
            #expect(try await browser.submit(form, refusal).status == 303)
            #expect(try await browser.submit(form, refusal).status == 303, "Twice is once.")
            #expect(await browser.get(refusal).text.contains("answered with no"), "There is nothing to say no to.")
            #expect(await browser.get(page(first)).text.contains("answered with no"))
            #expect(
                try await world.mails(to: agency.login).contains {
                    $0.subject == "one@atelier.example said no to your request"
                })
            let answer = "/organizations/\(marie.organization)/partner-requests/\(first.token(world.keys).text)"
            #expect(await browser.post(answer, ["access": "full"]).status == 410)

            let second = try await world.clientRequest(by: agency, to: "two@atelier.example")
            let paul = try await world.browser(for: agency)
            let list = "/organizations/\(agency.organization)/clients"
            let resent = try await paul.submit(await paul.get(list), "\(list)/requests/\(second.id)/resend")
            #expect(resent.status == 303)
            #expect(await browser.get(page(second)).status == 410, "The link before has stopped working.")
            let cancellation = "\(list)/requests/\(second.id)/cancellation"
            let question = await paul.get(cancellation)
            #expect(try await paul.submit(question, cancellation).status == 303)
            // What is decided has no button any more, here or where the page was open.
            for late in [await paul.get(cancellation), try await paul.submit(question, cancellation)] {
                #expect(late.form(cancellation) == nil)
                #expect(late.text.contains("has been decided meanwhile") && late.text.contains("href=\"\(list)\""))
            }

            let third = try await world.clientRequest(by: agency, to: "three@atelier.example")
            world.clock.advance(.days(15))
            let late = try await world.browser(for: marie)
            #expect(await late.get(page(third)).text.contains("has expired"))
            let tooLate = "/organizations/\(marie.organization)/partner-requests/\(third.token(world.keys).text)"
            let page4 = await late.get(tooLate)
            #expect(page4.status == 200)
            #expect(await late.post(tooLate, ["access": "full"]).status == 410)
            #expect(await late.get("/client-requests/\(third.id)-AAAA").status == 410)
            #expect(try await world.count("SELECT id FROM partnership") == 0)
        }
    }

    @Test("A request that nobody vouches for any more lets nobody in", arguments: DatabaseKind.allCases)
    func vouched(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let marie = try await world.founder()
            let request = try await world.clientRequest(by: agency, to: marie.login)
            let (person, organization) = (agency.id, agency.organization)
            try await world.database.write { connection in
                try connection.execute(
                    """
                    UPDATE membership SET role = 'administrator'
                    WHERE organization_id = \(organization) AND person_id = \(person)
                    """)
            }
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/client-requests/\(request.token(world.keys).text)")
            #expect(page.text.contains("does not answer for a partner any more"))
            // The partner sees that it waits for nobody.
            let list = await (try await world.browser(for: agency)).get("/organizations/\(organization)/clients").text
            #expect(list.contains("Void: send it again") && !list.contains(">Open<"))
            let answer = "/organizations/\(marie.organization)/partner-requests/\(request.token(world.keys).text)"
            #expect(await browser.post(answer, ["access": "full"]).status == 410)
            #expect(try await world.count("SELECT id FROM partnership") == 0)
        }
    }

    @Test("Only for an organisation that one answers for, with products of its own", arguments: DatabaseKind.allCases)
    func whoAnswers(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let marie = try await world.founder()
            let other = try await world.founder("other@other.example", organization: "Other")
            try await world.settle(other)
            try await world.order(name: "theirs.example", by: other, key: "order-of-another-00001")
            let product = try #require(try await world.values("SELECT CAST(id AS TEXT) AS value FROM product").first)
            let jean = try await world.founder("jean@atelier.example", organization: "Own")
            try await world.join(marie.organization, jean, as: .administrator)
            let request = try await world.clientRequest(by: agency, to: marie.login)
            let token = request.token(world.keys).text
            func answer(_ person: TestPerson, _ organization: OrganizationID, _ fields: [String: String]) async throws
                -> Int
            {
                let browser = try await world.browser(for: person)
                await browser.get("/profile")
                return await browser.post("/organizations/\(organization)/partner-requests/\(token)", fields).status
            }
            #expect(try await answer(jean, marie.organization, ["access": "full"]) == 403)
            #expect(try await answer(other, marie.organization, ["access": "full"]) == 404)
            #expect(try await answer(marie, marie.organization, ["access": "products", "products": product]) == 404)
            #expect(try await answer(agency, agency.organization, ["access": "full"]) == 409)
            #expect(try await world.count("SELECT id FROM partnership") == 0)
        }
    }

    @Test("Two answers at the same moment are one partnership", arguments: DatabaseKind.allCases)
    func parallel(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await agency(world)
            let marie = try await world.founder()
            let requests = [
                try await world.clientRequest(by: agency, to: marie.login),
                try await world.clientRequest(by: agency, to: "contact@atelier.example"),
            ]
            let (now, directory) = (world.clock.now, world.productDirectory)
            let done = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            try await world.database.write { connection in
                                try ClientRequest.accept(
                                    requests[number % 2].id, with: .full, permit: marie.standing.permit(),
                                    products: directory, actor: marie.actor, at: now, in: connection)
                            }
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(done >= 10, "The same answer again is the same.")
            #expect(try await world.count("SELECT id FROM partnership") == 1)
        }
    }
}
