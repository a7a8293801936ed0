package import Access
package import Kernel
import Organizations
package import Storage
import Web

extension Products {
    /// Giving a product another name, where the name is only there to tell it from others.
    func openProductNames(_ doors: Doors) {
        doors.organization(ManageProducts.self).form("products/{product}/name", page: namePage) { visit, form in
            let id: ProductID = try visit.visit.id("product")
            let name = form.text("name", max: Product.nameLengthMax)
            try form.check()
            let catalogue = catalogue
            try await database.write { connection in
                try Product.rename(
                    id, to: name, by: visit.permit, catalogue: catalogue, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/products/\(id)", notice: "products.renamed")
        }
    }

    private func namePage(_ visit: OrganizationVisit<ManageProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let id: ProductID = try visit.visit.id("product")
        guard let product = try await database.read({ try Product.find(id, by: visit.standing.permit(), in: $0) })
        else { throw Problem.notFound }
        var form = form
        form.fill("name", product.name)
        let field = Field(
            "name", label: words("products.name"), hint: words("products.name.hint"), max: Product.nameLengthMax)
        let body: HTML
        if catalogue.type(product.typeID)?.naming == .domain {
            body = banner(
                .info, icon: "info", "<p>\(words("products.rename.domain"))</p>",
                action: linkButton(product.name, product.link))
        } else if let problem = product.managementRefusal(for: visit.standing.products) {
            body = banner(
                .info, icon: "lock", "<p>\(words(problem.word))</p>", action: linkButton(product.name, product.link))
        } else {
            body = panel(
                """
                <form class="stack measure" method="post" action="\(Link("\(path: product.link.text)/name"))">\
                \(visit.visit.formFields)\(form.field(field, words))
                <div class="row">\(button(words("form.save")))<a class="btn" href="\(product.link)">\(words("form.cancel"))</a></div>
                </form>
                """)
        }
        return Page(
            title: words("products.rename"), current: "products-\(product.typeID)",
            body: """
                \(crumbs(words, [
                    (words("products.products"), "/organizations/\(product.organization)/products"),
                    (product.name, product.link), (words("products.rename"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("products.rename")))
                \(body)
                """)
    }
}

extension Product {
    /// - Throws: 404 where it is out of reach; 403 where it is blocked; 409 where its name is a domain, or it has ended.
    package static func rename(
        _ id: ProductID, to name: String, by permit: Permit<ManageProducts>, catalogue: Catalogue, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        let product = try managed(id, by: permit, in: connection)
        guard catalogue.type(product.typeID)?.naming != .domain else {
            throw Problem(.conflict, code: "named_by_domain", word: "products.rename.domain")
        }
        guard product.state != .cancelled else {
            throw Problem(.conflict, code: "has_ended", word: "products.cancellation.refused.cancelled")
        }
        if name == product.name { return }
        try connection.execute("UPDATE product SET name = \(name) WHERE id = \(id)")
        try connection.announce(
            Event(
                "ProductRenamed", by: actor, organization: product.organization, subject: "product", id.rawValue,
                product: id, payload: ["name_before": product.name, "name_after": name]), at: now)
    }
}
