import Access
import Kernel
import Web

/// A page that chooses several things for a team: a search, and checkboxes for what it found.
struct TeamPicker {
    let visit: OrganizationVisit<ManageTeams>
    let team: Team
    let form: Form
    /// Below the team: `members`.
    let path: String

    struct Row {
        let name: String
        let title: String
        let detail: String
        let mark: HTML
    }

    private var link: Link { "/organizations/\(team.organization)/teams/\(team.id)/\(path)" }

    /// What was looked for: in the address, or in the form that was sent back.
    var search: String {
        let text = form.isSent("search") ? form.typed("search") : visit.visit.query("search")
        return String(text.prefix(100)).trimmed
    }

    /// - Parameters:
    ///   - field: the name that problems of the choice carry.
    ///   - total: how many there are; more than the rows where they are too many for a page.
    func page(
        title: String, lead: String, field: String, rows: [Row], total: Int, submit: String, empty: HTML
    ) -> Page {
        let words = visit.words
        return Page(
            title: title, current: "teams",
            body: """
                \(Team.crumbs(visit, team, title))
                \(form.summary(words))
                \(pageHead(title, lead))
                \(panel(
                    isFlush: true,
                    """
                    \(when(!rows.isEmpty || !search.isEmpty, filters))
                    \(rows.isEmpty ? empty : list(rows, field, total, submit))
                    """))
                """)
    }

    private var filters: HTML {
        let words = visit.words
        return """
            <form class="filters" method="get" action="\(link)" role="search" aria-label="\(words("teams.search"))">
            <label class="vh" for="search">\(words("teams.search"))</label>
            <input class="input grow" id="search" name="search" type="search" value="\(search)" placeholder="\(words("teams.search"))">
            <button class="btn">\(words("teams.search"))</button>
            \(when(
                !search.isEmpty,
                """
                <a class="chip" href="\(link)">“\(search)” <span aria-hidden="true">×</span><span class="vh">: \
                \(words("teams.search.remove"))</span></a>
                """))
            </form>
            """
    }

    private func list(_ rows: [Row], _ field: String, _ total: Int, _ submit: String) -> HTML {
        let words = visit.words
        let problem = form.problem(of: field)
        let boxes = rows.map { row -> HTML in
            """
            <tr><td class="pick"><input type="checkbox" id="\(row.name)" name="\(row.name)" value="yes"\
            \(when(form.isChecked(row.name), " checked"))></td>
            <th scope="row"><label for="\(row.name)">\(row.title)</label><small>\(row.detail)</small></th>
            <td class="act">\(row.mark)</td></tr>
            """
        }
        let caption =
            total > rows.count
            ? words("teams.first_of", ["shown": String(rows.count), "total": String(total)])
            : words.count("teams.found", total)
        return """
            <form method="post" action="\(link)" id="\(field)">\(visit.visit.formFields)\
            <input type="hidden" name="search" value="\(search)">
            <table class="table"><caption>\(caption)</caption>
            <thead><tr><td><span class="vh">\(words("teams.choose"))</span></td>\
            <th scope="col">\(words("teams.column.name"))</th><td></td></tr></thead>
            <tbody>\(boxes)</tbody></table>
            <div class="row batch">\(button(submit))<a class="btn" href="\(team.link)">\(words("form.cancel"))</a>\
            \(problem.map { "<div class=\"field\"><p class=\"error\">\(icon("warning"))\(words($0.word, $0.arguments))</p></div>" as HTML })</div>
            </form>
            """
    }
}
