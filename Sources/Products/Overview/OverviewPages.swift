import Access
import Accounts
import Billing
import Kernel
import Storage
import Web

extension Products {
    /// Where the console of an organisation opens: its product families (UI-2), what is due, the prepaid account.
    func openOverview(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("") { visit in
            if let session = visit.person.session, visit.person.currentOrganization != visit.organization.id {
                try await database.write { connection in
                    try Accounts.remember(visit.organization.id, in: session, connection: connection)
                }
            }
            let standing = visit.standing
            let facts = try await database.read { connection -> Facts in
                let see = try? standing.permit(SeeProducts.self)
                let bill = try? standing.permit(ManageBilling.self)
                return Facts(
                    counts: try see.map { try Product.counts(by: $0, in: connection) },
                    unpaid: standing.has(OrderProducts.self)
                        ? try Order.unpaid(of: standing.organization, in: connection) : [],
                    prepaid: try bill.map { try connection.prepaidAccount(of: $0.organization) })
            }
            return .page(page(visit, facts))
        }
    }

    private struct Facts: Sendable {
        /// Nil: the person may not see the products.
        let counts: [String: (count: Int, active: Int)]?
        let unpaid: [Order]
        let prepaid: PrepaidAccount?
    }

    private func page(_ visit: OrganizationVisit<SeeOrganization>, _ facts: Facts) -> Page {
        let words = visit.words
        let organization = visit.organization
        let total = facts.counts?.values.reduce(0) { $0 + $1.count } ?? 0
        return Page(
            title: words("products.overview"), current: "overview",
            body: """
                \(pageHead(
                    words("products.hello", ["name": visit.person.firstName]),
                    facts.counts == nil ? organization.name : words.count("products.hello.count", total, ["organization": organization.name]),
                    action: when(
                        visit.standing.has(OrderProducts.self),
                        linkButton(
                            words("products.order_something"), "/organizations/\(organization.id)/order", icon: "plus",
                            isPrimary: true))))
                \(unpaid(facts.unpaid, words))
                <div class="split">
                <section class="stack" aria-labelledby="families"><h2 id="families">\(words("products.products"))</h2>
                \(facts.counts.map { tiles($0, visit) } ?? panel(emptyState(icon: "lock", words("products.no_right"))))
                </section>
                <aside class="stack">
                \(facts.prepaid.map { prepaid($0, visit) })
                \(card(
                    words("products.your_place"),
                    """
                    <p>\(words("role.\(visit.standing.role.rawValue)"))</p>
                    <p class="gap-above"><a href="\(Link("/organizations/\(organization.id)/settings"))">\(words("products.your_place.settings"))</a></p>
                    """))
                </aside>
                </div>
                """)
    }

    private func tiles(_ counts: [String: (count: Int, active: Int)], _ visit: OrganizationVisit<SeeOrganization>)
        -> HTML
    {
        let words = visit.words
        let tiles = catalogue.types.map { type -> HTML in
            let count = counts[type.id]?.count ?? 0
            let link =
                count == 0
                ? Link("/organizations/\(visit.organization.id)/order/\(type.id)")
                : Link("/organizations/\(visit.organization.id)/products").query([("type", type.id)])
            let sentence =
                count == 0
                ? words("products.tile.none")
                : words.count("products.tile", count, ["active": String(counts[type.id]?.active ?? 0)])
            return """
                <a class="card tile" href="\(link)">\(icon(type.icon))<h3>\(type.name[words.language])</h3><p>\(sentence)</p></a>
                """
        }
        return "<div class=\"grid\">\(tiles)</div>"
    }

    /// What needs action (UI-9).
    private func unpaid(_ orders: [Order], _ words: Words) -> HTML {
        guard let first = orders.first else { return .empty }
        let link: Link =
            orders.count == 1
            ? "/organizations/\(first.organization)/orders/\(first.id)" : "/organizations/\(first.organization)/orders"
        let what: HTML =
            orders.count == 1
            ? "<strong>\(words("products.unpaid.one", ["order": first.description]))</strong>"
            : "<strong>\(words("products.unpaid.other", ["count": String(orders.count)]))</strong>"
        return banner(
            .warn, icon: "clock", "\(what) \(words("products.unpaid.text"))",
            action: linkButton(words("products.unpaid.see"), link))
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
