import Access
package import Kernel
package import Web

/// The products of an organisation as a table: names open, filters stay visible (PROD-1, interface.md "Tables").
package struct ProductList {
    let visit: OrganizationVisit<SeeProducts>
    let catalogue: Catalogue
    let filter: ProductFilter
    let list: Listing<Product>

    private var home: Link { "/organizations/\(visit.organization.id)/products" }

    private func link(type: String, state: String, search: String, page: Int = 1) -> Link {
        home.query([
            ("type", type), ("state", state), ("search", search), ("page", page > 1 ? String(page) : ""),
        ])
    }

    var page: Page {
        let words = visit.words
        let type = catalogue.type(filter.typeID)
        let title = type?.name[words.language] ?? words("products.products")
        let order: Link =
            type.map { "/organizations/\(visit.organization.id)/order/\($0.id)" }
            ?? "/organizations/\(visit.organization.id)/order"
        return Page(
            title: title, current: type.map { "products-\($0.id)" } ?? "overview",
            body: """
                \(pageHead(
                    title, type?.description[words.language] ?? words("products.products.lead"),
                    action: orderButton(order, isPrimary: true)))
                \(panel(
                    isFlush: true,
                    """
                    \(filters)
                    \(list.items.isEmpty ? emptyState(icon: "box", words(isFiltered ? "products.none_found" : "products.none"), action: orderButton(order)) : table)
                    """))
                \(pager(list, words) {
                    link(type: filter.typeID, state: state, search: filter.search, page: $0)
                })
                """)
    }

    private func orderButton(_ link: Link, isPrimary: Bool = false) -> HTML {
        let title = visit.words("products.order_something")
        return visit.standing.has(OrderProducts.self)
            ? linkButton(title, link, icon: "plus", isPrimary: isPrimary)
            : visit.locked(title, OrderProducts.self, id: isPrimary ? "order" : "order-first")
    }

    /// As addresses say it.
    private var state: String { filter.isCancelling ? ProductFilter.cancelling : filter.state?.rawValue ?? "" }

    private var isFiltered: Bool { !state.isEmpty || !filter.search.isEmpty }

    private var filters: HTML {
        let words = visit.words
        let names = Product.State.allCases.map(\.rawValue) + [ProductFilter.cancelling]
        let states = names.map { name -> HTML in
            "<option value=\"\(name)\"\(when(name == state, " selected"))>\(words("products.state.\(name)"))</option>"
        }
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("products.filter"))">
            \(when(!filter.typeID.isEmpty, "<input type=\"hidden\" name=\"type\" value=\"\(filter.typeID)\">"))
            <label class="vh" for="search">\(words("products.filter.name"))</label>
            <input class="input grow" id="search" name="search" type="search" value="\(filter.search)" placeholder="\(words("products.filter.name"))">
            <label class="vh" for="state">\(words("products.state"))</label>
            <select class="input" id="state" name="state"><option value="">\(words("products.filter.any_state"))</option>\(states)</select>
            <button class="btn">\(words("products.filter"))</button>
            \(when(
                !state.isEmpty,
                chip(words("products.state.\(state)"), link(type: filter.typeID, state: "", search: filter.search))))
            \(when(
                !filter.search.isEmpty,
                chip("“\(filter.search)”", link(type: filter.typeID, state: state, search: ""))))
            </form>
            """
    }

    private func chip(_ title: String, _ link: Link) -> HTML {
        """
        <a class="chip" href="\(link)">\(title) <span aria-hidden="true">×</span><span class="vh">: \
        \(visit.words("products.filter.remove"))</span></a>
        """
    }

    private var table: HTML {
        let words = visit.words
        let today = visit.organization.zone.day(of: visit.now)
        let rows = list.items.map { ProductList.row($0, catalogue, today, words) }
        return """
            <table class="table"><caption>\(words.count("products.count", list.total))</caption>
            <thead><tr><th scope="col">\(words("products.column.name"))</th><th scope="col">\(words("products.state"))</th>\
            <th scope="col">\(words("products.column.ends"))</th>\
            <th scope="col" class="num">\(words("products.column.price"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    package static func row(_ product: Product, _ catalogue: Catalogue, _ today: Day, _ words: Words) -> HTML {
        let offer = catalogue.offer(product.offerID)?.offer.name[words.language] ?? product.offerID
        return """
            <tr><th scope="row"><a href="\(Link("/organizations/\(product.organization)/products/\(product.id)"))">\
            \(product.name)</a><small>\(offer)</small></th>
            <td data-label="\(words("products.state"))">\(product.tag(on: today, words))</td>
            <td class="date" data-label="\(words("products.column.ends"))">\(product.period.map { words.day($0.lastDay) } ?? "–")</td>
            <td class="num" data-label="\(words("products.column.price"))"><span>\(words.money(product.renewalPrice))\
            <small>\(words.term(product.term))</small></span></td></tr>
            """
    }
}
