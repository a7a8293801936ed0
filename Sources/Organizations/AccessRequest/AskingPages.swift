import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// The page that greyed actions lead to: what is missing, who can grant it, and "ask them" (interface.md, "Not allowed").
    func openAsking(_ doors: Doors) {
        // On the page that refuses, as on the one that asks.
        doors.grantors { connection, organization, name in
            guard let right = Rights.named(name) else { return [] }
            return try AccessRequest.grantors(of: right, in: organization, connection)
                .prefix(Organizations.grantorsNamedMax).map(\.name)
        }
        doors.organization(SeeOrganization.self).form("access-requests/new", page: askingPage) { visit, form in
            let (right, product) = try wanted(visit.visit, form)
            if !visit.standing.isMember {
                throw Problem(.conflict, code: "partner", word: "requests.refused.partner")
            }
            let note = form.text("note", max: AccessRequest.noteLengthMax, isRequired: false)
            try form.check()
            let products = products
            try await database.write { connection in
                try AccessRequest.ask(
                    right.name, product: product, note: note, by: visit.standing, permit: visit.permit,
                    products: products, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/access", notice: "requests.asked")
        }
    }

    /// In a sentence; the page that asks has all of them.
    private static let grantorsNamedMax = 5

    /// - Throws: 404 for a right that there is not.
    private func wanted(_ visit: Visit, _ form: Form) throws -> (right: any Right.Type, product: ProductID?) {
        func value(_ name: String) -> String { form.isEmpty ? visit.query(name) : form.typed(name) }
        guard let right = Rights.named(value("right")) else { throw Problem.notFound }
        if value("product").isEmpty { return (right, nil) }
        guard let product = ProductID(value("product")) else { throw Problem.notFound }
        return (right, product)
    }

    private func askingPage(_ visit: OrganizationVisit<SeeOrganization>, _ form: Form) async throws -> Page {
        let words = visit.words
        let (right, product) = try wanted(visit.visit, form)
        let organization = visit.organization.id
        let grantors = try await database.read { try AccessRequest.grantors(of: right, in: organization, $0) }
        let home: Link = "/organizations/\(organization)/access"
        let isPartner = !visit.standing.isMember
        let hasIt = isPartner || Remedy.of(right, product: product, for: visit.standing) == .nothing
        let names = grantors.filter { $0.id != visit.person.id }.map { member -> HTML in
            "<li>\(member.name) <small>\(words("role.\(member.role.rawValue)"))</small></li>"
        }
        let note = Field(
            "note", label: words("requests.note"), hint: words("requests.note.hint"),
            max: AccessRequest.noteLengthMax, isRequired: false)
        return Page(
            title: words("requests.ask"), current: "access",
            body: """
                \(crumbs(words, [(words("rights.title"), home), (words("requests.ask"), nil)]))
                \(form.summary(words))
                \(pageHead(words("requests.ask"), words(isPartner ? "requests.refused.partner" : hasIt ? "requests.refused.has_it" : "requests.ask.lead")))
                \(when(
                    !hasIt,
                    panel(
                        """
                        \(summary([
                            (words("requests.missing"), HTML(AccessRequest.title(right.name, product, words)), .empty),
                            (words("requests.grantors"), "<ul role=\"list\">\(names)</ul>", .empty),
                        ]))
                        <form class="stack measure gap-above" method="post" action="\(Link("/organizations/\(organization)/access-requests/new"))">\
                        \(visit.visit.formFields)<input type="hidden" name="right" value="\(right.name)">\
                        <input type="hidden" name="product" value="\(product?.description ?? "")">
                        \(form.field(note, words))
                        <div class="row">\(button(words("requests.ask_them"), icon: "mail"))\
                        <a class="btn" href="\(home)">\(words("form.cancel"))</a></div></form>
                        """)))
                \(when(hasIt, linkButton(words("rights.title"), home)))
                """)
    }
}
