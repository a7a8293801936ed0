import Foundation
import FoundationXML
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import News

@Suite("Reading news")
struct ReadingTests {
    @Test("Search engines may read the public site, and nothing that a letter leads to")
    func crawled() async throws {
        try await TestWorld.with(.sqlite) { world in
            let lines = await world.browser().get("/robots.txt").text.split(separator: "\n")
            let rules = lines.dropFirst().map { line in line.split(separator: ": ").map(String.init) }
            func isAllowed(_ path: String) -> Bool {
                let matching = rules.filter { rule in
                    rule[1].hasSuffix("$") ? path == rule[1].dropLast() : path.hasPrefix(rule[1])
                }
                return matching.max { $0[1].utf8.count < $1[1].utf8.count }?[0] != "Disallow"
            }
            #expect(lines.first == "User-agent: *")
            for path in ["/", "/news", "/news?topic=products", "/news/4", "/news/feed.xml", "/order", "/assets/a.css"] {
                #expect(isAllowed(path), "\(path)")
            }
            for path in [
                "/news/subscribe", "/news/subscribe/sent", "/news/requests/1-A", "/news/subscriptions/1-A",
                "/news/unsubscribe/1-A/products", "/sign-in", "/sign-up/1-A", "/invitations/1-A", "/order/drive",
                "/organizations/1", "/staff/news", "/client-requests/1-A", "/profile", "/status", "/metrics",
            ] {
                #expect(!isAllowed(path), "\(path)")
            }
        }
    }

    @Test("Newest first, by topic, in pages of twenty", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let browser = world.browser()
            #expect(await browser.get("/news").text.contains("There is no news here yet."))
            for number in 1...21 {
                world.clock.advance(.minutes(1))
                try await world.publish("News \(number)", topic: number == 7 ? "company" : "products")
            }
            func titles(_ path: String) async -> [String] {
                await browser.get(path).text.matches(of: #/<h2><a href="/news/\d+">News (\d+) \(/#).map { String($0.1) }
            }
            #expect(await titles("/news") == (2...21).reversed().map(String.init))
            #expect(await titles("/news?page=2") == ["1"])
            #expect(await titles("/news?topic=company") == ["7"])
            #expect(await titles("/news?topic=products").count == 20)
            #expect(await titles("/news?topic=maintenance") == [])
            #expect(await browser.get("/news?topic=nonsense").status == 404)
        }
    }

    @Test("What is written in another language says so, and is marked as such", arguments: DatabaseKind.allCases)
    func languages(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let both = try await world.publish(in: [.french, .english])
            let german = try await world.publish(in: [.german, .italian])
            let french = await world.browser(language: "fr").get("/news/\(both)")
            #expect(french.text.contains("<article class=\"stack gap-above\" lang=\"fr\">"))
            #expect(!french.text.contains("n’existe pas dans votre langue"))
            let spanish = await world.browser(language: "es").get("/news/\(both)")
            #expect(spanish.text.contains("A new roof (en)"))
            #expect(spanish.text.contains("Aquí la tiene en English."))
            let english = await world.browser().get("/news/\(german)")
            #expect(english.text.contains("lang=\"de\""))
            #expect(english.text.contains("Here it is in Deutsch."))
        }
    }

    @Test(
        "Drafts are not there, what was withdrawn says so, and neither is in a list or the feed",
        arguments: DatabaseKind.allCases)
    func states(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let now = world.clock.now
            let draft = try await world.database.write { connection in
                try NewsDraft(topic: "products", texts: [.english: ("Secret", "Text")]).insert(
                    by: .system, at: now, in: connection)
            }
            let withdrawn = try await world.publish("Wrong")
            try await world.database.write { try NewsItem.end(withdrawn, by: .system, at: now, in: $0) }
            let browser = world.browser()
            #expect(await browser.get("/news/\(draft)").status == 404)
            #expect(await browser.get("/news/999").status == 404)
            #expect(await browser.get("/news/\(withdrawn)").status == 410)
            for path in ["/news", "/news/feed.xml"] {
                let page = await browser.get(path)
                #expect(!page.text.contains("Secret") && !page.text.contains("Wrong"), "\(path)")
            }
        }
    }

    @Test("Text is text, whatever somebody wrote into it")
    func escaping() async throws {
        try await TestWorld.with(.sqlite) { world in
            let id = try await world.publish("<b>Roof</b> & more", "<script>alert(1)</script>\n\nA\nB")
            for path in ["/news", "/news/\(id)"] {
                let page = await world.browser().get(path)
                #expect(!page.text.contains("<b>Roof") && !page.text.contains("<script>alert"), "\(path)")
                #expect(page.text.contains("&lt;b&gt;Roof&lt;/b&gt; &amp; more"), "\(path)")
            }
            #expect(await world.browser().get("/news/\(id)").text.contains("<p>A<br>B (en)</p>"))
        }
    }

    @Test("The feed is Atom, well-formed, with what each entry has to have")
    func feed() async throws {
        try await TestWorld.with(.sqlite) { world in
            let id = try await world.publish("Roof & <roof>", "One & two.\n\nhttps://example.com/")
            try await world.publish("Other", topic: "company")
            let feed = await world.browser().get("/news/feed.xml?topic=products")
            #expect(feed.header("content-type") == "application/atom+xml; charset=utf-8")
            let document = FeedReader(feed.bytes)
            #expect(document.isWellFormed)
            #expect(document.texts["feed/entry/id"] == ["http://127.0.0.1:8080/news/\(id)"])
            #expect(document.texts["feed/entry/title"] == ["Roof & <roof> (en)"])
            #expect(document.texts["feed/entry/updated"]?.first?.hasPrefix("2026-11-20T08:14:00") == true)
            #expect(document.texts["feed/entry/content"]?.first?.hasPrefix("<p>One &amp; two.</p>") == true)
            #expect(document.texts["feed/updated"]?.count == 1)
            #expect(FeedReader(await world.browser().get("/news/feed.xml").bytes).texts["feed/entry/id"]?.count == 2)
        }
    }
}

/// Reads what an Atom reader would, by Foundation's own parser.
private final class FeedReader {
    private(set) var texts: [String: [String]] = [:]
    let isWellFormed: Bool

    init(_ bytes: [UInt8]) {
        let collector = Collector()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = collector
        isWellFormed = parser.parse()
        texts = collector.texts
    }

    private final class Collector: NSObject, XMLParserDelegate {
        var texts: [String: [String]] = [:]
        private var path: [String] = []
        private var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            path.append(name)
            text = ""
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            texts[path.joined(separator: "/"), default: []].append(text)
            text = ""
            path.removeLast()
        }
    }
}
