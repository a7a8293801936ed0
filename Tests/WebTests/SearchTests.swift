import Access
import Foundation
import Kernel
import Testing

@testable import Web

@Suite struct SearchTests {
    private let representative = ["cookie": "kontor-session=\(SmallHouse.representative)"]
    private let collaborator = ["cookie": "kontor-session=\(SmallHouse.collaborator)"]

    private static func query(_ text: String) throws -> SearchQuery {
        SearchQuery(
            text, standing: SmallHouse.summary(12, "One").standing,
            words: try Wording(folders: [CommonPages.words]).words(.english), limit: 6)
    }

    @Test(arguments: [
        ("müll", "Zoë Müller", true), ("MULLER zoe", "Zoë Müller", true), ("zoe m", "Zoë Müller", true),
        ("rechnungen", "Rechnung", false), ("  settings ", "Settings", true), ("", "Settings", false),
        ("étape", "Etape 1", true), ("a b", "Bank account", true), ("a z", "Bank account", false),
    ])
    func `Every word that is typed has to be in a title, whatever its case and accents`(
        text: String, title: String, isFound: Bool
    ) throws {
        #expect(try Self.query(text).matches(title) == isFound)
    }

    @Test func `What is typed is trimmed and cut`() throws {
        #expect(try Self.query("  a  ").text == "a")
        #expect(try Self.query(String(repeating: "x", count: 500)).text.count == SearchQuery.lengthMax)
    }

    /// A room with many things, found by whoever may see products.
    private func opening(_ asked: SmallHouse.Diary) -> (Doors) -> Void {
        { doors in
            SearchPages.open(doors)
            doors.search(
                SearchSource(
                    id: "things",
                    all: { Link("/organizations/\($0.organization)/things").query([("search", $0.text)]) },
                    find: { query, _ in
                        asked.write(query.text)
                        guard query.standing.has(SeeProducts.self) else { return [] }
                        return (1...50).prefix(query.limit).map {
                            SearchHit(
                                kind: .products, title: "<Thing> \($0)", detail: "Box", icon: "box",
                                link: "/organizations/\(query.organization)/things/\($0)")
                        }
                    }))
            doors.action(
                SearchAction(
                    icon: "plus", title: { _ in "Buy a thing" }, link: { "/organizations/\($0)/buy" },
                    isShown: { $0.has(OrderProducts.self) }))
            doors.navigate(
                NavigationItem(
                    id: "things", section: .web, icon: "box", title: { _ in "Things" },
                    link: { "/organizations/\($0)/things" }))
        }
    }

    @Test func `Hits come by their kinds, with how many there are and the way to all of them`() async throws {
        let asked = SmallHouse.Diary()
        try await SmallHouse.run(opening: opening(asked)) { house in
            let text = await house.send(
                "GET", "/organizations/12/search", query: ["q": [" thing "]], headers: representative
            ).text
            #expect(asked.all == ["thing"])
            #expect(text.matches(of: /&lt;Thing&gt; \d+/).count == SearchPages.shownMax)
            #expect(text.contains("<small>\(SearchPages.shownMax)+</small>"))
            #expect(text.contains("/organizations/12/things?search=thing"))
            let kinds = text.matches(of: /id="found-([a-z]+)"/).map { String($0.1) }
            #expect(kinds == ["products", "settings", "actions"])
            #expect(text.contains("href=\"/organizations/12/buy\""))
            #expect(text.contains("value=\"thing\""))
            #expect(text.contains("More than 22 results"))
        }
    }

    @Test func `Nobody finds what they may not see or do`() async throws {
        try await SmallHouse.run(opening: opening(.init())) { house in
            let text = await house.send(
                "GET", "/organizations/12/search", query: ["q": ["thing"]], headers: collaborator
            ).text
            #expect(!text.contains("&lt;Thing&gt;"))
            #expect(!text.contains("/organizations/12/buy"))
            #expect(text.contains("href=\"/organizations/12/things\""))
            #expect(await house.send("GET", "/organizations/13/search", headers: representative).status == 404)
        }
    }

    @Test func `Without a text nothing is asked; without a hit it is said`() async throws {
        let asked = SmallHouse.Diary()
        try await SmallHouse.run(opening: opening(asked)) { house in
            let empty = await house.send(
                "GET", "/organizations/12/search", query: ["q": ["  "]], headers: representative
            ).text
            #expect(asked.all.isEmpty)
            #expect(empty.contains("Type a part of a name or number."))
            let none = await house.send(
                "GET", "/organizations/12/search", query: ["q": ["<b>"]], headers: collaborator
            ).text
            #expect(none.contains("Nothing was found for “&lt;b&gt;”."))
        }
    }

    @Test func `The palette gets the list alone, and less of it`() async throws {
        try await SmallHouse.run(opening: opening(.init())) { house in
            let answer = await house.send(
                "GET", "/organizations/12/search", query: ["q": ["thing"]],
                headers: representative.merging(["x-fragment": "search"]) { $1 })
            #expect(answer.status == 200)
            #expect(!answer.text.contains("<html"))
            #expect(answer.text.matches(of: /&lt;Thing&gt; \d+/).count == SearchPages.shownInPaletteMax)
            #expect(answer.text.contains("id=\"palette-products\""))
        }
    }

    // MARK: The tour

    @Test func `A subject of the tour has three steps at most, and they stand together`() {
        var subjects: [String] = []
        for step in Tour.steps where subjects.last != step.subject { subjects.append(step.subject) }
        #expect(Set(subjects).count == subjects.count)
        for subject in subjects {
            #expect(Tour.steps.count { $0.subject == subject } <= Tour.stepsOfSubjectMax)
        }
    }

    @Test(arguments: Tour.steps.indices)
    func `Each step of the tour is a page with its picture, the way on and the way back`(index: Int) async throws {
        try await SmallHouse.run(opening: TourPages.open) { house in
            let text = await house.send(
                "GET", "/tour", query: ["step": [String(index + 1)]], headers: representative
            ).text
            #expect(text.contains("Step \(index + 1) of \(Tour.steps.count)"))
            #expect(text.matches(of: /<g class="on">/).count == 1)
            #expect(text.contains("/tour?step=\(index)\"") == (index > 0))
            #expect(text.contains("/tour?step=\(index + 2)\"") == (index < Tour.steps.count - 1))
        }
    }

    @Test(arguments: ["0", "-3", "99", "x", ""])
    func `A step that there is not is the nearest one`(step: String) async throws {
        try await SmallHouse.run(opening: TourPages.open) { house in
            let answer = await house.send("GET", "/tour", query: ["step": [step]], headers: representative)
            #expect(answer.status == 200)
            #expect(answer.text.contains("Step \(step == "99" ? Tour.steps.count : 1) of \(Tour.steps.count)"))
        }
    }

    @Test func `The script gets every step with the thing that it points at`() async throws {
        try await SmallHouse.run(opening: TourPages.open) { house in
            let answer = await house.send(
                "GET", "/tour", headers: representative.merging(["x-fragment": "tour"]) { $1 })
            #expect(answer.text.matches(of: /data-target="[^"]+"/).count == Tour.steps.count)
            #expect(!answer.text.contains("<html"))
            #expect(await house.send("GET", "/tour").status == 303)
        }
    }
}
