import Access
import Kernel
import Web

extension Products {
    /// What is sold, for everybody; ordering leads through signing up where there is no account yet (ACC-5).
    func openOffers(_ doors: Doors) {
        doors.crawled("/order$")
        doors.public.get("/order") { visit in
            if let home = visit.home { return .redirect("/organizations/\(home)/order") }
            let words = visit.words
            return .page(
                Page(
                    title: words("products.offers"), layout: .gate, isBroad: true,
                    body: """
                        <h1>\(words("products.offers"))</h1>
                        <p>\(words("products.offers.lead"))</p>
                        \(offers(visit.words, currency: .chf) { orderButton($0, "/order/\($0.id)", visit.words) })
                        """))
        }
        doors.signedIn.get("/order/{type}") { visit in
            guard let home = visit.visit.home else { return .redirect("/organizations/new") }
            guard let type = catalogue.type(visit.visit.parameter("type")) else { throw Problem.notFound }
            return .redirect("/organizations/\(home)/order/\(type.id)")
        }
        doors.organization(SeeOrganization.self).get("order") { visit in
            let words = visit.words
            let organization = visit.organization
            return .page(
                Page(
                    title: words("products.offers"), current: "overview",
                    body: """
                        \(pageHead(words("products.offers"), words("products.offers.lead")))
                        \(offers(words, currency: organization.currency) { type in
                            visit.standing.has(OrderProducts.self)
                                ? orderButton(type, "/organizations/\(organization.id)/order/\(type.id)", words)
                                : visit.locked(words("products.order"), OrderProducts.self, id: "order-\(type.id)")
                        })
                        """))
        }
    }

    private func orderButton(_ type: ProductType, _ link: Link, _ words: Words) -> HTML {
        """
        <a class="btn primary" href="\(link)">\(words("products.order"))<span class="vh"> \(type.name[words.language])</span></a>
        """
    }

    private func offers(_ words: Words, currency: Currency, _ action: (ProductType) -> HTML) -> HTML {
        let rows = catalogue.types.map { type -> HTML in
            let details = type.offers.map {
                "<li>\($0.name[words.language]): \($0.details[words.language])</li>" as HTML
            }
            let from = type.offers.flatMap { offer in
                offer.terms.compactMap { offer.price($0, currency).map { ($0.minorUnits, $0) } }
            }
            .min { $0.0 < $1.0 }?.1
            return """
                <li class="card"><h2>\(type.name[words.language])</h2><p>\(type.description[words.language])</p>
                <ul>\(details)</ul>
                <div><p class="figure">\(words("products.from", ["price": words.money(from ?? .zero(currency))])) \
                <small>\(words("products.net"))</small></p>
                <div class="row gap-above">\(action(type))</div></div></li>
                """
        }
        return "<ul class=\"offers\" role=\"list\">\(rows)</ul>"
    }
}

extension Visit {
    /// The organisation to go on in.
    var home: OrganizationID? {
        guard let person else { return nil }
        return (person.organizations.first { $0.id == person.currentOrganization } ?? person.organizations.first)?.id
    }
}
