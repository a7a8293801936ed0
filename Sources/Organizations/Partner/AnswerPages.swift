import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// The client's answer: which access it gives, be it fewer or more than was asked (PART-13). Rights are guarded: the password
    /// again, unless it was given lately.
    func openAnswer(_ doors: Doors) {
        doors.organization(ManagePartnerships.self).confirmed.form(
            "partner-requests/{ask}", bodyLimit: MembershipForm.bodyLimit, page: answerPage
        ) { visit, form in
            let request = try await request(visit.visit)
            let access = try PartnerAccessForm.read(&form)
            let products = products
            try await database.write { connection in
                try ClientRequest.accept(
                    request.id, with: access, permit: visit.permit, products: products, actor: visit.actor,
                    at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/partners", notice: "partners.begun")
        }
    }

    private func answerPage(_ visit: OrganizationVisit<ManagePartnerships>, _ form: Form) async throws -> Page {
        let words = visit.words
        let request = try await request(visit.visit)
        let (facts, offered, isIn) = try await database.read { [products] connection in
            (
                try ClientRequestFacts(request, at: visit.now, in: connection),
                try products.list(visit.organization.id, connection),
                try Partnership.find(of: request.partner, with: visit.organization.id, in: connection) != nil
            )
        }
        let home: Link = "/organizations/\(visit.organization.id)/partners"
        let title = words("clients.answer.title", ["partner": facts.partner])
        var form = form
        form.fill("access", request.wantsAll ? "full" : "products")
        let refusal: String? =
            if facts.isWithdrawn {
                "clients.link.withdrawn"
            } else if facts.state != .pending {
                "clients.link.\(facts.state.rawValue)"
            } else if request.partner == visit.organization.id {
                "clients.answer.refused.yourself"
            } else {
                isIn ? "clients.answer.refused.is_in" : nil
            }
        let answering: HTML = """
            \(card(
                words("clients.answer.asked"),
                summary(facts.rows(words, visit.zone).map { ($0.name, HTML($0.value), .empty) })))
            \(panel(
                """
                <form class="stack measure" method="post" action="\(Link("/organizations/\(visit.organization.id)/partner-requests/\(request.token(keys).text)"))">\
                \(visit.visit.formFields)
                \(PartnerAccessForm(products: offered).fields(form, words))
                <p>\(words("partners.never"))</p>
                <div class="row">\(button(words("clients.answer.grant", ["partner": facts.partner])))\
                <a class="btn" href="\(Link("\(path: request.page(keys).text)/refusal"))">\(words("clients.refuse"))</a></div>
                </form>
                """))
            """
        return Page(
            title: title, current: "members",
            body: """
                \(crumbs(words, [(words("partners.title"), home), (title, nil)]))
                \(refusal == nil ? form.summary(words) : .empty)
                \(pageHead(title, words("clients.answer.grant.lead", ["organization": visit.organization.name])))
                \(refusal.map { panel(emptyState(icon: "info", words($0), action: linkButton(words("partners.title"), home))) } ?? "<div class=\"stack\">\(answering)</div>")
                """)
    }
}
