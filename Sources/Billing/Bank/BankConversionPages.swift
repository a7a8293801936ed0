import Kernel
import Storage
import Web

extension Billing {
    /// Money that came in another currency: what it comes to is shown before it is booked.
    func openBankConversions(_ doors: Doors) {
        doors.staff.confirmed.form("bank/entries/{entry}/conversion", page: emptyConversionPage) { visit, form in
            let entry = try await bankEntry(visit)
            guard let rate = ExchangeRate(form.typed("rate").trimmed) else {
                throw Problem.field("rate", "billing.bank.rate_unreadable", code: "validation_rule_numeric")
            }
            let receiver = try BankReceiver(form)
            let reason = form.text("reason", max: 200)
            try form.check()
            let preview = try await preview(of: entry, to: receiver, at: rate)
            guard form.typed("shown") == preview.shown else {
                form.set("shown", preview.shown)
                return .page(try await conversionPage(visit, form, preview))
            }
            try await payments.convert(
                entry.id, BankConversion(to: receiver, at: rate, shown: preview.amount), reason: reason,
                by: visit.actor, at: visit.now)
            return .redirect("/staff/bank", notice: "billing.bank.decided")
        }
    }

    private func emptyConversionPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        try await conversionPage(visit, form, nil)
    }

    private struct Preview: Sendable {
        let amount: Money
        let organization: OrganizationID
        let name: String
        let rate: ExchangeRate

        /// What was on the page, for the second click.
        var shown: String { "\(amount.currency.rawValue) \(amount.plain) \(organization) \(rate.plain)" }
    }

    private func preview(of entry: BankEntry, to receiver: BankReceiver, at rate: ExchangeRate) async throws -> Preview
    {
        try await database.read { connection in
            let target = try connection.target(receiver, of: entry)
            guard target.currency != entry.amount.currency, let amount = rate.of(entry.amount, in: target.currency)
            else { throw Problem.field("rate", "billing.bank.nothing_to_convert") }
            return Preview(
                amount: amount, organization: target.organization,
                name: try Billing.recipient(connection, target.organization).name, rate: rate)
        }
    }

    private func conversionPage(_ visit: SignedInVisit, _ form: Form, _ preview: Preview?) async throws -> Page {
        let words = visit.words
        let entry = try await bankEntry(visit)
        let back: Link = "/staff/bank/entries/\(entry.id)"
        let canConvert = entry.state == .unidentified && entry.amount.isPositive
        let shown: HTML =
            preview.map { preview in
                banner(
                    .info, icon: "info",
                    """
                    <strong>\(words("billing.bank.conversion.shown", [
                        "from": words.money(entry.amount), "to": words.money(preview.amount), "rate": preview.rate.plain,
                        "name": preview.name,
                    ]))</strong>
                    """)
            } ?? .empty
        return Page(
            title: words("billing.bank.convert"), current: "staff",
            body: """
                \(crumbs(words, [
                    (words("billing.bank"), "/staff/bank"), (words("billing.bank.entry"), back),
                    (words("billing.bank.convert"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("billing.bank.convert"), words("billing.bank.convert.lead", ["amount": words.money(entry.amount)])))
                <div class="stack">
                \(shown)
                \(canConvert ? panel(conversionForm(entry, visit, form, isShown: preview != nil)) : .empty)
                </div>
                """)
    }

    private func conversionForm(_ entry: BankEntry, _ visit: SignedInVisit, _ form: Form, isShown: Bool) -> HTML {
        let words = visit.words
        let rate = Field(
            "rate", label: words("billing.bank.rate", ["currency": entry.amount.currency.rawValue]),
            hint: words("billing.bank.rate.hint"), autocomplete: "off", inputMode: "decimal", max: 10, isShort: true)
        let number = Field(
            "number", label: words("billing.number"), hint: words("billing.bank.receiver.hint"), max: 30,
            isConditional: true, isShort: true)
        let organization = Field(
            "organization", label: words("billing.bank.organization"), inputMode: "numeric", max: 20,
            isConditional: true, isShort: true)
        return """
            <form class="stack measure" method="post" action="\(Link("/staff/bank/entries/\(entry.id)/conversion"))">\
            \(visit.visit.formFields)\(form.hidden("shown"))
            \(form.field(rate, words))
            \(form.field(number, words))
            \(form.field(organization, words))
            \(form.field(Field("reason", label: words("billing.bank.reason"), max: 200), words))
            <div class="row">\(button(words(isShown ? "billing.bank.convert" : "billing.bank.convert.show")))\
            <a class="btn" href="\(Link("/staff/bank/entries/\(entry.id)"))">\(words("form.cancel"))</a></div>
            </form>
            """
    }
}

extension BankReceiver {
    /// A number goes before an organisation; nothing is what the reference was made for.
    init(_ form: Form) throws {
        let (number, organization) = (form.typed("number").trimmed, form.typed("organization").trimmed)
        if !number.isEmpty {
            self = .document(number.uppercased())
        } else if organization.isEmpty {
            self = .reference
        } else if let id = OrganizationID(organization) {
            self = .prepaid(id)
        } else {
            throw Problem.field("organization", "billing.bank.no_organization")
        }
    }

    /// What a decision of the work list names.
    init(_ form: Form, for decision: String) throws {
        if decision == "document" {
            self = .document(form.typed("number").trimmed.uppercased())
        } else if let id = OrganizationID(form.typed("organization").trimmed) {
            self = .prepaid(id)
        } else {
            throw Problem.field("organization", "billing.bank.no_organization")
        }
    }
}
