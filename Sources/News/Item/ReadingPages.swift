import Kernel
import Storage
import Web

extension News {
    /// The public site: all that was published, by topic, newest first, for everybody (NEWS-3).
    func openReading(_ doors: Doors) {
        // What letters lead to is for those who got them.
        doors.crawled(
            "/news", except: ["/news/subscribe", "/news/requests/", "/news/subscriptions/", "/news/unsubscribe/"])
        doors.public.get("/news") { visit in
            let topic = try chosenTopic(visit)
            let paging = Paging(page: visit.paging.page)
            let list = try await database.read { try NewsItem.published(of: topic?.id, paging, in: $0) }
            return .page(listPage(visit, topic, list))
        }
        doors.public.get("/news/{news}") { visit in
            let id: NewsItemID = try visit.id("news")
            let item = try await database.read { try NewsItem.find(id, in: $0) }
            guard let item, item.state != .draft else { throw Problem.notFound }
            guard item.state == .published else {
                throw Problem(.gone, code: "news_withdrawn", word: "news.withdrawn")
            }
            return .page(itemPage(visit, item))
        }
    }

    /// - Throws: 404 for a topic that there is not.
    func chosenTopic(_ visit: Visit) throws(Problem) -> Topic? {
        let id = visit.query("topic")
        if id.isEmpty { return nil }
        guard let topic = topics.topic(id) else { throw .notFound }
        return topic
    }

    private func listPage(_ visit: Visit, _ topic: Topic?, _ list: Listing<NewsItem>) -> Page {
        let words = visit.words
        func link(_ topic: String?, page: Int = 1) -> Link {
            Link("/news").query([("topic", topic ?? ""), ("page", page == 1 ? "" : String(page))])
        }
        func entry(_ title: String, _ id: String?) -> HTML {
            "<li><a href=\"\(link(id))\"\(when(id == topic?.id, " aria-current=\"page\""))>\(title)</a></li>"
        }
        let names = topics.all.map { entry($0.name[words.language], $0.id) }
        let rows = list.items.map { item -> HTML in
            let (language, text) = item.text(for: words.language)
            return """
                <li lang="\(language.rawValue)"><h2><a href="/news/\(item.id)">\(text.title)</a></h2>
                \(about(item, visit))
                <p>\(HTML(text.paragraphs.first ?? ""))</p></li>
                """
        }
        return page(
            visit, title: topic?.name[words.language] ?? words("news.title"),
            """
            <p class="muted">\(topic?.description[words.language] ?? words("news.lead"))</p>
            <nav class="gap-above" aria-label="\(words("news.topics"))"><ul class="row" role="list">\(entry(words("news.all"), nil))\(names)</ul></nav>
            \(rows.isEmpty
                ? emptyState(icon: "document", words("news.none"))
                : "<ul class=\"stack gap-above\" role=\"list\">\(rows)</ul>")
            \(pager(list, words) { link(topic?.id, page: $0) })
            <p class="gap-above row">\(byMail(visit))<a href="\(Link("/news/feed.xml").query([("topic", topic?.id ?? "")]))">\(words("news.feed"))</a></p>
            """)
    }

    private func itemPage(_ visit: Visit, _ item: NewsItem) -> Page {
        let words = visit.words
        let (language, text) = item.text(for: words.language)
        return page(
            visit, title: text.title,
            """
            \(about(item, visit))
            \(when(
                language != words.language,
                "<p class=\"muted\">\(words("news.other_language", ["language": language.ownName]))</p>"))
            <article class="stack gap-above" lang="\(language.rawValue)">\(text.html)</article>
            <p class="gap-above row"><a href="/news">\(words("news.back"))</a>\(byMail(visit))</p>
            """)
    }

    /// In the console for who is signed in; else a card by itself.
    private func page(_ visit: Visit, title: String, _ body: HTML) -> Page {
        let isInside = visit.person != nil
        return Page(
            title: title, layout: isInside ? .shell : .gate, isBroad: true,
            body: isInside ? "\(pageHead(title))\(panel(body))" : "<h1>\(title)</h1>\(body)")
    }

    /// When, and of what topic, in the reader's language.
    private func about(_ item: NewsItem, _ visit: Visit) -> HTML {
        let words = visit.words
        let day = words.day(visit.zone.day(of: item.publishedAt ?? item.createdAt))
        return """
            <p class="muted" lang="\(words.language.rawValue)">\
            \(words("news.about", ["day": day, "topic": topics.name(of: item.topic, words)]))</p>
            """
    }

    private func byMail(_ visit: Visit) -> HTML {
        let link: Link = visit.person == nil ? "/news/subscribe" : "/profile/news"
        return "<a href=\"\(link)\">\(visit.words("news.choose.title"))</a>"
    }

    /// What the events of this room are about.
    func openSubjects(_ doors: Doors) {
        doors.subject(
            "news", .settings, link: { _, id in "/staff/news/\(id)" },
            titles: { connection, ids, words in
                var titles: [Int64: String] = [:]
                for id in ids {
                    guard let item = try NewsItem.find(NewsItemID(rawValue: id), in: connection) else { continue }
                    titles[id] = item.text(for: words.language).text.title
                }
                return titles
            })
        doors.subject("news_request", .account)
        doors.subject("news_subscriber", .account)
    }
}
