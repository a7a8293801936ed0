import Kernel
import Storage
import Web

extension Billing {
    /// One movement of the bank, and what an operator decides about it.
    func openBankEntries(_ doors: Doors) {
        doors.staff.confirmed.form("bank/entries/{entry}", page: entryPage) { visit, form in
            let entry = try await bankEntry(visit)
            let reason = form.value("reason", max: 200, otherwise: "billing.bank.reason_missing") {
                $0.trimmed.isEmpty ? nil : $0.trimmed
            }
            guard let reason else { throw form.rejection }
            switch form.typed("decision") {
            case "return":
                try await payments.sendBack(entry.id, reason: reason, by: visit.actor, at: visit.now)
            case "prepaid", "document":
                try await payments.assign(
                    entry.id, to: try BankReceiver(form, for: form.typed("decision")), reason: reason, by: visit.actor,
                    at: visit.now)
            case "exchange":
                try await payments.assignExchange(
                    entry.id, with: BankEntryID(form.typed("other").trimmed), reason: reason, by: visit.actor,
                    at: visit.now)
            case "receipt":
                try await payments.takeBack(
                    entry.id, receipt: BankEntryID(form.typed("receipt").trimmed), reason: reason, by: visit.actor,
                    at: visit.now)
            case "own":
                try await payments.assignOwn(
                    entry.id, named: form.typed("own").trimmed, reason: reason, by: visit.actor, at: visit.now)
            default:
                throw Problem.field("decision", "billing.bank.choose", code: "validation_rule_required")
            }
            return .redirect("/staff/bank", notice: "billing.bank.decided")
        }
    }

    func bankEntry(_ visit: SignedInVisit) async throws -> BankEntry {
        let id: BankEntryID = try visit.visit.id("entry")
        guard let entry = try await database.read({ try $0.bankEntry(id) }) else { throw Problem.notFound }
        return entry
    }

    private func entryPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let entry = try await bankEntry(visit)
        let open = try await database.read { try OpenEntry(entry, in: $0) }
        let rows: [(name: String, value: HTML, action: HTML)] = [
            (words("billing.transfer.amount"), "<strong>\(words.money(entry.amount))</strong>", .empty),
            (words("billing.state"), entry.state.tag(words), .empty),
            (words("billing.bank.entry_number"), HTML(entry.id.description), .empty),
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
                \(when(open?.isHalf == true, banner(.info, icon: "info", HTML(words("billing.bank.half_waits")))))
                \(open.map { decision(entry, $0, visit, form) })
                \(when(entry.state == .unidentified && entry.amount.isPositive, conversion(entry, open?.same ?? [], words)))
                </div>
                """)
    }

    private func decision(_ entry: BankEntry, _ open: OpenEntry, _ visit: SignedInVisit, _ form: Form) -> HTML {
        let words = visit.words
        var form = form
        for (name, value) in open.first { form.fill(name, value) }
        let options = open.decisions.map { value in
            (
                value: value, title: words("billing.bank.decision.\(value)"),
                detail: Optional(words("billing.bank.decision.\(value).hint"))
            )
        }
        return card(
            words("billing.bank.decide"),
            """
            \(open.list(words))
            <form class="stack measure" method="post" action="\(Link("/staff/bank/entries/\(entry.id)"))">\(visit.visit.formFields)
            \(form.choices("decision", legend: words("billing.bank.decision"), options: options, words))
            \(when(open.decisions.contains("document"), receiverFields(form, words)))
            \(when(open.decisions.contains("own"), form.field(
                Field("own", label: words("billing.bank.own"), autocomplete: "off", max: 100, isConditional: true, isShort: true),
                words)))
            \(when(open.decisions.contains("receipt"), form.field(
                Field(
                    "receipt", label: words("billing.bank.receipt"), inputMode: "numeric", max: 20, isConditional: true,
                    isShort: true), words)))
            \(form.field(
                Field(
                    "other", label: words("billing.bank.other_half"), inputMode: "numeric", max: 20, isConditional: true,
                    isShort: true), words))
            \(form.field(Field("reason", label: words("billing.bank.reason"), max: 200), words))
            <div class="row">\(button(words("billing.bank.decide")))<a class="btn" href="/staff/bank">\(words("form.cancel"))</a></div>
            </form>
            """)
    }

    /// The rule for another currency: a prepaid account in that currency, conversion, or back.
    private func conversion(
        _ entry: BankEntry, _ same: [(id: OrganizationID, name: String)], _ words: Words
    ) -> HTML {
        let listed = same.map { organization -> HTML in
            "<li>\(organization.name) <small>\(organization.id.description)</small></li>"
        }
        return card(
            words("billing.bank.convert"),
            """
            <p>\(words("billing.bank.convert.hint"))</p>
            \(when(!listed.isEmpty, "<p>\(words("billing.bank.same_currency"))</p><ul>\(listed)</ul>"))
            <div class="row">\(linkButton(words("billing.bank.convert.open"), "/staff/bank/entries/\(entry.id)/conversion"))</div>
            """)
    }

    private func receiverFields(_ form: Form, _ words: Words) -> HTML {
        """
        \(form.field(Field("number", label: words("billing.number"), max: 30, isConditional: true, isShort: true), words))
        \(form.field(
            Field(
                "organization", label: words("billing.bank.organization"), inputMode: "numeric", max: 20,
                isConditional: true, isShort: true), words))
        """
    }
}
