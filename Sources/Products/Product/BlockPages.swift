import Access
import Kernel
import Organizations
import Storage
import Web

extension Products {
    /// Product > Manage > Block product management (BLK-1).
    func openBlocks(_ doors: Doors) {
        let blocking = doors.organization(BlockProducts.self)
        blocking.form("products/{product}/block", page: blockPage) { visit, _ in
            let product = try await product(visit)
            try await setBlocked(true, product, visit)
            return .redirect(product.link, notice: "products.blocked")
        }
        blocking.delete("products/{product}/block") { visit, _ in
            let product = try await product(visit)
            try await setBlocked(false, product, visit)
            return .redirect(product.link, notice: "products.unblocked")
        }
    }

    private func product(_ visit: OrganizationVisit<BlockProducts>) async throws -> Product {
        let id: ProductID = try visit.visit.id("product")
        guard let product = try await database.read({ try Product.stored(id, in: visit.organization.id, $0) }) else {
            throw Problem.notFound
        }
        return product
    }

    private func setBlocked(
        _ isBlocked: Bool, _ product: Product, _ visit: OrganizationVisit<BlockProducts>
    ) async throws {
        let catalogue = catalogue
        try await database.write { connection in
            try Product.setManagementBlocked(
                isBlocked, product.id, by: visit.permit, catalogue: catalogue, actor: visit.actor, at: visit.now,
                in: connection)
        }
    }

    /// What blocking does, counted from what there is; or why it cannot be done.
    private func blockPage(_ visit: OrganizationVisit<BlockProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let product = try await product(visit)
        let holders = try await database.read {
            try Grants.limitedHolders(of: product.id, in: product.organization, $0)
        }
        let title = words("products.block.title", ["product": product.name])
        let body: HTML
        if let moment = product.managementBlockedAt {
            body = banner(
                .info, icon: "lock",
                "<p>\(words("products.block.since", ["moment": words.moment(moment, in: visit.zone)]))</p>",
                action: unblockButton(product, visit))
        } else if let reason = blockObstacle(product) {
            body = banner(
                .info, icon: "info", "<p>\(words(reason))</p>", action: linkButton(product.name, product.link))
        } else {
            body = Destructive(
                title: words("products.block"), action: "\(path: product.link.text)/block",
                effects: [
                    .init(words.count("products.block.effect.people", holders)),
                    .init(words("products.block.effect.use")),
                    .init(words("products.block.effect.told")),
                    .init(words("products.block.effect.back")),
                ], back: product.link
            ).show(form, visit.visit)
        }
        return Page(
            title: title, current: "products-\(product.typeID)",
            body: """
                \(crumbs(words, [
                    (words("products.products"), "/organizations/\(product.organization)/products"),
                    (product.name, product.link), (words("products.block"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(title, words("products.block.lead")))
                \(body)
                """)
    }

    /// The word for why there is nothing to block: a mail service has maintenance instead (BLK-4), and what has ended has nobody
    /// who manages it.
    private func blockObstacle(_ product: Product) -> String? {
        if catalogue.type(product.typeID)?.service == .mail { return "products.block.mail" }
        return product.isBlockable ? nil : "products.cancellation.refused.cancelled"
    }

    private func unblockButton<R: Right>(_ product: Product, _ visit: OrganizationVisit<R>) -> HTML {
        """
        <form method="post" action="\(Link("\(path: product.link.text)/block"))">\(visit.visit.formFields)\
        <input type="hidden" name="_method" value="DELETE">\
        <button class="btn">\(icon("key"))\(visit.words("products.unblock"))</button></form>
        """
    }

    /// The row of the product's page: whether its management is blocked, and the way to change that.
    func blockRow(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> (String, HTML, HTML) {
        let words = visit.words
        let title = words("products.block")
        let action: HTML
        if !visit.standing.has(BlockProducts.self) {
            let name = product.managementBlockedAt == nil ? title : words("products.unblock")
            action = visit.locked(name, BlockProducts.self, id: "block")
        } else if product.managementBlockedAt != nil {
            action = unblockButton(product, visit)
        } else if let reason = blockObstacle(product) {
            action = lockedAction(title, reason: words(reason), id: "block")
        } else {
            action = linkButton(title, "\(path: product.link.text)/block", icon: "lock")
        }
        let state: HTML =
            product.managementBlockedAt.map { moment in
                tag(.warn, words("products.block.since", ["moment": words.moment(moment, in: visit.zone)]))
            } ?? HTML(words("products.block.open"))
        return (words("products.block.row"), state, action)
    }
}

extension Product {
    var link: Link { "/organizations/\(organization)/products/\(id)" }
}
