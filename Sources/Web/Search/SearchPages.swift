import Access
import Kernel
import Storage

/// One page for everything that can be found in an organisation, and its list for the palette.
enum SearchPages {
    /// Of each kind on the page, and in the palette, where it has to fit without scrolling far.
    static let shownMax = 20
    static let shownInPaletteMax = 5
    static let fragment = "search"

    static func open(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("search") { visit in
            let isPalette = visit.request.header("x-fragment") == fragment
            let house = visit.house
            let shown = isPalette ? shownInPaletteMax : shownMax
            let search = Search(
                query: SearchQuery(
                    visit.visit.query("q"), standing: visit.standing, words: visit.words, limit: shown + 1),
                contributions: house.contributions, navigation: house.navigation.offered(in: visit.organization),
                shownMax: shown)
            // Without a text there is nothing to ask the database.
            let groups =
                search.query.text.isEmpty ? [] : try await visit.database.read { try search.groups(in: $0) }
            let results = SearchResults(query: search.query, groups: groups)
            if isPalette { return .page(Page(title: "", layout: .fragment, body: results.list(in: "palette"))) }
            return .page(page(results))
        }
    }

    private static func page(_ results: SearchResults) -> Page {
        let words = results.query.words
        let text = results.query.text
        return Page(
            title: text.isEmpty ? words("search.title") : words("search.title.text", ["text": text]),
            body: """
                \(pageHead(words("search.title")))
                <form class="search measure gap-below" method="get" action="\(link(results.query.organization))" role="search">\
                \(icon("search"))<label class="vh" for="q">\(words("search.label"))</label>\
                <input id="q" name="q" type="search" value="\(text)" maxlength="\(SearchQuery.lengthMax)" \
                placeholder="\(words("search.label"))"><button class="btn primary">\(words("search.button"))</button></form>
                \(results.list(in: "found"))
                """)
    }

    static func link(_ organization: OrganizationID) -> Link { "/organizations/\(organization)/search" }
}

/// What was found, as the page and the palette show it.
struct SearchResults: Sendable {
    let query: SearchQuery
    let groups: [SearchGroup]

    /// - Parameter place: begins the ids, for the palette may stand on the page.
    func list(in place: String) -> HTML {
        let words = query.words
        if query.text.isEmpty { return "<p class=\"muted\" data-said>\(words("search.hint"))</p>" }
        if groups.isEmpty {
            return """
                <div class="empty">\(icon("search"))<p data-said>\(words("search.none", ["text": query.text]))</p>\
                <p>\(words("search.hint"))</p></div>
                """
        }
        let count = groups.reduce(0) { $0 + $1.hits.count }
        return """
            <p class="muted" data-said>\(words.count(groups.contains(where: \.hasMore) ? "search.more_than" : "search.count", count))</p>
            \(groups.map { section($0, in: place) })
            """
    }

    private func section(_ group: SearchGroup, in place: String) -> HTML {
        let words = query.words
        let id = "\(place)-\(group.kind.rawValue)"
        let rows = group.hits.map { hit -> HTML in
            """
            <li><a href="\(hit.link)">\(icon(hit.icon))<span>\(hit.title)\
            \(when(!hit.detail.isEmpty, "<small>\(hit.detail)</small>"))</span></a></li>
            """
        }
        return """
            <section class="found" aria-labelledby="\(id)"><h2 id="\(id)">\(words("search.kind.\(group.kind.rawValue)")) \
            <small>\(group.hits.count)\(when(group.hasMore, "+"))</small></h2>
            <ul role="list">\(rows)</ul>
            \(more(group, in: place))
            </section>
            """
    }

    /// On to the whole list; from the palette, to the page where more of each kind is shown.
    private func more(_ group: SearchGroup, in place: String) -> HTML {
        guard group.hasMore else { return .empty }
        let page = SearchPages.link(query.organization).query([("q", query.text)])
        guard let link = group.all ?? (place == "palette" ? page : nil) else { return .empty }
        let kind = query.words("search.kind.\(group.kind.rawValue)")
        return
            "<p class=\"row\"><a href=\"\(link)\">\(query.words("search.all"))<span class=\"vh\">: \(kind)</span></a></p>"
    }
}
