import Access
import Kernel
import Web

/// The documents of an organisation, newest first, with a filter that stays visible (BILL-1, BILL-6; interface.md, "Tables").
struct DocumentList {
    let visit: OrganizationVisit<ManageBilling>
    let filter: DocumentFilter
    let list: Listing<Document>
    /// Of those that are overdue.
    let reminders: [DocumentID: [Reminder]]

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/billing/documents" }

    var page: Page {
        Page(
            title: words("billing.documents"), current: "documents",
            body: """
                \(pageHead(
                    words("billing.documents"), words("billing.documents.lead"),
                    action: linkButton(
                        words("billing.export"), Link("\(path: home.text)/export").query(filter.query), icon: "download",
                        isPrimary: true)))
                <p class="row gap-below"><a href="\(Link("/organizations/\(visit.organization.id)/billing/journal"))">\(words("billing.journal"))</a>\
                <a href="\(Link("/organizations/\(visit.organization.id)/billing/reminders"))">\(words("billing.reminders"))</a></p>
                \(panel(isFlush: true, "\(form)\(chips)\(table)"))
                <p class="gap-above">\(linkButton(words("billing.preferences"), "/organizations/\(visit.organization.id)/billing/preferences", icon: "pencil"))</p>
                \(pager(list, words) { page in home.query(filter.query + [("page", String(page))]) })
                """)
    }

    private var form: HTML {
        """
        <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("billing.filter"))">
        <label class="vh" for="kind">\(words("billing.kind"))</label>
        <select class="input" id="kind" name="kind"><option value="">\(words("billing.any_kind"))</option>\
        \(DocumentFilter.kindOptions(filter.kinds.first, words))</select>
        <label class="vh" for="state">\(words("billing.state"))</label>
        <select class="input" id="state" name="state"><option value="">\(words("billing.any_state"))</option>\
        \(DocumentFilter.stateOptions(filter.states.first, words))</select>
        <span class="row"><label for="from">\(words("billing.from"))</label>
        <input class="input" id="from" name="from" type="date" value="\(filter.from?.description ?? "")"></span>
        <span class="row"><label for="until">\(words("billing.until"))</label>
        <input class="input" id="until" name="until" type="date" value="\(filter.until?.description ?? "")"></span>
        <button class="btn">\(words("billing.filter"))</button>
        </form>
        """
    }

    /// Each part of the filter that is applied, as a link to the same page without it.
    private var chips: HTML {
        let shown: [(name: String, text: String)] = [
            ("kind", filter.kinds.first.map { words("billing.kind.\($0.rawValue)") } ?? ""),
            ("state", filter.states.first.map { words("billing.state.\($0.rawValue)") } ?? ""),
            ("from", filter.from.map { "\(words("billing.from")) \(words.day($0))" } ?? ""),
            ("until", filter.until.map { "\(words("billing.until")) \(words.day($0))" } ?? ""),
        ]
        let links = shown.filter { !$0.text.isEmpty }.map { chip -> HTML in
            """
            <li><a class="btn quiet" href="\(home.query(filter.query.filter { $0.name != chip.name }))">\(chip.text)\
            <span aria-hidden="true">×</span><span class="vh"> \(words("billing.filter.remove"))</span></a></li>
            """
        }
        if links.isEmpty { return .empty }
        return "<ul class=\"filters\" role=\"list\" aria-label=\"\(words("billing.filter.applied"))\">\(links)</ul>"
    }

    /// Which reminder went out last.
    private func reminded(_ document: Document) -> HTML {
        guard document.state == .overdue, let last = reminders[document.id]?.last else { return .empty }
        return " <small>\(words("billing.reminder.level", ["level": String(last.level)]))</small>"
    }

    private var table: HTML {
        if list.items.isEmpty {
            let word = filter.isEmpty ? "billing.documents.none" : "billing.documents.none_found"
            return emptyState(icon: "document", words(word))
        }
        let today = visit.organization.zone.day(of: visit.now)
        let rows = list.items.map { document -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("\(path: home.text)/\(document.id)"))">\
            \(words("billing.kind.\(document.kind.rawValue)")) \(document.number)</a></th>
            <td data-label="\(words("billing.state"))">\(document.state(on: today).tag(words))\(reminded(document))</td>
            <td class="date" data-label="\(words("billing.issued_on"))">\(words.day(document.issuedOn))</td>
            <td class="num" data-label="\(words("billing.total"))">\(words.money(document.total))</td></tr>
            """
        }
        return """
            <table class="table"><caption>\(words.count("billing.documents.count", list.total))</caption>
            <thead><tr><th scope="col">\(words("billing.document"))</th><th scope="col">\(words("billing.state"))</th>\
            <th scope="col">\(words("billing.issued_on"))</th>\
            <th scope="col" class="num">\(words("billing.total"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }
}

extension DocumentFilter {
    init(_ visit: Visit, today: Day) {
        self.init(today: today) { visit.query($0) }
    }

    /// From fields named as in `query`; what cannot be read narrows nothing.
    init(today: Day, _ value: (String) -> String) {
        self.init(
            states: DocumentState(rawValue: value("state")).map { [$0] } ?? [],
            kinds: DocumentKind(rawValue: value("kind")).map { [$0] } ?? [], from: Day(value("from")),
            until: Day(value("until")), today: today)
    }

    var isEmpty: Bool { query.allSatisfy { $0.value.isEmpty } }

    /// As the address of a page has it.
    var query: [(name: String, value: String)] {
        [
            ("kind", kinds.first?.rawValue ?? ""), ("state", states.first?.rawValue ?? ""),
            ("from", from?.description ?? ""), ("until", until?.description ?? ""),
        ]
    }

    static func kindOptions(_ chosen: DocumentKind?, _ words: Words) -> [HTML] {
        DocumentKind.allCases.map { kind in
            "<option value=\"\(kind.rawValue)\"\(when(kind == chosen, " selected"))>\(words("billing.kind.\(kind.rawValue)"))</option>"
        }
    }

    static func stateOptions(_ chosen: DocumentState?, _ words: Words) -> [HTML] {
        DocumentState.allCases.map { state in
            "<option value=\"\(state.rawValue)\"\(when(state == chosen, " selected"))>\(words("billing.state.\(state.rawValue)"))</option>"
        }
    }
}
