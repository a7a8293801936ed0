import Access
import Documents
import Kernel
import Storage
import Web

extension Billing {
    /// Of the newest; more is asked for a period at a time.
    private static let journalExportedMax = 10_000

    /// What moved an organisation's money, for whoever may see it.
    func openJournal(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.get("billing/journal") { visit in
            let search = JournalSearch(visit)
            let before = visit.visit.query("before")
            let found = try await database.report { connection in
                try connection.journal(
                    search, before: LedgerTransactionID(before), limit: Paging.sizeDefault + 1)
            }
            return .page(journalPage(visit, found))
        }
        door.download("/organizations/{organization}/billing/journal.csv") { visit in
            let search = JournalSearch(visit)
            let bytes = try await database.report { connection in
                var table = JournalTable(visit.words)
                var last: LedgerTransactionID?
                while table.count < Billing.journalExportedMax {
                    let portion = try connection.journal(search, before: last, limit: JournalTable.portion)
                    for entry in portion { table.add(entry) }
                    guard let end = portion.last, portion.count == JournalTable.portion else { break }
                    last = end.id
                }
                return table.bytes
            }
            return .bytes(bytes, contentType: "text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"journal.csv\"")
                .header("Cache-Control", "no-store")
        }
    }

    private func journalPage(_ visit: OrganizationVisit<ManageBilling>, _ found: [JournalEntry]) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/billing/journal"
        let documents: Link = "/organizations/\(visit.organization.id)/billing/documents"
        let rows = found.prefix(Paging.sizeDefault).map { entry -> HTML in
            let links = entry.documents.map { document -> HTML in
                "<a href=\"\(Link("\(path: documents.text)/\(document.id)"))\">\(document.number)</a> "
            }
            return """
                <tr><th scope="row">\(words(entry.word))<small>\(links)</small></th>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.day(entry.effectiveOn))</td>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(entry.customerAmount.map { words.money($0) } ?? "")</td></tr>
                """
        }
        let table: HTML =
            rows.isEmpty
            ? emptyState(icon: "document", words("billing.journal.none"))
            : """
            <table class="table"><caption class="vh">\(words("billing.journal"))</caption>
            <thead><tr><th scope="col">\(words("billing.what"))</th><th scope="col">\(words("billing.movement.when"))</th>\
            <th scope="col" class="num">\(words("billing.movement.amount"))</th></tr></thead><tbody>\(rows)</tbody></table>
            """
        let period = MovementFilter.names.map { ($0, visit.visit.query($0)) }
        return Page(
            title: words("billing.journal"), current: "documents",
            body: """
                \(crumbs(words, [(words("billing.documents"), documents), (words("billing.journal"), nil)]))
                \(pageHead(words("billing.journal"), words("billing.journal.lead")))
                \(panel(
                    isFlush: true,
                    """
                    \(periodFilter(visit.visit, home, table: Link("\(path: home.text).csv")))
                    \(table)
                    """))
                \(olderEntries(found, home, period, words))
                """)
    }

    /// One more than a page was read: then there are older ones.
    func olderEntries(_ found: [JournalEntry], _ home: Link, _ query: [(String, String)], _ words: Words) -> HTML {
        guard found.count > Paging.sizeDefault else { return .empty }
        let last = found[Paging.sizeDefault - 1].id
        return """
            <p class="gap-above">\(linkButton(words("billing.journal.older"), home.query(query + [("before", last.description)])))</p>
            """
    }
}

extension JournalSearch {
    fileprivate init(_ visit: OrganizationVisit<ManageBilling>) {
        self.init(
            of: visit.permit.organization, from: Day(visit.visit.query("from")), until: Day(visit.visit.query("until")),
            isForCustomer: true)
    }
}

/// The journal as a table for a spreadsheet.
struct JournalTable {
    static let portion = 500

    private(set) var count = 0
    private let words: Words
    private var csv = CSV()

    var bytes: [UInt8] { csv.bytes }

    init(_ words: Words) {
        self.words = words
        csv.row([
            words("billing.movement.when"), words("billing.what"), words("billing.document"),
            words("billing.currency"), words("billing.movement.amount"),
        ])
    }

    mutating func add(_ entry: JournalEntry) {
        guard let amount = entry.customerAmount else { return }
        count += 1
        csv.row([
            .text(entry.effectiveOn.description), .text(words(entry.word)),
            .text(entry.documents.map(\.number).joined(separator: " ")), .text(amount.currency.rawValue),
            .number(amount.plain),
        ])
    }
}
