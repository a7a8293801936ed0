import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Topping up")
struct TopUpTests {
    private struct Person {
        let world: TestWorld
        let browser: TestBrowser
        let path: String

        /// As somebody does who opened the page, or came to it with the browser's Back: the form has a key of its own.
        func pay(_ amount: String, by method: String = "card", _ more: [String: String] = [:]) async throws -> Screen {
            try await send(await browser.get(path), amount, by: method, more)
        }

        func send(
            _ page: Screen, _ amount: String, by method: String = "card", _ more: [String: String] = [:]
        ) async throws -> Screen {
            let card = ["card_number": "4242424242424242", "card_expiry": "12/30", "card_cvc": "123"]
            return try await browser.submit(
                page, path, ["amount": amount, "method": method].merging(card) { $1 }.merging(more) { $1 })
        }

        func charges() async throws -> [String] {
            try await world.values("SELECT CAST(amount AS TEXT) || ' ' || state AS value FROM payment ORDER BY id")
        }
    }

    private static func with(_ kind: DatabaseKind, _ body: (TestWorld, Person) async throws -> Void) async throws {
        try await OrderTests.with(kind) { world, marie in
            let path = "/organizations/\(marie.organization)/billing/prepaid/top-up"
            try await body(world, Person(world: world, browser: try await world.browser(for: marie), path: path))
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test(
        "Back and Pay once more is a question first, and a second charge only after a yes",
        arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, person: Person) async throws in
            #expect(try await person.pay("50").status == 303)
            let asked = try await person.pay("50.00")
            #expect(asked.status == 409 && asked.text.contains("id=\"once_more\""))
            #expect(asked.text.contains("CHF\u{a0}50.00 on 20 November 2026, 09:14"))
            #expect(try await person.charges() == ["5000 posted"])
            // Sent as it came back, the question is still open; what is no answer to it is none.
            #expect(try await person.send(asked, "50").status == 409)
            #expect(try await person.send(asked, "50", ["once_more": "yes"]).status == 409)
            #expect(try await person.charges() == ["5000 posted"])
            let yes = try #require(asked.text.firstMatch(of: #/name="once_more" value="(\d+)"/#).map { String($0.1) })
            // A card that cannot be keeps the answer.
            let wrong = try await person.send(asked, "50", ["once_more": yes, "card_number": "4242424242424241"])
            #expect(wrong.status == 422 && wrong.text.contains("value=\"\(yes)\" checked"))
            #expect(try await person.send(wrong, "50", ["once_more": yes]).status == 303)
            #expect(try await person.charges() == ["5000 posted", "5000 posted"])
            // The yes was to the first; this would be the third.
            #expect(try await person.pay("50", ["once_more": yes]).status == 409)
            #expect(try await person.charges().count == 2)
        }
    }

    @Test(
        "Another amount, a form sent twice, and the same a while later are no question",
        arguments: DatabaseKind.allCases)
    func otherwise(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, person: Person) async throws in
            let page = await person.browser.get(person.path)
            for _ in 1...2 { #expect(try await person.send(page, "50").status == 303) }
            #expect(try await person.charges() == ["5000 posted"])
            #expect(try await person.pay("50.05").status == 303)
            world.clock.advance(.seconds(599))
            #expect(try await person.pay("50").status == 409)
            world.clock.advance(.seconds(1))
            #expect(try await person.pay("50").status == 303)
            #expect(try await person.charges() == ["5000 posted", "5005 posted", "5000 posted"])
        }
    }

    @Test("A card that was declined is no top-up, one that waits for its bank is", arguments: DatabaseKind.allCases)
    func undecided(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, person: Person) async throws in
            let declined = ["card_number": "4000000000000002"]
            for _ in 1...2 { #expect(try await person.pay("50", declined).status == 422) }
            let waiting = try await person.pay("50", ["card_number": "4000002500003155"])
            #expect(waiting.status == 303 && waiting.location?.hasPrefix("/sandbox/3ds/") == true)
            let asked = try await person.pay("50")
            #expect(asked.status == 409 && asked.text.contains("is still waiting to be confirmed"))
            #expect(try await person.charges() == ["5000 failed", "5000 failed", "5000 pending"])
        }
    }

    @Test("Two forms sent at once charge once", arguments: DatabaseKind.allCases)
    func atOnce(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, person: Person) async throws in
            var pages: [Screen] = []
            for _ in 1...8 { pages.append(await person.browser.get(person.path)) }
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for page in pages { group.addTask { try await person.send(page, "50").status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(answers.sorted() == [303] + Array(repeating: 409, count: 7))
            #expect(try await person.charges() == ["5000 posted"])
        }
    }
}
