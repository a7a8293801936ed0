import Access
import Kernel
import Storage
import Web

extension Billing {
    /// What the bookkeeping wants (BILL-4). Each choice is saved at once: it is a button of its own.
    func openPreferences(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.get("billing/preferences") { visit in
            let preference = try await database.read { try $0.billingPreference(of: visit.permit.organization) }
            return .page(preferencesPage(visit, preference))
        }
        door.post("billing/preferences/invoice") { visit, form in
            guard let choice = InvoiceChoice(rawValue: form.typed("invoice")) else { throw Problem.notFound }
            let preference = BillingPreference(attachesInvoice: choice == .attached)
            try await database.write { connection in
                try connection.keep(preference, by: visit.permit, actor: visit.actor, at: visit.now)
            }
            return .redirect(
                "/organizations/\(visit.organization.id)/billing/preferences", notice: "billing.preferences.saved")
        }
    }

    private func preferencesPage(_ visit: OrganizationVisit<ManageBilling>, _ preference: BillingPreference) -> Page {
        let words = visit.words
        let home = "/organizations/\(visit.organization.id)/billing"
        let chosen: InvoiceChoice = preference.attachesInvoice ? .attached : .link
        let rows = InvoiceChoice.allCases.map { choice -> HTML in
            let name = words("billing.preferences.invoice.\(choice.rawValue)")
            let state: HTML =
                choice == chosen
                ? tag(.ok, words("billing.preferences.chosen"))
                : """
                <button class="btn" name="invoice" value="\(choice.rawValue)">\(words("billing.preferences.choose"))\
                <span class="vh"> \(name)</span></button>
                """
            return "<div><dt>\(name)</dt><dd>\(state)</dd></div>"
        }
        return Page(
            title: words("billing.preferences"), current: "documents",
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), Link("\(path: home)/documents")), (words("billing.preferences"), nil),
                ]))
                \(pageHead(words("billing.preferences"), words("billing.preferences.lead")))
                \(card(
                    words("billing.preferences.invoice"),
                    """
                    <form method="post" action="\(Link("\(path: home)/preferences/invoice"))">\(visit.visit.formFields)
                    <dl class="summary">\(rows)</dl>
                    </form>
                    """))
                """)
    }
}

/// Whether the mail about a paid invoice carries it.
private enum InvoiceChoice: String, CaseIterable {
    case link, attached
}
