import Access
import Kernel
import Web

extension Billing {
    func openTransfers(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/transfers/help") { visit in .page(helpPage(visit)) }
    }

    /// What people ask when money does not arrive, and before they pay because a mail told them to (REM-1 to REM-5).
    private func helpPage(_ visit: OrganizationVisit<ManageBilling>) -> Page {
        let words = visit.words
        let home = "/organizations/\(visit.organization.id)/billing"
        let questions: [(title: String, text: String)] = [
            (words("billing.help.genuine"), words("billing.help.genuine.text", ["address": settings.publicAddress])),
            (words("billing.help.standing_order"), words("billing.help.standing_order.text")),
            (words("billing.help.exact"), words("billing.help.exact.text")),
            (words("billing.help.not_matched"), words("billing.help.not_matched.text")),
            (words("billing.help.crossing"), words("billing.help.crossing.text")),
            (words("billing.help.fees"), words("billing.help.fees.text")),
        ]
        let cards = questions.map { card($0.title, "<p>\($0.text)</p>") }
        return Page(
            title: words("billing.help.title"), current: "documents",
            body: """
                \(crumbs(words, [
                    (words("billing.documents"), Link("\(path: home)/documents")), (words("billing.help.title"), nil),
                ]))
                \(pageHead(words("billing.help.title"), words("billing.help.lead")))
                <div class="stack">\(cards)
                <p class="row">\(linkButton(words("billing.documents"), Link("\(path: home)/documents"), icon: "document"))\
                \(linkButton(words("billing.prepaid"), Link("\(path: home)/prepaid"), icon: "wallet"))</p></div>
                """)
    }
}
