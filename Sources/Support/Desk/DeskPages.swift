import Delivery
import Kernel
import Storage
import Web

extension Support {
    func openDesk(_ doors: Doors) {
        doors.staff.get("") { visit in
            let text = String(visit.visit.query("q").trimmed.prefix(DeskSearch.lengthMax))
            let isLongEnough = text.count >= DeskSearch.lengthMin
            let (found, backlog) = try await database.read { connection in
                (
                    isLongEnough ? try DeskSearch(text, facts: facts, in: connection) : nil,
                    try connection.backlog()
                )
            }
            return .page(page(visit, text, found, backlog))
        }
    }

    private func page(_ visit: SignedInVisit, _ text: String, _ found: DeskSearch?, _ backlog: Backlog) -> Page {
        let words = visit.words
        let results: HTML
        if let found {
            results =
                found.isEmpty
                ? panel(emptyState(icon: "search", words("support.search.none", ["text": text]))) : groups(found, words)
        } else {
            results =
                text.isEmpty
                ? .empty
                : panel(
                    emptyState(icon: "search", words("support.search.short", ["min": String(DeskSearch.lengthMin)])))
        }
        return Page(
            title: words("support.desk"), current: "staff",
            body: """
                \(pageHead(words("support.desk"), words("support.desk.lead")))
                <form class="row gap-below" method="get" action="/staff" role="search" aria-label="\(words("support.search"))">
                <label class="vh" for="q">\(words("support.search.what"))</label>
                <input class="input grow" id="q" name="q" type="search" value="\(text)" \
                placeholder="\(words("support.search.what"))" maxlength="\(DeskSearch.lengthMax)">
                \(button(words("support.search"), icon: "search"))
                </form>
                <div class="stack">
                \(results)
                \(card(
                    words("support.money"),
                    """
                    <div class="row">\(linkButton(words("support.bank.open"), "/staff/bank", icon: "wallet"))\
                    \(linkButton(words("support.money.payouts"), "/staff/payouts", icon: "wallet"))\
                    \(linkButton(words("support.money.books"), "/staff/books", icon: "document"))</div>
                    """))
                \(card(words("support.news"), linkButton(words("support.news.open"), "/staff/news", icon: "pencil")))
                \(card(words("support.parked"), parked(backlog, words)))
                </div>
                """)
    }

    private func groups(_ found: DeskSearch, _ words: Words) -> HTML {
        let groups: [(title: String, hits: [DeskSearch.Hit])] = [
            (words("support.search.people"), found.people),
            (words("support.search.organizations"), found.organizations),
            (words("support.search.products"), found.products),
            (words("support.search.documents"), found.documents),
        ]
        let cards = groups.filter { !$0.hits.isEmpty }.map { group -> HTML in
            let rows = group.hits.map { hit -> HTML in
                "<tr><th scope=\"row\"><a href=\"\(hit.link)\">\(hit.title)</a><small>\(hit.detail(words))</small></th></tr>"
            }
            let more: HTML =
                group.hits.count >= DeskSearch.limit
                ? "<p class=\"muted\">\(words("support.search.more", ["limit": String(DeskSearch.limit)]))</p>" : .empty
            return card(
                group.title, action: more, isFlush: true,
                """
                <table class="table"><caption class="vh">\(group.title)</caption><tbody>\(rows)</tbody></table>
                """)
        }
        return "\(cards)"
    }

    private func parked(_ backlog: Backlog, _ words: Words) -> HTML {
        let count = backlog.deliveriesParked + backlog.eventsParked
        if count == 0 { return "<p>\(words("support.parked.none"))</p>" }
        return """
            <p>\(words.count("support.parked.count", count))</p>
            <p class="gap-above">\(linkButton(words("support.parked.open"), "/staff/parked", icon: "refresh"))</p>
            """
    }
}
