import Kernel
import Storage
import Web

extension Support {
    /// Who of the staff looked at one's account, and when: for the customer (SUP-23).
    func openLooks(_ doors: Doors) {
        doors.signedIn.get("/security/support-looks") { visit in
            let paging = visit.paging
            let list = try await database.read { connection in
                Listing(
                    items: try Look.list(
                        at: visit.person.id, limit: paging.size, offset: paging.offset, in: connection),
                    total: try Look.count(at: visit.person.id, in: connection), paging: paging)
            }
            return .page(page(visit, list))
        }
    }

    private func page(_ visit: SignedInVisit, _ list: Listing<Look>) -> Page {
        let words = visit.words
        let rows = list.items.map { look -> HTML in
            """
            <tr><th scope="row">\(words.moment(look.lookedAt, in: visit.zone))</th>
            <td data-label="\(words("support.looks.who"))">\(look.staff)</td></tr>
            """
        }
        return Page(
            title: words("support.looks"), current: "security",
            body: """
                \(crumbs(words, [(words("shell.security"), "/security"), (words("support.looks"), nil)]))
                \(pageHead(words("support.looks"), words("support.looks.lead")))
                \(list.items.isEmpty
                    ? panel(emptyState(icon: "shield", words("support.looks.none")))
                    : panel(
                        isFlush: true,
                        """
                        <table class="table"><caption>\(words.count("support.looks.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("support.looks.when"))</th>\
                        <th scope="col">\(words("support.looks.who"))</th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """))
                \(pager(list, words) { Link("/security/support-looks").query([("page", String($0))]) })
                """)
    }
}
