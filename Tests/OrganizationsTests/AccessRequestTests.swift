import Access
import Kernel
import Organizations
import Products
import Storage
import TestSupport
import Testing

@Suite("Asking for a right")
struct AccessRequestTests {
    private struct Place {
        let marie, jean, lea: TestPerson
        let product: ProductID
        var home: String { "/organizations/\(marie.organization)" }
    }

    private func place(_ world: TestWorld) async throws -> Place {
        let marie = try await world.founder()
        let jean = try await world.founder(
            "jean@atelier.example", first: "Jean", last: "Favre", organization: "Own", language: .french)
        let lea = try await world.founder("lea@atelier.example", first: "Léa", last: "Morand", organization: "Own")
        try await world.join(marie.organization, jean, as: .administrator)
        try await world.join(marie.organization, lea, as: .collaborator)
        try await world.settle(marie)
        try await world.order(by: marie)
        let directory = world.products.directory
        let product = try await world.database.read { try directory.list(marie.organization, $0).first?.id }
        return Place(marie: marie, jean: jean, lea: lea, product: try #require(product))
    }

    private let proof = ["confirm_password": TestWorld.password]

    private func ask(
        _ browser: TestBrowser, _ place: Place, _ right: String, product: ProductID? = nil, note: String = ""
    ) async throws -> Screen {
        let path = "\(place.home)/access-requests/new"
        let page = await browser.get("\(path)?right=\(right)&product=\(product?.description ?? "")")
        return try await browser.submit(page, path, ["note": note])
    }

    private func request(_ world: TestWorld) async throws -> String {
        try #require(
            try await world.values("SELECT CAST(id AS TEXT) AS value FROM access_request ORDER BY id DESC").first)
    }

