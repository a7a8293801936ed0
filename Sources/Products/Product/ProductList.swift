import Access
package import Kernel
package import Web

/// The products of an organisation as a table: names open, checkboxes select, filters stay visible (PROD-1, UI-4, interface.md
/// "Tables").
package struct ProductList {
    let visit: OrganizationVisit<SeeProducts>
    let catalogue: Catalogue
    let filter: ProductFilter
    let list: Listing<Product>

    private var home: Link { "/organizations/\(visit.organization.id)/products" }

    private func link(_ change: (inout ProductFilter) -> Void, page: Int = 1) -> Link {
        var filter = filter
        change(&filter)
        return home.query(filter.items + [("page", page > 1 ? String(page) : "")])
    }

    var page: Page {
        let words = visit.words
        let type = catalogue.type(filter.typeID)
        let title = type?.name[words.language] ?? words("products.products")
        let isAll = visit.standing.products == .all
        let none = isFiltered ? "products.none_found" : isAll ? "products.none" : "products.none.part"
        let order: Link =
            type.map { "/organizations/\(visit.organization.id)/order/\($0.id)" }
            ?? "/organizations/\(visit.organization.id)/order"
        return Page(
            title: title, current: type.map { "products-\($0.id)" } ?? "overview",
            body: """
                \(pageHead(
                    title, type?.description[words.language] ?? words(isAll ? "products.products.lead" : "products.products.lead.part"),
                    action: orderButton(order, isPrimary: true)))
                \(panel(
                    isFlush: true,
                    """
                    \(filters)
                    \(list.items.isEmpty ? emptyState(icon: "box", words(none), action: orderButton(order)) : table)
                    """))
                \(pager(list, words) { page in link({ _ in }, page: page) })
                """)
    }

    private func orderButton(_ link: Link, isPrimary: Bool = false) -> HTML {
        let title = visit.words("products.order_something")
        return visit.standing.has(OrderProducts.self)
            ? linkButton(title, link, icon: "plus", isPrimary: isPrimary)
            : visit.locked(title, OrderProducts.self, id: isPrimary ? "order" : "order-first")
    }

    private var isFiltered: Bool { !filter.stateText.isEmpty || !filter.search.isEmpty }

    private var filters: HTML {
        let words = visit.words
        let state = filter.stateText
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
            \(when(!state.isEmpty, chip(words("products.state.\(state)"), link { $0.clearState() })))
            \(when(!filter.search.isEmpty, chip("“\(filter.search)”", link { $0.search = "" })))
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
        let rows = list.items.map { product in
            let box: HTML = """
                <td class="pick"><input type="checkbox" form="selection" name="product" value="\(product.id)" \
                aria-label="\(words("members.select.person", ["name": product.name]))"></td>
                """
            return ProductList.row(product, catalogue, today, words, before: box)
        }
        let pick: HTML = "<th class=\"pick\"><span class=\"vh\">\(words("members.select"))</span></th>"
        return """
            <table class="table"><caption>\(words.count("products.count", list.total))</caption>
            <thead><tr>\(ProductList.columns(words, before: pick))</tr></thead>
            <tbody>\(rows)</tbody></table>
            \(batch)
            """
    }

    /// What can be done with those that are ticked, or with all that match. What takes a right that is missing is greyed with
    /// its reason (PERM-4).
    private var batch: HTML {
        let words = visit.words
        let hidden = filter.items.filter { !$0.value.isEmpty }.map { item -> HTML in
            "<input type=\"hidden\" name=\"\(item.name)\" value=\"\(item.value)\">"
        }
        let give: HTML =
            visit.standing.has(ManageMembers.self)
            ? """
            <button class="btn" formaction="\(Link("\(path: home.text)/access"))">\(icon("key"))\(words("products.access.selected"))</button>
            """ : visit.locked(words("products.access.selected"), ManageMembers.self, id: "give-access")
        return """
            <form class="batch row" id="selection" method="get" action="\(Link("\(path: home.text)/cancellation"))" \
            data-picked="\(words("batch.selected"))">\(hidden)
            \(when(
                list.total > list.items.count,
                """
                <label class="check"><input type="checkbox" id="all" name="all" value="yes">\
                <span>\(words("products.selection.all", ["count": String(list.total)]))</span></label>
                """))
            <button class="btn danger">\(icon("trash"))\(words("products.cancellation.selected"))</button>
            \(give)
            </form>
            """
    }

    package static func columns(_ words: Words, before: HTML = .empty, after: HTML = .empty) -> HTML {
        """
        \(before)<th scope="col">\(words("products.column.name"))</th><th scope="col">\(words("products.state"))</th>\
        <th scope="col">\(words("products.column.ends"))</th>\
        <th scope="col" class="num">\(words("products.column.price"))</th>\(after)
        """
    }

    package static func row(
        _ product: Product, _ catalogue: Catalogue, _ today: Day, _ words: Words, before: HTML = .empty,
        after: HTML = .empty
    ) -> HTML {
        let offer = catalogue.offer(product.offerID)?.offer.name[words.language] ?? product.offerID
        let tag = product.tag(on: today, words)
        let isBlocked = product.managementBlockedAt != nil && product.isBlockable
        let state: HTML =
            isBlocked ? "<span>\(tag) \(Web.tag(.warn, words("products.state.management_blocked")))</span>" : tag
        return """
            <tr>\(before)<th scope="row"><a href="\(product.link)">\(product.name)</a><small>\(offer)</small></th>
            <td data-label="\(words("products.state"))">\(state)</td>
            <td class="date" data-label="\(words("products.column.ends"))">\(product.period.map { words.day($0.lastDay) } ?? "–")</td>
            <td class="num" data-label="\(words("products.column.price"))"><span>\(words.money(product.renewalPrice))\
            <small>\(words.term(product.term))</small></span></td>\(after)</tr>
            """
    }
}
