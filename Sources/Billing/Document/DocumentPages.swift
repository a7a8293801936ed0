import Access
import Kernel
import Storage
import Web

extension Billing {
    func openDocuments(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/documents") { visit in
            let filter = DocumentFilter(visit.visit)
            let paging = visit.paging
            let list = try await database.read { connection in
                Listing(
                    items: try connection.documents(
                        of: visit.permit.organization, filter, limit: paging.size, offset: paging.offset),
                    total: try connection.documentCount(of: visit.permit.organization, filter), paging: paging)
            }
            return .page(listPage(visit, filter, list))
        }
        doors.organization(ManageBilling.self).get("billing/documents/{document}") { visit in
            let id: DocumentID = try visit.visit.id("document")
            let found = try await database.read { connection -> DocumentPage.Content? in
                guard let document = try connection.document(id, in: visit.permit.organization) else { return nil }
                return DocumentPage.Content(
                    document: document, lines: try connection.lines(of: document),
                    vat: try connection.vat(of: document),
                    payments: try connection.payments(of: document),
                    transfer: try connection.transferReference(of: id))
            }
            guard let found else { throw Problem.notFound }
            return .page(DocumentPage(visit: visit, content: found).page)
        }
    }

    private func listPage(
        _ visit: OrganizationVisit<ManageBilling>, _ filter: DocumentFilter, _ list: Listing<Document>
    ) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/billing/documents"
        let rows = list.items.map { document -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/organizations/\(document.organization)/billing/documents/\(document.id)"))">\
            \(words("billing.kind.\(document.kind.rawValue)")) \(document.number)</a></th>
            <td data-label="\(words("billing.state"))">\(document.state.tag(words))</td>
            <td class="date" data-label="\(words("billing.issued_on"))">\(words.day(document.issuedOn))</td>
            <td class="num" data-label="\(words("billing.total"))">\(words.money(document.total))</td></tr>
            """
        }
        return Page(
            title: words("billing.documents"), current: "documents",
            body: """
                \(pageHead(words("billing.documents"), words("billing.documents.lead")))
                \(panel(
                    isFlush: true,
                    """
                    \(filters(visit.visit, home))
                    \(list.items.isEmpty
                        ? emptyState(icon: "document", words("billing.documents.none"))
                        : """
                        <table class="table"><caption>\(words.count("billing.documents.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("billing.document"))</th><th scope="col">\(words("billing.state"))</th>\
                        <th scope="col">\(words("billing.issued_on"))</th>\
                        <th scope="col" class="num">\(words("billing.total"))</th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """)
                    """))
                \(pager(list, words) { page in
                    home.query(DocumentFilter.names.map { ($0, visit.visit.query($0)) } + [("page", String(page))])
                })
                """)
    }

    /// By status and period (BILL-1).
    private func filters(_ visit: Visit, _ home: Link) -> HTML {
        let words = visit.words
        let chosen = visit.query("state")
        let states = DocumentState.allCases.map { state -> HTML in
            "<option value=\"\(state.rawValue)\"\(when(state.rawValue == chosen, " selected"))>\(words("billing.state.\(state.rawValue)"))</option>"
        }
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("billing.filter"))">
            <label class="vh" for="state">\(words("billing.state"))</label>
            <select class="input" id="state" name="state"><option value="">\(words("billing.any_state"))</option>\(states)</select>
            <label for="from">\(words("billing.from"))</label>
            <input class="input" id="from" name="from" type="date" value="\(visit.query("from"))">
            <label for="until">\(words("billing.until"))</label>
            <input class="input" id="until" name="until" type="date" value="\(visit.query("until"))">
            <button class="btn">\(words("billing.filter"))</button>
            </form>
            """
    }
}

extension DocumentFilter {
    static let names = ["state", "from", "until"]

    init(_ visit: Visit) {
        self.init(
            states: DocumentState(rawValue: visit.query("state")).map { [$0] } ?? [], from: Day(visit.query("from")),
            until: Day(visit.query("until")))
    }
}

extension DocumentState {
    func tag(_ words: Words) -> HTML {
        let tone: Tone =
            switch self {
            case .paid: .ok
            case .open, .partiallyPaid: .warn
            case .overdue, .disputed: .danger
            case .credited, .refunded, .writtenOff, .cancelled: .off
            }
        return Web.tag(tone, words("billing.state.\(rawValue)"))
    }
}
