import Kernel
import Storage
import Web

extension Billing {
    private static let listMax = 50

    /// The operator's side of the bank: files, what was read, and receipts that nobody could tell (REM-7).
    func openBank(_ doors: Doors) {
        doors.staff.form("bank", bodyLimit: BankFile.uploadBytesMax + 64 * 1024, page: bankPage) { visit, form in
            guard let upload = form.uploads["file"] else {
                throw Problem.field("file", "billing.bank.file_missing", code: "validation_rule_required")
            }
            guard upload.bytes.count <= BankFile.uploadBytesMax else {
                throw Problem.field("file", "billing.bank.file_too_large", code: "validation_rule_max")
            }
            let done = try await payments.importBankFile(
                BankFile(name: upload.fileName, .bytes(upload.bytes)), by: visit.actor)
            if done.isRefused {
                throw Problem.field("file", "billing.bank.refused", code: "file_refused", ["reason": done.refusal])
            }
            return .redirect("/staff/bank", notice: "billing.bank.imported")
        }
        doors.staff.confirmed.form("bank/entries/{entry}", page: entryPage) { visit, form in
            let entry = try await entry(visit)
            let reason = form.value("reason", max: 200, otherwise: "billing.bank.reason_missing") {
                $0.trimmed.isEmpty ? nil : $0.trimmed
            }
            guard let reason else { throw form.rejection }
            switch form.typed("decision") {
            case "return":
                try await payments.sendBack(entry.id, reason: reason, by: visit.actor, at: visit.now)
            case "prepaid":
                let target = try await prepaidTarget(form.typed("organization"))
                try await payments.assign(
                    entry.id, to: target, isPrepaid: true, reason: reason, by: visit.actor, at: visit.now)
            case "document":
                let target = try await documentTarget(form.typed("number"))
                try await payments.assign(
                    entry.id, to: target, isPrepaid: false, reason: reason, by: visit.actor, at: visit.now)
            default:
                throw Problem.field("decision", "billing.bank.choose", code: "validation_rule_required")
            }
            return .redirect("/staff/bank", notice: "billing.bank.decided")
        }
    }

    private func entry(_ visit: SignedInVisit) async throws -> BankEntry {
        let id: BankEntryID = try visit.visit.id("entry")
        guard let entry = try await database.read({ try $0.bankEntry(id) }) else { throw Problem.notFound }
        return entry
    }

    private func prepaidTarget(_ text: String) async throws -> TransferTarget {
        guard let id = OrganizationID(text.trimmed) else {
            throw Problem.field("organization", "billing.bank.no_organization")
        }
        do {
            let currency = try await database.read { try $0.billingCurrency(of: id) }
            return TransferTarget(
                organization: id, purpose: PaymentPurpose.topUpName, purposeID: id.rawValue, asked: nil,
                currency: currency)
        } catch let problem as Problem where problem.status == 404 {
            throw Problem.field("organization", "billing.bank.no_organization")
        }
    }

    private func documentTarget(_ text: String) async throws -> TransferTarget {
        let number = text.trimmed.uppercased()
        let found = try await database.read { try $0.openTargets("d.number = \(number)") }
        guard found.count == 1 else { throw Problem.field("number", "billing.bank.no_document") }
        return found[0]
    }

