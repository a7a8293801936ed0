import Kernel
import Storage
import Web

extension News {
    /// Where the operator sees what was written, looks at it as readers will, and publishes it once.
    func openDesk(_ doors: Doors) {
        doors.staff.get("news") { visit in
            let paging = Paging(page: visit.visit.paging.page)
            let list = try await database.read { try NewsItem.written(paging, in: $0) }
            return .page(deskPage(visit, list))
        }
        doors.staff.get("news/{news}") { visit in .page(try await previewPage(visit)) }
        // Letters cannot be called back, so that it is asked twice.
        doors.staff.form("news/{news}/publication", page: publicationPage) { visit, form in
            let id: NewsItemID = try visit.visit.id("news")
            let revision = Int(form.typed("revision")) ?? 0
            let isNew = try await database.write { connection in
                try News.publish(id, revision: revision, by: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/staff/news/\(id)", notice: isNew ? "news.published" : "news.was_published")
        }
        doors.staff.form("news/{news}/end", page: endingPage) { visit, _ in
            let id: NewsItemID = try visit.visit.id("news")
            try await database.write { try NewsItem.end(id, by: visit.actor, at: visit.now, in: $0) }
            return .redirect("/staff/news", notice: "news.taken_away")
        }
    }

    private func deskPage(_ visit: SignedInVisit, _ list: Listing<NewsItem>) -> Page {
        let words = visit.words
        let rows = list.items.map { item -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/staff/news/\(item.id)"))">\(item.text(for: words.language).text.title)</a>\
            <small>\(topics.name(of: item.topic, words))</small></th>
            <td data-label="\(words("news.desk.state"))">\(item.tag(words))</td>
            <td class="date" data-label="\(words("news.desk.date"))">\(words.moment(item.publishedAt ?? item.createdAt, in: visit.zone))</td>
            <td class="num" data-label="\(words("news.desk.letters"))">\(item.recipients)</td></tr>
            """
        }
        let table: HTML = """
            <table class="table"><caption class="vh">\(words("news.title"))</caption>
            <thead><tr><th scope="col">\(words("news.desk.what"))</th><th scope="col">\(words("news.desk.state"))</th>\
            <th scope="col">\(words("news.desk.date"))</th><th scope="col" class="num">\(words("news.desk.letters"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            \(pager(list, words) { Link("/staff/news").query([("page", String($0))]) })
            """
        return Page(
            title: words("news.title"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("news.title"), nil)]))
                \(pageHead(
                    words("news.title"), words("news.desk.lead"),
                    action: linkButton(words("news.desk.new"), "/staff/news/new", icon: "plus", isPrimary: true)))
                \(panel(isFlush: true, rows.isEmpty ? emptyState(icon: "document", words("news.desk.none")) : table))
                """)
    }

    private func item(_ visit: SignedInVisit) async throws -> (item: NewsItem, audience: Int) {
        let id: NewsItemID = try visit.visit.id("news")
        return try await database.read { connection in
            guard let item = try NewsItem.find(id, in: connection) else { throw Problem.notFound }
            return (item, try Recipient.count(item.topic, in: connection))
        }
    }

    private func previewPage(_ visit: SignedInVisit) async throws -> Page {
        let words = visit.words
        let (item, audience) = try await item(visit)
        let title = item.text(for: words.language).text.title
        let texts = Language.allCases.compactMap { language -> HTML? in
            guard let text = item.texts[language] else { return nil }
            return card(
                language.ownName,
                """
                <article class="stack" lang="\(language.rawValue)"><h3>\(text.title)</h3>\(text.html)</article>
                """)
        }
        return Page(
            title: title, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("news.title"), "/staff/news"), (title, nil)]))
                \(pageHead(title, action: item.tag(words)))
                <div class="stack">
                \(card(words("news.desk.sending"), sending(visit, item, audience)))
                \(texts)
                </div>
                """)
    }

    /// What publishing does, counted now; or what it has done.
    private func sending(_ visit: SignedInVisit, _ item: NewsItem, _ audience: Int) -> HTML {
        let words = visit.words
        let gaps = item.missing(words).map { "<p class=\"muted\">\($0)</p>" as HTML } ?? .empty
        let about = "<p>\(words("news.desk.topic", ["topic": topics.name(of: item.topic, words)]))</p>" as HTML
        let end: Link = "/staff/news/\(item.id)/end"
        guard item.state == .draft else {
            let isUnderWay = item.state == .published && item.handedOutAt == nil
            return """
                \(about)<p>\(words.count(isUnderWay ? "news.desk.sending_now" : "news.desk.sent", item.recipients))</p>
                \(when(
                    item.state == .published,
                    """
                    <div class="row gap-above">\(linkButton(words("news.desk.site"), "/news/\(item.id)", icon: "external"))\
                    \(linkButton(words("news.desk.withdraw"), end, icon: "trash"))</div>
                    """))
                """
        }
        let publication: Link = "/staff/news/\(item.id)/publication"
        return """
            \(about)<p>\(words.count("news.desk.audience", audience))</p>\(gaps)
            <div class="row gap-above">\(linkButton(words("news.desk.publish"), publication, icon: "mail", isPrimary: true))\
            \(linkButton(words("form.change"), "/staff/news/\(item.id)/edit", icon: "pencil"))\
            \(linkButton(words("news.desk.discard"), end, icon: "trash"))</div>
            """
    }

    /// What is published cannot be taken out of a mailbox again: said with what it does, counted now.
    private func publicationPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (item, audience) = try await item(visit)
        let home: Link = "/staff/news/\(item.id)"
        guard item.state == .draft else { throw Detour(link: home, notice: "news.was_published") }
        var form = form
        form.refresh("revision", String(item.revision))
        let title = item.text(for: words.language).text.title
        let action = words("news.desk.publish")
        let effects = [
            words("news.desk.publish.page", ["topic": topics.name(of: item.topic, words)]),
            words.count("news.desk.audience", audience), item.missing(words), words("news.desk.publish.once"),
        ]
        let publishing = Destructive(
            title: action, action: "\(path: home.text)/publication",
            effects: effects.compactMap { $0.map { Destructive.Effect($0) } }, back: home)
        return Page(
            title: action, current: "staff",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("support.desk"), "/staff"), (words("news.title"), "/staff/news"), (title, home),
                        (action, nil),
                    ]))
                \(form.summary(words))
                \(pageHead(action, title))
                \(publishing.show(form, visit.visit, fields: form.hidden("revision")))
                """)
    }

