import Kernel
import Storage
import Web

/// The log as a page: sentences, newest first, with a filter that stays visible (interface.md, "Tables").
struct ActivityList {
    let visit: Visit
    let scope: ActivityScope
    let filter: ActivityFilter
    let portion: ActivityPortion

    private var words: Words { visit.words }

    private var home: Link {
        switch scope {
        case .organization(let id): "/organizations/\(id)/activity"
        case .person: "/security/activity"
        }
    }

    private var table: Link {
        switch scope {
        case .organization(let id): "/organizations/\(id)/activity.csv"
        case .person: "/security/activity.csv"
        }
    }

    private var isMine: Bool { if case .person = scope { true } else { false } }

    var page: Page {
        let title = words(isMine ? "activity_log.mine" : "activity_log.title")
        let lead = words(isMine ? "activity_log.mine.lead" : "activity_log.lead")
        let steps: HTML = isMine ? crumbs(words, [(words("shell.security"), "/security"), (title, nil)]) : .empty
        return Page(
            title: title, current: isMine ? "security" : "activity",
            body: """
                \(steps)
                \(pageHead(
                    title, "\(lead) \(words("activity_log.kept"))",
                    action: linkButton(words("activity_log.download"), table.query(filter.query), icon: "download")))
                \(panel(isFlush: true, "\(form)\(chips)\(list)"))
                \(pager)
                """)
    }

    private var form: HTML {
        let kinds = ActivityKind.allCases.map { kind -> HTML in
            "<option value=\"\(kind.rawValue)\"\(when(kind == filter.kind, " selected"))>\(words("activity_log.kind.\(kind.word)"))</option>"
        }
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("activity_log.filter"))">
            <span class="row"><label for="from">\(words("activity_log.from"))</label>
            <input class="input" id="from" name="from" type="date" value="\(filter.from?.description ?? "")"></span>
            <span class="row"><label for="to">\(words("activity_log.to"))</label>
            <input class="input" id="to" name="to" type="date" value="\(filter.to?.description ?? "")"></span>
            <label class="vh" for="kind">\(words("activity_log.kind"))</label>
            <select class="input" id="kind" name="kind"><option value="">\(words("activity_log.any_kind"))</option>\(kinds)</select>
            \(when(
                !isMine,
                """
                <label class="vh" for="person">\(words("activity_log.column.person"))</label>
                <input class="input" id="person" name="person" type="search" maxlength="100" value="\(filter.person)" \
                placeholder="\(words("activity_log.person_hint"))">
                """))
            <label class="vh" for="product">\(words("activity_log.column.product"))</label>
            <input class="input" id="product" name="product" type="search" maxlength="100" value="\(filter.product)" \
            placeholder="\(words("activity_log.column.product"))">
            <button class="btn">\(words("activity_log.filter"))</button>
            </form>
            """
    }

    /// Each part of the filter that is applied, as a link to the same page without it.
    private var chips: HTML {
        if filter.isEmpty { return .empty }
        let shown: [(name: String, text: String)] = [
            ("from", filter.from.map { "\(words("activity_log.from")) \(words.day($0))" } ?? ""),
            ("to", filter.to.map { "\(words("activity_log.to")) \(words.day($0))" } ?? ""),
            ("kind", filter.kind.map { words("activity_log.kind.\($0.word)") } ?? ""),
            ("person", filter.person.isEmpty ? "" : "\(words("activity_log.column.person")): \(filter.person)"),
            ("product", filter.product.isEmpty ? "" : "\(words("activity_log.column.product")): \(filter.product)"),
        ]
        let links = shown.filter { !$0.text.isEmpty }.map { chip -> HTML in
            """
            <li><a class="btn quiet" href="\(home.query(filter.without(chip.name)))">\(chip.text)\
            <span aria-hidden="true">×</span><span class="vh"> \(words("activity_log.remove"))</span></a></li>
            """
        }
        return "<ul class=\"filters\" role=\"list\" aria-label=\"\(words("activity_log.applied"))\">\(links)</ul>"
    }

    private var list: HTML {
        if portion.entries.isEmpty, portion.next == nil {
            return emptyState(icon: "clock", words(filter.isEmpty ? "activity_log.none" : "activity_log.none_found"))
        }
        return """
            <table class="table"><caption class="vh">\(words("activity_log.title"))</caption>
            <thead><tr><th scope="col">\(words("activity_log.column.what"))</th>\
            <th scope="col">\(words("activity_log.column.when"))</th>\
            <th scope="col">\(words("activity_log.column.origin"))</th></tr></thead>
            <tbody>\(portion.entries.map(row))</tbody></table>
            """
    }

    private func row(_ entry: ActivityEntry) -> HTML {
        let sentence = ActivitySentence(entry: entry, words: words)
        let changes = sentence.changes.map { "<small>\($0.text)</small>" as HTML }
        let behalf = entry.onBehalfOf.map {
            "<small>\(words("activity_log.on_behalf_of", ["organization": $0]))</small>" as HTML
        }
        let product = entry.product.map { product -> HTML in
            guard let link = product.link else { return "<small>\(product.title)</small>" }
            return "<small><a href=\"\(link)\">\(product.title)</a></small>"
        }
        let organization: HTML? = isMine ? entry.organization.map { "<small>\($0)</small>" } : nil
        let address = entry.address
        return """
            <tr><th scope="row">\(sentence.html)\(changes)\(behalf)\(product)\(organization)</th>
            <td class="date" data-label="\(words("activity_log.column.when"))">\
            \(words.moment(entry.recorded.happenedAt, in: visit.zone))</td>
            <td data-label="\(words("activity_log.column.origin"))"><span>\(sentence.device ?? "–")\
            \(when(!address.isEmpty, "<small>\(visit.place(of: address))</small>"))</span></td></tr>
            """
    }

    private var pager: HTML {
        let isFirst = visit.query("before").isEmpty
        if isFirst, portion.next == nil { return .empty }
        let next = portion.next.map { home.query(filter.query + [("before", $0.description)]) }
        return """
            <nav class="pager" aria-label="\(words("pager.label"))">
            \(when(!isFirst, "<a class=\"btn\" href=\"\(home.query(filter.query))\">\(words("activity_log.newest"))</a>"))
            \(next.map { "<a class=\"btn\" rel=\"next\" href=\"\($0)\">\(words("activity_log.earlier"))</a>" as HTML })
            </nav>
            """
    }
}

extension ActivityKind {
    /// The last part of its key among the words.
    fileprivate var word: String { self == .signIn ? "sign_in" : rawValue }
}