    private func bankPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (open, entries, imports) = try await database.read { connection in
            (
                try connection.unidentifiedEntries(limit: Billing.listMax),
                try connection.newestEntries(limit: Billing.listMax), try connection.bankImports(limit: 10)
            )
        }
        return Page(
            title: words("billing.bank"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("billing.bank"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.bank"), words("billing.bank.lead")))
                <div class="stack">
                \(card(
                    words("billing.bank.import"),
                    """
                    <form class="stack measure" method="post" action="/staff/bank" enctype="multipart/form-data">\(visit.visit.formFields)
                    \(form.field(
                        Field("file", label: words("billing.bank.file"), type: "file", hint: words("billing.bank.file.hint")),
                        words))
                    <div class="row">\(button(words("billing.bank.import_now")))</div>
                    </form>
                    """))
                \(card(words("billing.bank.open"), isFlush: true, open.isEmpty
                    ? emptyState(icon: "check", words("billing.bank.open.none")) : table(open, visit)))
                \(card(words("billing.bank.entries"), isFlush: true, entries.isEmpty
                    ? emptyState(icon: "document", words("billing.bank.entries.none")) : table(entries, visit)))
                \(card(words("billing.bank.imports"), isFlush: true, imports.isEmpty
                    ? emptyState(icon: "document", words("billing.bank.imports.none")) : table(imports, visit)))
                </div>
                """)
    }

    private func table(_ entries: [BankEntry], _ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let rows = entries.map { entry -> HTML in
            let from = entry.debtorName.isEmpty ? words("billing.bank.no_name") : entry.debtorName
            return """
                <tr><th scope="row"><a href="\(Link("/staff/bank/entries/\(entry.id)"))">\(from)</a>\
                <small>\(entry.reference.isEmpty ? entry.message : entry.reference)</small></th>
                <td data-label="\(words("billing.state"))">\(entry.state.tag(words))</td>
                <td class="date" data-label="\(words("billing.bank.booked_on"))">\(words.day(entry.bookedOn))</td>
                <td class="num" data-label="\(words("billing.transfer.amount"))">\(words.money(entry.amount))</td></tr>
                """
        }
        return """
            <table class="table"><caption class="vh">\(words("billing.bank.entries"))</caption>
            <thead><tr><th scope="col">\(words("billing.bank.from"))</th><th scope="col">\(words("billing.state"))</th>\
            <th scope="col">\(words("billing.bank.booked_on"))</th>\
            <th scope="col" class="num">\(words("billing.transfer.amount"))</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private func table(_ imports: [BankImport], _ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let rows = imports.map { file -> HTML in
            let counts = words(
                "billing.bank.counts",
                [
                    "read": String(file.read), "posted": String(file.posted), "known": String(file.known),
                    "unidentified": String(file.unidentified),
                ])
            let outcome =
                file.isRefused
                ? words("billing.bank.refused", ["reason": file.refusal])
                : file.finishedAt == nil ? words("billing.bank.stopped", ["counts": counts]) : counts
            return """
                <tr><th scope="row">\(file.fileName)<small>\(outcome)</small></th>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(file.startedAt, in: visit.zone))</td></tr>
                """
        }
        return """
            <table class="table"><caption class="vh">\(words("billing.bank.imports"))</caption>
            <thead><tr><th scope="col">\(words("billing.bank.file"))</th>\
            <th scope="col">\(words("billing.movement.when"))</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private func entryPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let entry = try await entry(visit)
        let suggestions =
            entry.state == .unidentified
            ? try await database.read { try $0.suggestions(for: entry) } : []
        let rows: [(name: String, value: HTML, action: HTML)] = [
            (words("billing.transfer.amount"), "<strong>\(words.money(entry.amount))</strong>", .empty),
            (words("billing.state"), entry.state.tag(words), .empty),
            (words("billing.bank.booked_on"), HTML(words.day(entry.bookedOn)), .empty),
            (words("billing.bank.from"), "\(entry.debtorName) <small>\(entry.debtorIBAN)</small>", .empty),
            (words("billing.transfer.reference"), HTML(entry.reference), .empty),
            (words("billing.bank.message"), HTML(entry.message), .empty),
        ]
        let why = entry.reason.map { words("billing.bank.reason.\($0.rawValue)") }
        return Page(
            title: words("billing.bank.entry"), current: "staff",
            body: """
                \(crumbs(words, [
                    (words("support.desk"), "/staff"), (words("billing.bank"), "/staff/bank"),
                    (words("billing.bank.entry"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("billing.bank.entry"), why))
                <div class="stack">
                \(panel(summary(rows)))
                \(when(entry.state == .returning, banner(.info, icon: "info", "\(words("billing.bank.return_text", ["text": entry.returnText]))")))
                \(when(entry.state == .unidentified, decision(entry, suggestions, visit, form)))
                </div>
                """)
    }

    private func decision(
        _ entry: BankEntry, _ suggestions: [BankSuggestion], _ visit: SignedInVisit, _ form: Form
    ) -> HTML {
        let words = visit.words
        var form = form
        if let first = suggestions.first {
            form.fill("decision", "document")
            form.fill("number", first.number)
        }
        let listed = suggestions.map { suggestion -> HTML in
            "<li>\(suggestion.number), \(suggestion.name), \(words.money(suggestion.asked))</li>"
        }
        let options = ["document", "prepaid", "return"].map { value in
            (
                value: value, title: words("billing.bank.decision.\(value)"),
                detail: Optional(words("billing.bank.decision.\(value).hint"))
            )
        }
        return card(
            words("billing.bank.decide"),
            """
            \(when(!listed.isEmpty, "<p>\(words("billing.bank.suggestions"))</p><ul>\(listed)</ul>"))
            <form class="stack measure" method="post" action="\(Link("/staff/bank/entries/\(entry.id)"))">\(visit.visit.formFields)
            \(form.choices("decision", legend: words("billing.bank.decision"), options: options, words))
            \(form.field(Field("number", label: words("billing.number"), max: 30, isConditional: true, isShort: true), words))
            \(form.field(
                Field(
                    "organization", label: words("billing.bank.organization"), inputMode: "numeric", max: 20,
                    isConditional: true, isShort: true), words))
            \(form.field(Field("reason", label: words("billing.bank.reason"), max: 200), words))
            <div class="row">\(button(words("billing.bank.decide")))<a class="btn" href="/staff/bank">\(words("form.cancel"))</a></div>
            </form>
            """)
    }
}

/// What a receipt may be for, for somebody to judge.
struct BankSuggestion: Sendable {
    let number: String
    let name: String
    let asked: Money
}

extension Connection {
    /// By number in the text, by known payer, by the same amount: the surest first.
    func suggestions(for entry: BankEntry) throws -> [BankSuggestion] {
        guard entry.amount.isPositive else { return [] }
        let numbers = BankMatch.numbers(in: entry.message)
        let named: SQL = numbers.isEmpty ? "0" : "CASE WHEN d.number IN \(numbers) THEN 2 ELSE 0 END"
        let asked: SQL = "CASE WHEN d.kind = 'invoice' THEN COALESCE(b.amount, 0) ELSE d.total END"
        let fits: SQL = "\(asked) = \(entry.amount.minorUnits)"
        let known: SQL = """
            d.organization_id IN (SELECT organization_id FROM bank_entry WHERE debtor_iban = \(entry.debtorIBAN)
                AND debtor_iban <> '' AND organization_id IS NOT NULL)
            """
        let matches: SQL = numbers.isEmpty ? fits : "(\(fits) OR d.number IN \(numbers))"
        return try rows(
            """
            SELECT d.number, o.name, \(asked) AS asked, d.currency,
                \(named) + CASE WHEN \(known) THEN 1 ELSE 0 END AS weight
            FROM document d
            JOIN document_state s ON s.document_id = d.id
            JOIN organization o ON o.id = d.organization_id
            LEFT JOIN transfer_reference r ON r.document_id = d.id AND d.kind = 'pro_forma'
            LEFT JOIN ledger_balance b ON b.account = \(LedgerAccount.receivable)
                AND b.organization_id = d.organization_id AND b.document_id = d.id AND b.currency = d.currency
            WHERE d.currency = \(entry.amount.currency) AND \(matches)
                AND (d.kind = 'invoice' AND COALESCE(b.amount, 0) > 0
                    OR d.kind = 'pro_forma' AND s.state = 'open' AND r.id IS NOT NULL)
            ORDER BY weight DESC, d.id DESC LIMIT 10
            """
        ).map { row in
            BankSuggestion(
                number: try row["number"], name: try row["name"],
                asked: Money(minorUnits: try row["asked"], try row["currency"]))
        }
    }
}

extension BankEntry.State {
    func tag(_ words: Words) -> HTML {
        let tone: Tone =
            switch self {
            case .posted, .assigned: .ok
            case .unidentified: .warn
            case .returning: .info
            case .returned, .batch, .outgoing: .off
            }
        return Web.tag(tone, words("billing.bank.state.\(rawValue)"))
    }
}
