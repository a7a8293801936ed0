import Kernel
import Organizations
import Storage
import TestSupport
import Testing
import Web

/// What a partner sees of those it asked (PART-7).
@Suite("Whom a partner asked")
struct AskedClientTests {
    private static func agency(_ world: TestWorld) async throws -> TestPerson {
        let agency = try await world.founder(
            "paul.keller@agence.example", first: "Paul", last: "Keller", organization: "Agence Keller")
        try await world.admit(agency)
        return agency
    }

    @Test("Who was asked is listed in pages, with the client that came of it", arguments: DatabaseKind.allCases)
    func listed(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await Self.agency(world)
            let marie = try await world.founder()
            try await world.letIn(agency, by: marie, .full)
            for number in 1...Paging.sizeDefault {
                _ = try await world.clientRequest(by: agency, to: "c\(number)@atelier.example")
            }
            let clients = "/organizations/\(agency.organization)/clients"
            let browser = try await world.browser(for: agency)
            let first = await browser.get(clients).text
            #expect(first.contains("c1@atelier.example") && !first.contains(marie.login))
            #expect(first.contains("href=\"\(clients)?asked=2\""))
            let second = await browser.get("\(clients)?asked=2").text
            #expect(second.contains(marie.login) && !second.contains("c1@atelier.example"))
            let link = "<small><a href=\"\(clients)/\(marie.organization)\">Atelier Rossier</a></small>"
            #expect(second.contains(link))
            // What is over is not named any more.
            let page = await browser.get("\(clients)/\(marie.organization)/end")
            #expect(
                try await browser.submit(
                    page, page.path, ["confirmation_name": "Atelier Rossier", "confirm_password": TestWorld.password]
                ).status == 303)
            #expect(!(await browser.get("\(clients)?asked=2").text.contains(link)))
        }
    }

    @Test("Certain products are named, and a client is asked again only on purpose", arguments: DatabaseKind.allCases)
    func onPurpose(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let agency = try await Self.agency(world)
            let marie = try await world.founder()
            let path = "/organizations/\(agency.organization)/clients/new"
            let browser = try await world.browser(for: agency)
            func sent(_ fields: [String: String]) async throws -> Screen {
                try await browser.submit(
                    await browser.get(path), path, ["email": marie.login, "access": "full"].merging(fields) { $1 })
            }
            let unnamed = try await sent(["access": "products", "note": " "])
            #expect(unnamed.status == 422 && unnamed.text.contains("id=\"note-error\""))
            try await world.letIn(agency, by: marie, .full)
            let again = try await sent([:])
            #expect(again.status == 422)
            #expect(again.text.contains("Atelier Rossier is your client already"))
            #expect(try await world.count("SELECT id FROM client_request") == 1)
            let answer = try await browser.submit(again, path, ["other": "yes"])
            #expect(answer.status == 303)
            #expect(try await world.count("SELECT id FROM client_request") == 2)
            let plain = await browser.get(path).text
            #expect(!plain.contains("name=\"other\""))
        }
    }
}
