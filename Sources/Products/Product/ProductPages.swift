import Access
import Billing
import Kernel
import Storage
import Web

extension Products {
    func openProducts(_ doors: Doors) {
        doors.organization(SeeProducts.self).get("products") { visit in
            let filter = ProductFilter(visit.visit, catalogue)
            let list = try await database.read { try Product.list(filter, visit.paging, by: visit.permit, in: $0) }
            return .page(ProductList(visit: visit, catalogue: catalogue, filter: filter, list: list).page)
        }
        doors.organization(SeeProducts.self).get("products/{product}") { visit in
            let id: ProductID = try visit.visit.id("product")
            guard let product = try await database.read({ try Product.find(id, by: visit.permit, in: $0) }) else {
                throw Problem.notFound
            }
            return .page(productPage(visit, product))
        }
    }

    /// What can be done with the product, and why not where it cannot (PROD-2, PERM-4).
    private func managing(_ product: Product, _ visit: OrganizationVisit<SeeProducts>) -> HTML {
        let words = visit.words
        var rows: [(String, HTML, HTML)] = []
        if catalogue.type(product.typeID)?.naming == .label {
            rows.append(
                (
                    words("products.name"), HTML(product.name),
                    managed(product, visit, "rename")
                        ?? linkButton(words("products.act.rename"), "\(path: product.link.text)/name", icon: "pencil")
                ))
        }
        rows.append(blockRow(product, visit))
        if let end = cancellationButton(product, visit) {
            rows.append((words("products.cancellation.row"), HTML(words("products.cancellation.row.text")), end))
        }
        return card(words("products.manage"), summary(rows))
    }

    /// - Parameter act: `rename`, `cancel` or `keep`: the name of its button.
    /// - Returns: the greyed action with its reason, where the management of the product is blocked for the visitor (BLK-2);
    ///   nil where it is open.
    func managed(_ product: Product, _ visit: OrganizationVisit<SeeProducts>, _ act: String) -> HTML? {
        guard let problem = product.managementRefusal(for: visit.standing.products) else { return nil }
        let words = visit.words
        let ask = Link.askForRight(BlockProducts.name, in: product.organization)
        return lockedAction(
            words("products.act.\(act)"), reason: words(problem.word), id: act,
            action: when(visit.standing.isMember, "<a href=\"\(ask)\">\(words("access.ask"))</a>"))
    }

    /// The dashboard of a product (PROD-2). What can be managed grows with the rooms of its type.
    private func productPage(_ visit: OrganizationVisit<SeeProducts>, _ product: Product) -> Page {
        let words = visit.words
        let sold = catalogue.offer(product.offerID)
        let type = catalogue.type(product.typeID)
        let organization = product.organization
        let mayOrder = visit.standing.has(OrderProducts.self)
        let order: HTML =
            mayOrder
            ? "<a href=\"\(Link("/organizations/\(organization)/orders/\(product.order)"))\">\(words("products.order.number", ["number": product.order.description]))</a>"
            : HTML(words("products.order.number", ["number": product.order.description]))
        let next: HTML = product.period.map { HTML(words.day($0.end)) } ?? "–"
        return Page(
            title: product.name, current: "products-\(product.typeID)",
            body: """
                \(crumbs(words, [
                    (
                        type?.name[words.language] ?? words("products.products"),
                        Link("/organizations/\(organization)/products").query([("type", product.typeID)])
                    ), (product.name, nil),
                ]))
                \(cancellationNotice(product, visit))
                \(pageHead(product.name, sold?.offer.name[words.language], action: applicationButton(product, words)))
                <div class="split">
                <div class="stack">
                \(card(
                    words("products.dashboard"),
                    summary([
                        (words("products.state"), product.tag(on: visit.organization.zone.day(of: visit.now), words), .empty),
                        (words("products.product"), HTML(sold?.offer.name[words.language] ?? product.offerID), .empty),
                        (words("products.paid_period"), product.period.map { HTML(words.period($0)) } ?? "–", .empty),
                        (words("products.order_title"), order, .empty),
                    ])))
                \(when(product.isBlockable, managing(product, visit)))
                </div>
                <aside class="stack">
                \(card(
                    words("products.next_renewal"),
                    """
                    <p class="figure">\(words.money(product.renewalPrice))</p>
                    <p class="muted">\(words("products.net_per_term", ["term": words.term(product.term)]))</p>
                    <p class="muted">\(words("products.renewal_day")) \(next)</p>
                    """))
                </aside>
                </div>
                """)
    }
}

extension Product {
    func tag(on today: Day, _ words: Words) -> HTML {
        if isCancelling { return Web.tag(.warn, words("products.state.cancellation_requested")) }
        return switch state {
        case .ordered: Web.tag(.warn, words("products.state.ordered"))
        case .active:
            if let days = daysLeft(on: today), days <= expiresSoonDays {
                Web.tag(.warn, words.count("products.state.expires", days))
            } else {
                Web.tag(.ok, words("products.state.active"))
            }
        case .expired: Web.tag(.danger, words("products.state.expired"))
        case .cancelled: Web.tag(.off, words("products.state.cancelled"))
        }
    }
}
