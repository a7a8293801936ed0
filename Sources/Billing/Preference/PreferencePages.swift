import Access
import Kernel
import Storage
import Web

extension Billing {
    /// What the bookkeeping wants (BILL-4, BILL-11, REM-6). Each choice is saved at once: it is a button of its own.
    func openPreferences(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.get("billing/preferences") { visit in
            let preference = try await database.read { try $0.billingPreference(of: visit.permit.organization) }
            return .page(preferencesPage(visit, preference))
        }
        door.post("billing/preferences/invoice") { visit, form in
            guard let choice = InvoiceChoice(rawValue: form.typed("invoice")) else { throw Problem.notFound }
            let attaches = choice == .attached
            return try await change(attaches ? "InvoicesAttached" : "InvoicesLeftOut", visit) {
                $0.attachesInvoice = attaches
            }
        }
        door.post("billing/preferences/reminders") { visit, form in
            guard let count = Int(form.typed("reminders")), (1...max(1, reminders.rule.days.count)).contains(count)
            else { throw Problem.notFound }
            // All there are stays all, also when the provider sends one more.
            let wanted = count == reminders.rule.days.count ? nil : count
            return try await change("RemindersChosen", visit, saying: ["count": String(count)]) {
                $0.remindersMax = wanted
            }
        }
        door.post("billing/preferences/reminded") { visit, form in
            guard let choice = RemindedChoice(rawValue: form.typed("reminded")) else { throw Problem.notFound }
            let attaches = choice == .all
            return try await change(attaches ? "OpenInvoicesAttached" : "OpenInvoicesLeftOut", visit) {
                $0.attachesAllOpen = attaches
            }
        }
    }

    private func change(
        _ event: String, _ visit: OrganizationVisit<ManageBilling>, saying payload: [String: String] = [:],
        _ choose: @escaping @Sendable (inout BillingPreference) -> Void
    ) async throws -> Answer {
        let organization = visit.permit.organization
        let chosen = Event(
            event, by: visit.actor, organization: organization, subject: "organization", organization.rawValue,
            payload: payload)
        try await database.write { connection in
            try connection.change(chosen, by: visit.permit, at: visit.now, choose)
            try connection.rescheduleReminders(
                of: organization, by: reminders.rule,
                wanted: try connection.billingPreference(of: organization).remindersMax,
                in: payments.issuer.zone)
        }
        return .redirect(
            "/organizations/\(visit.organization.id)/billing/preferences", notice: "billing.preferences.saved")
    }

    private func preferencesPage(_ visit: OrganizationVisit<ManageBilling>, _ preference: BillingPreference) -> Page {
        let words = visit.words
        let home = "/organizations/\(visit.organization.id)/billing"
        let rule = reminders.rule
        let invoices = choices(
            "invoice", words("billing.preferences.invoice"),
            InvoiceChoice.allCases.map { ($0.rawValue, words("billing.preferences.invoice.\($0.rawValue)")) },
            chosen: (preference.attachesInvoice ? InvoiceChoice.attached : .link).rawValue, visit)
        let numbers = choices(
            "reminders", words("billing.preferences.reminders"),
            rule.days.indices.map { index in
                let days = rule.days[...index].map(String.init).joined(separator: ", ")
                return (String(index + 1), words.count("billing.preferences.reminders", index + 1, ["days": days]))
            },
            chosen: String(rule.count(wanted: preference.remindersMax)), visit)
        let reminded = choices(
            "reminded", words("billing.preferences.reminded"),
            RemindedChoice.allCases.map { ($0.rawValue, words("billing.preferences.reminded.\($0.rawValue)")) },
            chosen: (preference.attachesAllOpen ? RemindedChoice.all : .only).rawValue, visit)
        return Page(
            title: words("billing.preferences"), current: "documents",
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), Link("\(path: home)/documents")), (words("billing.preferences"), nil),
                ]))
                \(pageHead(words("billing.preferences"), words("billing.preferences.lead")))
                <div class="stack">\(invoices)\(when(!rule.days.isEmpty, "\(numbers)\(reminded)"))
                <p class="row">\(linkButton(words("billing.reminders"), Link("\(path: home)/reminders"), icon: "bell"))\
                \(linkButton(words("billing.profiles"), Link("\(path: home)/methods"), icon: "card"))</p></div>
                """)
    }

    /// One card for each thing to choose: what is chosen is said, everything else is a button.
    private func choices(
        _ name: String, _ title: String, _ options: [(value: String, title: String)], chosen: String,
        _ visit: OrganizationVisit<ManageBilling>
    ) -> HTML {
        let words = visit.words
        let rows = options.map { option -> HTML in
            let state: HTML =
                option.value == chosen
                ? tag(.ok, words("billing.preferences.chosen"))
                : """
                <button class="btn" name="\(name)" value="\(option.value)">\(words("billing.preferences.choose"))\
                <span class="vh"> \(option.title)</span></button>
                """
            return "<div><dt>\(option.title)</dt><dd>\(state)</dd></div>"
        }
        let action: Link = "/organizations/\(visit.organization.id)/billing/preferences/\(path: name)"
        return card(
            title,
            """
            <form method="post" action="\(action)">\(visit.visit.formFields)
            <dl class="summary">\(rows)</dl>
            </form>
            """)
    }
}

/// Whether the mail about a paid invoice carries it.
private enum InvoiceChoice: String, CaseIterable {
    case link, attached
}

/// Which invoices a reminder carries.
private enum RemindedChoice: String, CaseIterable {
    case only, all
}
