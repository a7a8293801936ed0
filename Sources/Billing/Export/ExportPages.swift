import Access
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    /// Many documents at once (BILL-3, BILL-7): which ones, then in what form.
    func openExport(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.form("billing/documents/export", page: exportPage) { visit, form in
            let filter = try exported(visit, &form)
            guard let format = ExportFormat(rawValue: form.typed("format")) else {
                throw Problem.field("format", "billing.export.format.missing", code: "validation_rule_required")
            }
            let count = try await database.read { connection in
                try connection.checkCount(of: visit.permit.organization, filter, max: format.documentsMax)
                return try connection.documentCount(of: visit.permit.organization, filter)
            }
            if count == 0 { throw Problem.field("kind", "billing.documents.none_found", code: "no_documents") }
            let home = "/organizations/\(visit.organization.id)/billing/documents"
            if form.typed("send").isEmpty {
                return .redirect(Link("\(path: home).\(path: format.rawValue)").query(filter.query))
            }
            try await send(visit, filter, format)
            return .redirect(Link("\(path: home)"), notice: "billing.export.sent")
        }
        for format in ExportFormat.allCases {
            door.get("billing/documents.\(format.rawValue)") { visit in
                let filter = DocumentFilter(visit.visit, today: visit.organization.zone.day(of: visit.now))
                return .file(
                    try await file(visit, filter, format), name: "\(filter.fileName).\(format.rawValue)",
                    contentType: format.contentType)
            }
        }
    }

    /// Read in one snapshot, printed after it.
    private func file(
        _ visit: OrganizationVisit<ManageBilling>, _ filter: DocumentFilter, _ format: ExportFormat
    ) async throws -> [UInt8] {
        let today = visit.organization.zone.day(of: visit.now)
        let archive = try await database.report { connection in
            let papers = format == .zip ? try connection.papers(of: visit.permit.organization, filter) : []
            return DocumentArchive(
                table: try connection.documentTable(
                    of: visit.permit.organization, filter, words: visit.words, zone: visit.organization.zone,
                    today: today), papers: papers)
        }
        switch format {
        case .csv: return archive.table
        case .zip: return try await archive.bytes(name: filter.fileName, press: press, at: visit.now)
        }
    }

    private func send(
        _ visit: OrganizationVisit<ManageBilling>, _ filter: DocumentFilter, _ format: ExportFormat
    ) async throws {
        // Before the work, and again with it.
        try await database.read { try ExportLetter.checkCount(visit.permit, at: visit.now, in: $0) }
        let bytes = try await file(visit, filter, format)
        try ExportLetter.checkSize(bytes)
        let letter = ExportLetter(
            filter: filter,
            attachment: Attachment(
                name: "\(filter.fileName).\(format.rawValue)", type: format.contentType, bytes: bytes),
            permit: visit.permit, actor: visit.actor)
        try await database.write { try letter.send(wording, settings, at: visit.now, in: $0) }
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
        form.fill("format", ExportFormat.csv.rawValue)
        let formats = ExportFormat.allCases.map { format in
            (
                value: format.rawValue, title: words("billing.export.\(format.rawValue)"),
                detail: format == .zip
                    ? words("billing.export.zip.hint", ["max": String(DocumentArchive.documentsMax)]) : nil
            )
        }
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
                    \(form.choices("format", legend: words("billing.export.format"), options: formats, words))
                    <div class="row">\(button(words("billing.export.download"), icon: "download"))\
                    <button class="btn" name="send" value="yes">\(words("billing.export.mail"))</button>\
                    <a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    <p class="muted">\(words("billing.export.mail.hint", ["max": String(Mail.attachmentsBytesMax / 1_000_000)]))</p>
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