    @Test(
        "The question goes to all who can grant it, each in their language, once a day",
        arguments: DatabaseKind.allCases)
    func asking(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let hers = try await world.browser(for: place.lea)
            let page = await hers.get("\(place.home)/access-requests/new?right=billing:manage")
            #expect(page.text.contains("Jean Favre"))
            #expect(page.text.contains("Marie Rossier"))
            let asked = try await ask(hers, place, "billing:manage", note: "For the closing of the year")
            #expect(asked.location == "\(place.home)/access")
            let mail = try #require(
                try await world.mails(to: place.marie.login).last { $0.subject.contains("asks for a right") })
            #expect(mail.text.contains("For the closing of the year"))
            #expect(mail.path == "\(place.home)/access-requests/\(try await request(world))")
            #expect(try await world.mails(to: place.jean.login).contains { $0.subject.contains("demande un droit") })
            // The same click twice is one question; another one today is turned away kindly.
            #expect(try await ask(hers, place, "billing:manage", note: "For the closing of the year").status == 303)
            let again = try await ask(hers, place, "billing:manage", note: "Please!")
            #expect(again.status == 409)
            #expect(again.text.contains("you can ask again tomorrow"))
            #expect(try await world.eventNames().count { $0 == "AccessRequested" } == 1)
            world.clock.advance(.days(1))
            #expect(try await ask(try await world.browser(for: place.lea), place, "billing:manage").status == 303)
            #expect(try await world.count("SELECT id FROM access_request") == 1)
            #expect(try await world.eventNames().count { $0 == "AccessRequested" } == 2)
        }
    }

    @Test(
        "What is refused says in words what is missing and who can grant it, and leads back",
        arguments: DatabaseKind.allCases)
    func refused(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let hers = try await world.browser(for: place.lea)
            let page = await hers.get("\(place.home)/members")
            #expect(page.status == 403)
            #expect(page.text.contains("You lack a right for this: “Manage members”."))
            #expect(page.text.contains("Here that is: Marie Rossier, Jean Favre."))
            #expect(page.text.contains("access-requests/new?right=members%3Amanage"))
            #expect(page.text.contains("href=\"\(place.home)\">Back to Atelier"))
            #expect(!page.text.contains("Go to the start page"))
            // Nobody is named who could not grant it.
            let details = await hers.get("\(place.home)/settings/details")
            #expect(details.status == 403)
            #expect(details.text.contains("Here that is: Marie Rossier."))
        }
    }

    @Test("What only a legal representative grants is asked of nobody else", arguments: DatabaseKind.allCases)
    func representatives(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let his = try await world.browser(for: place.jean)
            let page = await his.get("\(place.home)/access-requests/new?right=organization:manage")
            #expect(page.text.contains("<li>Marie Rossier"))
            #expect(!page.text.contains("<li>Jean Favre"))
            #expect(try await ask(his, place, "organization:manage").status == 303)
            #expect(try await world.mails(to: place.marie.login).contains { $0.subject.contains("asks for a right") })
            // An administrator reads it, and is told who decides.
            let review = await his.get("\(place.home)/access-requests/\(try await request(world))")
            #expect(review.text.contains("Seul un représentant légal peut l’accorder."))
            #expect(await his.get("\(place.home)/access-requests/new?right=nonsense").status == 404)
            let has = await his.get("\(place.home)/access-requests/new?right=members:manage")
            #expect(has.text.contains("Vous avez déjà ce droit."))
            #expect(await his.post("\(place.home)/access-requests/new", ["right": "members:manage"]).status == 409)
        }
    }

    @Test(
        "Granting gives what was asked for and no more; the second click is harmless", arguments: DatabaseKind.allCases)
    func granting(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let hers = try await world.browser(for: place.lea)
            let product = "\(place.home)/products/\(place.product)"
            #expect(await hers.get(product).status == 403)
            #expect(try await ask(hers, place, "products:see", product: place.product).status == 303)
            let browser = try await world.browser(for: place.marie)
            let path = "\(place.home)/access-requests/\(try await request(world))"
            let review = await browser.get(path)
            #expect(review.text.contains("atelier-nord.ch"))
            for _ in 0..<2 {
                let granted = try await browser.submit(review, "\(path)/grant", proof)
                #expect(granted.location == path)
            }
            #expect(await hers.get(product).status == 200)
            #expect(await hers.get("\(place.home)/billing/documents").status == 403)
            #expect(try await world.eventNames().count { $0 == "AccessGranted" } == 1)
            #expect(try await world.eventNames().count { $0 == "MemberChanged" } == 1)
            // One letter about it, not two.
            let mails = try await world.mails(to: place.lea.login).map(\.subject)
            #expect(mails.filter { $0.contains("granted a right") }.count == 1)
            #expect(!mails.contains { $0.contains("have changed") })
        }
    }

    @Test("Without a product named, whoever grants chooses", arguments: DatabaseKind.allCases)
    func choosing(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let hers = try await world.browser(for: place.lea)
            #expect(try await ask(hers, place, "products:see").status == 303)
            let browser = try await world.browser(for: place.marie)
            let path = "\(place.home)/access-requests/\(try await request(world))"
            let review = await browser.get(path)
            let none = try await browser.submit(review, "\(path)/grant", proof)
            #expect(none.status == 422)
            #expect(none.text.contains("Choose at least one product."))
            let chosen = proof.merging(["products": place.product.description]) { $1 }
            #expect(try await browser.submit(review, "\(path)/grant", chosen).status == 303)
            #expect(await hers.get("\(place.home)/products/\(place.product)").status == 200)
            #expect(await browser.get(path).text.contains("Granted by Marie Rossier"))
        }
    }

    @Test(
        "What a role gives leads to the change of the member, and that answers the request",
        arguments: DatabaseKind.allCases)
    func roles(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            #expect(try await ask(try await world.browser(for: place.lea), place, "teams:manage").status == 303)
            let browser = try await world.browser(for: place.marie)
            let path = "\(place.home)/access-requests/\(try await request(world))"
            let change = "\(place.home)/members/\(place.lea.id)/change"
            #expect(await browser.get(path).text.contains("\(change)?role=administrator"))
            #expect(await browser.post("\(path)/grant", proof).status == 409)
            let page = await browser.get("\(change)?role=administrator")
            #expect(try await browser.submit(page, change, proof.merging(["step": "save"]) { $1 }).status == 303)
            #expect(try await world.values("SELECT state AS value FROM access_request") == ["granted"])
            #expect(try await world.mails(to: place.lea.login).contains { $0.subject.contains("granted a right") })
        }
    }

    @Test("A refusal says why, and is final", arguments: DatabaseKind.allCases)
    func refusing(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            #expect(try await ask(try await world.browser(for: place.lea), place, "billing:manage").status == 303)
            let his = try await world.browser(for: place.jean)
            let path = "\(place.home)/access-requests/\(try await request(world))"
            let review = await his.get(path)
            let long = String(repeating: "a", count: AccessRequest.noteLengthMax + 1)
            #expect(try await his.submit(review, "\(path)/refuse", ["answer": long]).status == 422)
            #expect(try await his.submit(review, "\(path)/refuse", ["answer": "Jean does it"]).status == 303)
            #expect(try await his.submit(review, "\(path)/grant", proof).location == path)
            #expect(try await world.values("SELECT state AS value FROM access_request") == ["refused"])
            let mail = try #require(
                try await world.mails(to: place.lea.login).last { $0.subject.contains("was refused") })
            #expect(mail.text.contains("Jean does it"))
            #expect(try await world.browser(for: place.lea).get("\(place.home)/billing/documents").status == 403)
            // From another organisation it is not there.
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            let foreign = "/organizations/\(paul.organization)/access-requests/\(try await request(world))"
            #expect(try await world.browser(for: paul).get(foreign).status == 404)
        }
    }

    @Test("One's own page says what one can do, why, and where to ask", arguments: DatabaseKind.allCases)
    func own(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let nina = try await world.founder("nina@extern.example", organization: "Own")
            try await world.join(
                place.marie.organization, nina, as: .external, hasBillingRight: true, products: [place.product])
            let hers = try await world.browser(for: nina).get("\(place.home)/access")
            #expect(hers.text.contains("By the accounting right"))
            #expect(hers.text.contains("Given to the person"))
            #expect(hers.text.contains("\(place.home)/access-requests/new?right=members%3Amanage"))
            let page = try await world.browser(for: place.marie).get("\(place.home)/members/\(nina.id)")
            #expect(page.text.contains("By the accounting right"))
            #expect(page.text.contains("An administrator or a legal representative can grant it."))
        }
    }

    @Test("Who is blocked is reported to those who answer for their organisations", arguments: DatabaseKind.allCases)
    func blocked(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let place = try await place(world)
            let now = world.clock.now
            try await world.database.write { connection in
                try connection.announce(
                    Event("PersonBlocked", by: .system, subject: "person", place.lea.id.rawValue), at: now)
            }
            #expect(try await world.mails(to: place.marie.login).contains { $0.subject == "Léa Morand was blocked" })
            #expect(try await world.mails(to: place.jean.login).isEmpty)
        }
    }
}