    private func endingPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (item, _) = try await item(visit)
        let isDraft = item.state == .draft
        let action = words(isDraft ? "news.desk.discard" : "news.desk.withdraw")
        let title = item.text(for: words.language).text.title
        let effects =
            isDraft
            ? [Destructive.Effect(words("news.desk.discard.effect"))]
            : [
                Destructive.Effect(words("news.desk.withdraw.page"), link: "/news/\(item.id)"),
                Destructive.Effect(words.count("news.desk.withdraw.letters", item.recipients)),
            ]
        let destructive = Destructive(
            title: action, action: "/staff/news/\(item.id)/end", effects: effects, back: "/staff/news/\(item.id)")
        return Page(
            title: action, current: "staff",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("support.desk"), "/staff"), (words("news.title"), "/staff/news"),
                        (title, "/staff/news/\(item.id)"), (action, nil),
                    ]))
                \(form.summary(words))
                \(pageHead(action, title))
                \(destructive.show(form, visit.visit))
                """)
    }
}

extension NewsItem {
    /// The languages that nobody wrote; nil where there are none.
    fileprivate func missing(_ words: Words) -> String? {
        let names = Language.allCases.filter { texts[$0] == nil }.map(\.ownName)
        return names.isEmpty ? nil : words("news.desk.missing", ["languages": names.joined(separator: ", ")])
    }

    fileprivate func tag(_ words: Words) -> HTML {
        switch state {
        case .draft: Web.tag(.warn, words("news.state.draft"))
        case .published: Web.tag(.ok, words("news.state.published"))
        case .withdrawn: Web.tag(.off, words("news.state.withdrawn"))
        }
    }
}
