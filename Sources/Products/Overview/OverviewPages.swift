import Access
import Billing
import Kernel
import Storage
import Web

extension Products {
    /// Where the console of an organisation opens: its product families (UI-2) and the prepaid account.
    func openOverview(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("") { visit in
            let standing = visit.standing
            let facts = try await database.read { connection -> Facts in
                let see = try? standing.permit(SeeProducts.self)
                let bill = try? standing.permit(ManageBilling.self)
                return Facts(
                    counts: try see.map { try Product.counts(by: $0, in: connection) },
                    prepaid: try bill.map { try connection.prepaidAccount(of: $0.organization) })
            }
            return .page(page(visit, facts))
        }
    }

    private struct Facts: Sendable {
        /// Nil: the person may not see the products.
        let counts: [String: (count: Int, active: Int)]?
        let prepaid: PrepaidAccount?
    }

    private func page(_ visit: OrganizationVisit<SeeOrganization>, _ facts: Facts) -> Page {
        let words = visit.words
        let organization = visit.organization
        let total = facts.counts?.values.reduce(0) { $0 + $1.count } ?? 0
        // Who was given some of the products is not told that there are no others.
        let counted = words.count(
            seesAll(visit) ? "products.hello.count" : "products.hello.part", total, ["organization": organization.name])
        return Page(
            title: words("products.overview"), current: "overview",
            body: """
                \(pageHead(
                    words("products.hello", ["name": visit.person.firstName]),
                    facts.counts == nil ? organization.name : counted,
                    action: when(
                        visit.standing.has(OrderProducts.self),
                        linkButton(
                            words("products.order_something"), "/organizations/\(organization.id)/order", icon: "plus",
                            isPrimary: true))))
                <div class="split">
                <section class="stack" aria-labelledby="families"><h2 id="families">\(words("products.products"))</h2>
                \(facts.counts.map { tiles($0, visit) } ?? panel(emptyState(icon: "lock", words("products.no_right"))))
                </section>
                <aside class="stack">
                \(facts.prepaid.map { prepaid($0, visit) })
                \(card(
                    words("products.your_place"),
                    """
                    <p>\(organization.place(words))</p>
                    <p class="gap-above"><a href="\(Link("/organizations/\(organization.id)/settings"))">\(words("products.your_place.settings"))</a></p>
                    """))
                </aside>
                </div>
                """)
    }

    private func seesAll(_ visit: OrganizationVisit<SeeOrganization>) -> Bool { visit.standing.products == .all }

    private func tiles(_ counts: [String: (count: Int, active: Int)], _ visit: OrganizationVisit<SeeOrganization>)
        -> HTML
    {
        let words = visit.words
        let families = NavigationItem.Section.allCases.map { family -> HTML in
            let types = catalogue.types.filter { $0.family == family }
            if types.isEmpty { return .empty }
            let tiles = types.map { tile($0, counts[$0.id] ?? (count: 0, active: 0), visit) }
            return """
                <section class="stack family" aria-labelledby="family-\(family.rawValue)">\
                <h3 id="family-\(family.rawValue)">\(words("navigation.\(family.rawValue)"))</h3><div class="grid">\(tiles)</div></section>
                """
        }
        return "\(families)"
    }

    private func tile(
        _ type: ProductType, _ count: (count: Int, active: Int), _ visit: OrganizationVisit<SeeOrganization>
    ) -> HTML {
        let words = visit.words
        let isAll = seesAll(visit)
        let sentence =
            count.count == 0
            ? words(isAll ? "products.tile.none" : "products.tile.none.part")
            : words.count(
                isAll ? "products.tile" : "products.tile.part", count.count, ["active": String(count.active)])
        let content: HTML = "\(icon(type.icon))<h4>\(type.name[words.language])</h4><p>\(sentence)</p>"
        if count.count > 0 {
            let products = Link("/organizations/\(visit.organization.id)/products").query([("type", type.id)])
            return "<a class=\"card tile\" href=\"\(products)\">\(content)</a>"
        }
        // A first one is for those who may order; the others see the type and that there is none.
        guard visit.standing.has(OrderProducts.self) else { return "<div class=\"card tile\">\(content)</div>" }
        let order = Link("/organizations/\(visit.organization.id)/order/\(type.id)")
        return "<a class=\"card tile\" href=\"\(order)\">\(content)</a>"
    }

    private func prepaid(_ account: PrepaidAccount, _ visit: OrganizationVisit<SeeOrganization>) -> HTML {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/billing/prepaid"
        return card(
            words("billing.prepaid"),
            """
            <p class="figure">\(words.money(account.balance))</p>
            <p class="row gap-above"><a class="btn" href="\(home)">\(words("products.prepaid.open"))</a></p>
            """)
    }
}
