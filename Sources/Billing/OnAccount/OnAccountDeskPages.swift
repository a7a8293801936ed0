import Accounts
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// The operator lets an organisation buy on account, on which terms, and takes it away again; each with a reason, which
    /// the customer is told.
    func openOnAccountDesk(_ doors: Doors) {
        doors.staff.confirmed.form("organizations/{organization}/on-account", page: onAccountPage) { visit, form in
            let customer = try await customer(visit)
            let reason = form.text("reason", max: DeskRequest.reasonLengthMax)
            if (1..<DeskRequest.reasonLengthMin).contains(reason.count) { form.add(Problem.reasonTooShort) }
            if form.typed("act") == "withdraw" {
                try form.check()
                try await database.write { connection in
                    try connection.withdrawAccount(of: customer.id, reason: reason, by: visit.actor, at: visit.now)
                }
                return .redirect(
                    "/staff/organizations/\(customer.id)/money", notice: "billing.on_account.is_withdrawn")
            }
            let days = Int(form.typed("due_days").trimmed)
            let limit = Money(form.typed("limit").trimmed, customer.currency)
            if days.map(AccountTerms.dueDaysRange.contains) != true { form.add(AccountTerms.daysProblem) }
            if (limit?.minorUnits).map(AccountTerms.limitRange.contains) != true {
                form.add(AccountTerms.limitProblem(customer.currency))
            }
            guard let days, let limit, form.problems.isEmpty else { throw form.rejection }
            try await database.write { connection in
                try connection.grantAccount(
                    AccountTerms(dueDays: days, limit: limit), to: customer.id, reason: reason, by: visit.actor,
                    at: visit.now)
            }
            return .redirect("/staff/organizations/\(customer.id)/money", notice: "billing.on_account.is_granted")
        }
    }

    private func customer(_ visit: SignedInVisit) async throws -> Organization {
        let id: OrganizationID = try visit.visit.id("organization")
        guard let found = try await database.read({ try Organization.find(id, in: $0) }) else { throw Problem.notFound }
        return found
    }

    private func onAccountPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let customer = try await customer(visit)
        let terms = try await database.read { try $0.accountTerms(of: customer.id) }
        var form = form
        form.fill("due_days", String(terms?.dueDays ?? Payments.transferDueDays))
        form.fill("limit", terms?.limit.plain ?? "")
        let withdraw: HTML =
            terms == nil
            ? .empty
            : "<button class=\"btn danger\" name=\"act\" value=\"withdraw\">\(words("billing.on_account.withdraw"))</button>"
        return Page(
            title: words("billing.on_account"), current: "staff",
            body: """
                \(crumbs(words, [
                    (customer.name, "/staff/organizations/\(customer.id)"),
                    (words("billing.desk.money"), "/staff/organizations/\(customer.id)/money"),
                    (words("billing.on_account"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("billing.on_account.title", ["organization": customer.name]), words("billing.on_account.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("/staff/organizations/\(customer.id)/on-account"))">\(visit.visit.formFields)
                    \(form.field(
                        Field("due_days", label: words("billing.on_account.days"), autocomplete: "off", inputMode: "numeric", max: 3, isShort: true), words))
                    \(form.field(
                        Field(
                            "limit", label: words("billing.on_account.limit", ["currency": customer.currency.rawValue]),
                            hint: words("billing.on_account.limit.hint"), autocomplete: "off", inputMode: "decimal", max: 12, isShort: true), words))
                    \(form.field(
                        Field(
                            "reason", label: words("billing.desk.reason"), hint: words("billing.on_account.reason.hint"),
                            autocomplete: "off", max: DeskRequest.reasonLengthMax), words))
                    <div class="row">\(button(words("form.save")))\(withdraw)\
                    <a class="btn" href="\(Link("/staff/organizations/\(customer.id)/money"))">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// How the customer stands, on the desk's page of their money.
    func onAccountCard(_ standing: AccountStanding?, of organization: OrganizationID, _ words: Words) -> HTML {
        let rows: [(name: String, value: HTML, action: HTML)] =
            standing.map { standing in
                [
                    (words("billing.on_account.days"), HTML(String(standing.terms.dueDays)), .empty),
                    (
                        words("billing.on_account.may_owe"), HTML(words.money(standing.terms.limit)), .empty
                    ),
                    (
                        words("billing.desk.open"), HTML(words.money(standing.open)),
                        when(standing.isOverdue, tag(.danger, words("billing.state.overdue")))
                    ),
                ]
            } ?? []
        return card(
            words("billing.on_account"),
            """
            <div class="stack">
            \(rows.isEmpty ? "<p>\(words("billing.on_account.none"))</p>" : summary(rows))
            <p>\(linkButton(words("billing.on_account.change"), "/staff/organizations/\(organization)/on-account", icon: "pencil"))</p>
            </div>
            """)
    }
}

extension Problem {
    static let reasonTooShort = Problem.field(
        "reason", "billing.desk.reason.short", code: "validation_rule_min",
        ["min": String(DeskRequest.reasonLengthMin)])
}
