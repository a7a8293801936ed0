import Kernel
import Storage
import Web

extension News {
    /// The newest as an Atom feed (RFC 4287), of one topic or of all, in the language that the reader's program asks for.
    func openFeed(_ doors: Doors) {
        doors.public.get("/news/feed.xml") { visit in
            let topic = try chosenTopic(visit)
            let list = try await database.read { try NewsItem.published(of: topic?.id, Paging(), in: $0) }
            return .bytes(feed(visit, topic, list.items).bytes, contentType: "application/atom+xml; charset=utf-8")
        }
    }

    /// `HTML` escapes what XML has to escape; no text of ours has characters that XML cannot have.
    private func feed(_ visit: Visit, _ topic: Topic?, _ items: [NewsItem]) -> HTML {
        let words = visit.words
        let query = [(name: "topic", value: topic?.id ?? "")]
        let title = "\(settings.provider): \(topic?.name[words.language] ?? words("news.title"))"
        let entries = items.map { item -> HTML in
            let (language, text) = item.text(for: words.language)
            let address = settings.address(of: "/news/\(item.id)")
            return """
                <entry xml:lang="\(language.rawValue)">
                <id>\(address)</id>
                <title>\(text.title)</title>
                <updated>\((item.publishedAt ?? item.createdAt).description)</updated>
                <category term="\(item.topic)" label="\(topics.name(of: item.topic, words))"/>
                \(Link(web: address).map { "<link href=\"\($0)\"/>" as HTML })
                <content type="html">\(text.html.text)</content>
                </entry>

                """
        }
        let own = Link(web: settings.address(of: Link("/news/feed.xml").query(query)))
        let site = Link(web: settings.address(of: Link("/news").query(query)))
        return """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(words.language.rawValue)">
            <id>\(settings.address(of: Link("/news/feed.xml").query(query)))</id>
            <title>\(title)</title>
            <author><name>\(settings.provider)</name></author>
            <updated>\((items.first?.publishedAt ?? Instant(epochSeconds: 0)).description)</updated>
            \(own.map { "<link rel=\"self\" href=\"\($0)\"/>" as HTML })
            \(site.map { "<link rel=\"alternate\" href=\"\($0)\"/>" as HTML })
            \(entries)</feed>

            """
    }
}
