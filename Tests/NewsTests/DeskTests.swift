import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import News

@Suite("News at the desk")
struct DeskTests {
    private static let text = [
        "topic": "products", "title_en": "Roof", "body_en": "Green.\r\n\r\nhttps://example.com/",
    ]

    private func staff(_ world: TestWorld) async throws -> TestBrowser {
        let sam = try await world.founder("sam@kontor.example", organization: "Provider", isStaff: true)
        return try await world.browser(for: sam)
    }

    /// - Returns: the page of a new draft.
    private func draft(_ browser: TestBrowser, _ fields: [String: String] = text) async throws -> Screen {
        let saved = try await browser.submit(await browser.get("/staff/news/new"), "/staff/news/new", fields)
        return try await browser.follow(saved)
    }

    @Test("A draft is written, looked at, changed, and published once", arguments: DatabaseKind.allCases)
    func story(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            try await world.subscribe("lea@neu.example")
            world.clock.advance(.seconds(1))
            let browser = try await staff(world)
            #expect(await browser.get("/staff").text.contains("href=\"/staff/news\""))
            #expect(await browser.get("/staff/news").text.contains("Nothing has been written yet."))
            let page = try await draft(browser)
            #expect(page.text.contains("One subscriber gets a letter when you publish."))
            #expect(page.text.contains("Not written: Français, Deutsch, Italiano, Español."))
            #expect(page.text.contains("<p>Green.</p><p><a href=\"https://example.com/\">"))
            #expect(try await world.mails(to: "lea@neu.example").isEmpty)
            let edit = await browser.get("\(page.path)/edit")
            #expect(edit.text.contains("Green.\n\nhttps://example.com/</textarea>"))
            let changed = try await browser.submit(edit, "\(page.path)/edit", ["title_en": "A green roof"])
            _ = try await browser.follow(changed)
            // Letters go out, so that it is asked again, with what will happen.
            let publication = "\(page.path)/publication"
            let question = await browser.get(publication)
            #expect(question.text.contains("One subscriber gets a letter when you publish."))
            #expect(question.text.contains("cannot be called back"))
            #expect(try await world.eventNames().count { $0 == "NewsPublished" } == 0)
            // A double click, and a reload of it.
            let answers = try await [1, 2, 3].asyncMap { _ in try await browser.submit(question, publication) }
            #expect(answers.map(\.status) == [303, 303, 303])
            #expect(try await browser.follow(answers[2]).text.contains("Nothing is sent a second time."))
            #expect(try await world.subjects(to: "lea@neu.example") == ["A green roof"])
            #expect(try await world.eventNames().count { $0 == "NewsPublished" } == 1)
            let published = await browser.get(page.path)
            #expect(published.text.contains("One letter was handed out."))
            #expect(!published.text.contains("href=\"\(publication)\""))
            // What was open, or kept, leads to what became of it.
            for late in ["edit", "publication"] {
                let answer = await browser.get("\(page.path)/\(late)")
                #expect(answer.status == 303 && answer.location == page.path, "\(late)")
            }
            #expect(try await browser.submit(edit, "\(page.path)/edit").location == page.path)
            #expect(await browser.get("/staff/news/999/edit").status == 404)
            #expect(await browser.get("/staff/news").text.contains("A green roof"))
        }
    }

    @Test(
        "What somebody else changed meanwhile is neither overwritten nor published unseen",
        arguments: DatabaseKind.allCases)
    func stale(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = try await staff(world)
            let page = try await draft(browser)
            let publication = "\(page.path)/publication"
            let question = await browser.get(publication)
            let path = "\(page.path)/edit"
            let edit = await browser.get(path)
            #expect(try await browser.submit(edit, path, ["title_en": "First"]).status == 303)
            let late = try await browser.submit(edit, path, ["title_en": "Second"])
            #expect(late.status == 409)
            #expect(late.form(path)?.fields["title_en"] == "Second")
            #expect(try await browser.submit(question, publication).status == 409)
            #expect(try await world.values("SELECT state AS value FROM news_item") == ["draft"])
            #expect(try await world.values("SELECT title AS value FROM news_text") == ["First"])
        }
    }

    @Test(
        "What cannot be is said at its field, and nothing typed is lost",
        arguments: [
            ([:], "title_en"), (["title_de": "Dach"], "body_de"), (["body_fr": "Vert"], "title_fr"),
            (["title_en": String(repeating: "a", count: 121), "body_en": "b"], "title_en"),
            (["title_en": "a", "body_en": String(repeating: "b", count: 10_001)], "body_en"),
            (["title_en": "a", "body_en": "b\u{7}"], "body_en"),
            (["title_en": "a", "body_en": "b", "topic": "nonsense"], "topic"),
        ] as [([String: String], String)])
    func invalid(_ typed: [String: String], _ field: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = try await staff(world)
            let page = await browser.get("/staff/news/new")
            let answer = try await browser.submit(page, "/staff/news/new", typed)
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#\(field)\""))
            for (name, value) in typed where name.hasPrefix("title") {
                #expect(answer.form("/staff/news/new")?.fields[name] == value)
            }
            #expect(try await world.count("SELECT id FROM news_item") == 0)
        }
    }

    @Test(
        "A draft is discarded for good; what is published is withdrawn with the letters that wait",
        arguments: DatabaseKind.allCases)
    func ending(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            for number in 1...3 { try await world.subscribe("reader\(number)@neu.example") }
            world.clock.advance(.seconds(1))
            let browser = try await staff(world)
            let unwanted = try await draft(browser).path
            #expect(try await browser.submit(await browser.get("\(unwanted)/end"), "\(unwanted)/end").status == 303)
            #expect(await browser.get(unwanted).status == 404)
            #expect(try await world.count("SELECT item_id FROM news_text") == 0)
            let page = try await draft(browser)
            let publication = "\(page.path)/publication"
            let question = await browser.get(publication)
            #expect(try await browser.submit(question, publication).status == 303)
            let now = world.clock.now
            _ = try await world.database.write { try world.news.handOutPortion(2, at: now, in: $0) }
            #expect(await browser.get(page.path).text.contains("on their way out: 2 so far"))
            for _ in 1...2 {
                #expect(
                    try await browser.submit(await browser.get("\(page.path)/end"), "\(page.path)/end").status == 303)
            }
            for number in 1...3 { #expect(try await world.mails(to: "reader\(number)@neu.example").isEmpty) }
            #expect(try await world.eventNames().count { $0 == "NewsWithdrawn" } == 1)
            // Publishing from a page that was open is too late.
            let late = try await browser.submit(question, publication)
            #expect(late.location == page.path)
        }
    }

    @Test("Nobody else finds the desk")
    func others() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            for path in ["/staff/news", "/staff/news/new"] { #expect(await browser.get(path).status == 404) }
        }
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
