import Access
import Kernel
import Storage
import Web

extension Products {
    /// Products by their names, and ordering each type of product as an action.
    func openSearch(_ doors: Doors) {
        doors.search(
            SearchSource(
                id: "products",
                all: { query in
                    Link("/organizations/\(query.organization)/products").query([("search", query.text)])
                },
                find: { [catalogue] query, connection in
                    guard let permit = try? query.standing.permit(SeeProducts.self) else { return [] }
                    return try Product.list(
                        ProductFilter(search: query.text), Paging(size: query.limit), by: permit, in: connection
                    ).items.map { product in
                        let sold = catalogue.offer(product.offerID)
                        return SearchHit(
                            kind: .products, title: product.name,
                            detail: sold?.offer.name[query.words.language] ?? product.offerID,
                            icon: catalogue.type(product.typeID)?.icon ?? "box",
                            link: "/organizations/\(product.organization)/products/\(product.id)")
                    }
                }))
        for type in catalogue.types {
            doors.action(
                SearchAction(
                    icon: "plus", title: { $0("products.checkout", ["type": type.name[$0.language]]) },
                    link: { "/organizations/\($0)/order/\(type.id)" }, isShown: { $0.has(OrderProducts.self) }))
        }
    }
}
