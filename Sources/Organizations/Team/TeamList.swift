import Access
import Kernel
import Web

/// The teams of an organisation as a table: names open.
struct TeamList {
    let visit: OrganizationVisit<ManageTeams>
    let search: String
    let list: Listing<Team>

    private var home: Link { "/organizations/\(visit.organization.id)/teams" }

    var page: Page {
        let words = visit.words
        let new = linkButton(
            words("teams.new"), "/organizations/\(visit.organization.id)/teams/new", icon: "plus", isPrimary: true)
        return Page(
            title: words("teams.teams"), current: "teams",
            body: """
                \(pageHead(words("teams.teams"), words("teams.lead"), action: new))
                \(panel(
                    isFlush: true,
                    """
                    \(when(list.total > 0 || !search.isEmpty, filters))
                    \(list.items.isEmpty ? emptyState(icon: "people", words(search.isEmpty ? "teams.none" : "teams.none_found")) : table)
                    """))
                \(pager(list, words) { home.query([("search", search), ("page", $0 > 1 ? String($0) : "")]) })
                """)
    }

    private var filters: HTML {
        let words = visit.words
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("teams.search"))">
            <label class="vh" for="search">\(words("teams.name"))</label>
            <input class="input grow" id="search" name="search" type="search" value="\(search)" placeholder="\(words("teams.name"))">
            <button class="btn">\(words("teams.search"))</button>
            \(when(
                !search.isEmpty,
                """
                <a class="chip" href="\(home)">“\(search)” <span aria-hidden="true">×</span><span class="vh">: \
                \(words("teams.search.remove"))</span></a>
                """))
            </form>
            """
    }

    private var table: HTML {
        let words = visit.words
        let rows = list.items.map { team -> HTML in
            """
            <tr><th scope="row"><a href="\(team.link)">\(team.name)</a>\
            \(when(!team.description.isEmpty, "<small>\(team.description)</small>"))</th>
            <td data-label="\(words("teams.leader"))">\(team.leaderName ?? "–")</td>
            <td class="num" data-label="\(words("teams.members"))">\(team.members)</td>
            <td class="num" data-label="\(words("teams.products"))">\(team.products)</td></tr>
            """
        }
        return """
            <table class="table"><caption>\(words.count("teams.count", list.total))</caption>
            <thead><tr><th scope="col">\(words("teams.name"))</th><th scope="col">\(words("teams.leader"))</th>\
            <th scope="col" class="num">\(words("teams.members"))</th>\
            <th scope="col" class="num">\(words("teams.products"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }
}
