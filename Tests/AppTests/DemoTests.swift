import App
import Demo
import Storage
import TestSupport
import Testing

@Suite("The demo world")
struct DemoTests {
    @Test("It is made once, everybody in it can sign in, and its books are right", arguments: DatabaseKind.allCases)
    func whole(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let greeting = try #require(try await world.house.demoToken())
            let events = try await world.eventNames().count
            let again = try #require(try await world.house.demoToken())
            #expect(try await world.eventNames().count == events)
            #expect(again.token == greeting.token)
            #expect(try await world.count("SELECT id FROM api_token") == 1)
            #expect(greeting.people.count == 7)
            for person in greeting.people {
                let browser = world.browser()
                let answer = try await browser.signIn(person.login, password: greeting.password)
                #expect(answer.status == 303, "\(person.login)")
                #expect(try await browser.follow(answer).status == 200, "\(person.login)")
            }
            let profile = await world.browser().get(
                "/2/profile", headers: ["authorization": "Bearer \(greeting.token)"])
            #expect(profile.text.contains("marie.rossier@atelier.example"))
            #expect(try await world.count("SELECT id FROM product WHERE state = 'active'") >= 9)
            #expect(try await world.count("SELECT id FROM product_order WHERE state = 'awaiting_payment'") == 2)
            let states = try await world.values("SELECT DISTINCT state AS value FROM document_state ORDER BY state")
            #expect(states == ["credited", "open", "paid", "partially_paid", "refunded"])
            #expect(try await world.count("SELECT id FROM transfer_reference") == 1)
            #expect(try await world.count("SELECT id FROM payment_profile WHERE state = 'active'") == 1)
            #expect(try await world.count("SELECT id FROM refund WHERE state = 'posted'") == 1)
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test(
        "Everybody in the atelier reaches what their role, grants and teams give them", arguments: DatabaseKind.allCases
    )
    func rights(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let greeting = try #require(try await world.house.demoToken())
            let atelier = try #require(
                try await world.values(
                    "SELECT CAST(id AS TEXT) AS value FROM organization WHERE name = 'Atelier Rossier Sàrl'"
                ).first)
            let path = "/organizations/\(atelier)/products"
            func products(of name: String) async throws -> Screen {
                let browser = world.browser()
                let login = try #require(greeting.people.first { $0.login.hasPrefix(name) }).login
                #expect(try await browser.signIn(login, password: greeting.password).status == 303)
                return await browser.get(path)
            }
            func rows(_ screen: Screen) -> Int { screen.text.matches(of: /<th scope="row">/).count }
            #expect(rows(try await products(of: "marie")) >= 9)
            #expect(rows(try await products(of: "jean")) >= 9)
            #expect(rows(try await products(of: "luca")) == 2)
            #expect(rows(try await products(of: "nina")) == 1, "What the team of an external user has.")
            #expect(try await products(of: "lea").status == 403)
            #expect(rows(try await products(of: "paul")) == 2, "What the atelier gave its partner.")
            #expect(try await products(of: "staff").status == 404)
        }
    }

    @Test("Where somebody lives already it is not made")
    func strangers() async throws {
        try await TestWorld.with(.sqlite) { world in
            _ = try await world.founder("somebody@else.example")
            let greeting = try await world.house.demoToken()
            #expect(greeting == nil)
            #expect(try await world.count("SELECT id FROM person") == 1)
        }
    }
}
