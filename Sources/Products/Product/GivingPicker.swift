import Access
import Kernel
import Organizations
import Web

/// Which products are given, and the people and teams to choose from.
struct GivingPicker {
    let visit: OrganizationVisit<ManageMembers>
    let form: Form
    let selection: ProductSelection
    let teams: [Team]
    /// Those who do not reach everything by their role.
    let people: Listing<Member>
    let search: String

    /// Names that are printed; the others are counted.
    private static let namedMax = 20

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/products" }
    /// What is selected, as the address says it: a search keeps it.
    private var selected: [(name: String, value: String)] {
        ["all", "product", "search", "state", "type"].flatMap { name in
            (visit.visit.request.query[name] ?? []).map { (name: name, value: $0) }
        }
    }

    private var here: Link { Link("\(path: home.text)/access").query(selected) }

    var body: HTML {
        """
        <div class="stack">
        \(card(words.count("products.access.products", selection.products.count), products))
        \(panel(isFlush: true, "\(finder)\(choice)"))
        </div>
        """
    }

    private var products: HTML {
        let named = selection.products.prefix(GivingPicker.namedMax).map { "<li>\($0.name)</li>" as HTML }
        let more = selection.products.count - named.count
        return """
            <ul>\(named)\(when(more > 0, "<li>\(words.count("products.selection.more", more))</li>"))</ul>
            \(when(
                selection.isMoreThanOneAct,
                "<p class=\"gap-above\">\(words("products.selection.cut", ["max": String(ProductSelection.sizeMax), "total": String(selection.wanted)]))</p>"))
            """
    }

    /// A search of its own: it is a GET with what is selected in it.
    private var finder: HTML {
        let kept = selected.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML }
        return """
            <form class="filters" method="get" action="\(Link("\(path: home.text)/access"))" role="search" \
            aria-label="\(words("members.filter.search"))">\(kept)
            <label class="vh" for="who">\(words("members.filter.search"))</label>
            <input class="input grow" id="who" name="who" type="search" maxlength="100" value="\(search)" \
            placeholder="\(words("members.filter.search"))">
            <button class="btn">\(words("teams.search"))</button></form>
            """
    }

    private var choice: HTML {
        let problem = form.problem(of: "people")
        let caption =
            people.total > people.items.count
            ? words("teams.first_of", ["shown": String(people.items.count), "total": String(people.total)])
            : words.count("members.count", people.total)
        let teamRows = teams.map { row("team-\($0.id)", $0.name, words.count("products.access.team", $0.members)) }
        let personRows = people.items.map { row("person-\($0.id)", $0.name, $0.login.description) }
        return """
            <form method="post" action="\(here)" id="people">\(visit.visit.formFields)\
            <input type="hidden" name="products" value="\(selection.idText)"><input type="hidden" name="who" value="\(search)">
            \(when(!teamRows.isEmpty, table(words("teams.teams"), teamRows)))
            \(table(caption, personRows))
            <div class="row batch" data-picked="\(words("batch.selected"))">\(button(words("products.access.do")))\
            <a class="btn" href="\(home)">\(words("form.cancel"))</a>\
            \(problem.map { "<div class=\"field\"><p class=\"error\">\(icon("warning"))\(words($0.word, $0.arguments))</p></div>" as HTML })</div>
            </form>
            """
    }

    private func table(_ caption: String, _ rows: [HTML]) -> HTML {
        """
        <table class="table"><caption>\(caption)</caption>
        <thead><tr><th class="pick"><span class="vh">\(words("members.select"))</span></th>\
        <th scope="col">\(words("members.name"))</th></tr></thead><tbody>\(rows)</tbody></table>
        """
    }

    private func row(_ name: String, _ title: String, _ detail: String) -> HTML {
        """
        <tr><td class="pick"><input type="checkbox" id="\(name)" name="\(name)" value="yes"\(when(form.isChecked(name), " checked"))></td>
        <th scope="row"><label for="\(name)">\(title)</label><small>\(detail)</small></th></tr>
        """
    }
}
