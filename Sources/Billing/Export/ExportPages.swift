import Access
import Kernel
import Storage
import Web

extension Billing {
    /// Many documents at once (BILL-3, BILL-7): which ones, then in what form.
    func openExport(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.form("billing/documents/export", page: exportPage) { visit, form in
            let filter = try exported(visit, &form)
            let count = try await database.read { connection in
                try connection.checkCount(
                    of: visit.permit.organization, filter, max: DocumentTable.rowsMax)
                return try connection.documentCount(of: visit.permit.organization, filter)
            }
            if count == 0 { throw Problem.field("kind", "billing.documents.none_found", code: "no_documents") }
            return .redirect(
                Link("/organizations/\(visit.organization.id)/billing/documents.csv").query(filter.query))
        }
        door.get("billing/documents.csv") { visit in
            let today = visit.organization.zone.day(of: visit.now)
            let filter = DocumentFilter(visit.visit, today: today)
            let bytes = try await database.report { connection in
                try connection.documentTable(
                    of: visit.permit.organization, filter, words: visit.words, zone: visit.organization.zone,
                    today: today)
            }
            return .bytes(bytes, contentType: "text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"\(filter.fileName).csv\"")
                .header("Cache-Control", "no-store")
        }
    }

    /// - Throws: `Problems` for a period that ends before it begins, or days that are none.
    private func exported(_ visit: OrganizationVisit<ManageBilling>, _ form: inout Form) throws -> DocumentFilter {
        for name in ["from", "until"] where !form.typed(name).isEmpty && Day(form.typed(name)) == nil {
            form.add(.field(name, "billing.export.day"))
        }
        let sent = form
        let filter = DocumentFilter(today: visit.organization.zone.day(of: visit.now)) { sent.typed($0) }
        if let from = filter.from, let until = filter.until, until < from {
            form.add(.field("until", "billing.export.backwards"))
        }
        try form.check()
        return filter
    }

    private func exportPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/billing/documents"
        var form = form
        for name in ["kind", "state", "from", "until"] { form.fill(name, visit.visit.query(name)) }
        let kinds = DocumentKind.allCases.map { (value: $0.rawValue, title: words("billing.kind.\($0.rawValue)")) }
        let states = DocumentState.allCases.map { (value: $0.rawValue, title: words("billing.state.\($0.rawValue)")) }
        return Page(
            title: words("billing.export"), current: "documents",
            body: """
                \(crumbs(words, [(words("billing.documents"), home), (words("billing.export"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.export"), words("billing.export.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("\(path: home.text)/export"))" data-repeatable>\
                    \(visit.visit.formFields)
                    \(form.select(
                        "kind", label: words("billing.kind"), options: [("", words("billing.any_kind"))] + kinds, words))
                    \(form.select(
                        "state", label: words("billing.state"), options: [("", words("billing.any_state"))] + states, words))
                    \(form.field(
                        Field("from", label: words("billing.export.from"), type: "date", isRequired: false, isShort: true),
                        words))
                    \(form.field(
                        Field("until", label: words("billing.export.until"), type: "date", isRequired: false, isShort: true),
                        words))
                    <div class="row">\(button(words("billing.export.csv"), icon: "download"))\
                    <a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}

extension DocumentFilter {
    /// `documents-2026-01-01-2026-12-31`
    var fileName: String {
        (["documents"] + [from, until].compactMap { $0?.description }).joined(separator: "-")
    }
}
