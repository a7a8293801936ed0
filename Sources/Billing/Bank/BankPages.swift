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
        openBankEntries(doors)
        openBankConversions(doors)
    }

    private func bankPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let (open, entries, imports) = try await database.read { connection in
            (
                try connection.unidentifiedEntries(limit: Billing.listMax) + connection.waitingHalves().map(\.entry),
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
                    "read": String(file.counts.read), "posted": String(file.counts.posted),
                    "known": String(file.counts.known),
                    "unidentified": String(file.counts.unidentified),
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
}

extension BankEntry.State {
    func tag(_ words: Words) -> HTML {
        let tone: Tone =
            switch self {
            case .posted, .assigned, .recognised: .ok
            case .unidentified: .warn
            case .returning: .info
            case .returned, .batch, .outgoing: .off
            }
        return Web.tag(tone, words("billing.bank.state.\(rawValue)"))
    }
}
