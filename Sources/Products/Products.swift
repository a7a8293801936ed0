import Access
package import Billing
package import Delivery
package import Foundation
package import Kernel
package import Organizations
package import Storage
package import Web

/// The room of what is sold: catalogue, orders, the products an organisation has, and the organisation's overview.
package struct Products: Sendable {
    let database: Database
    let surroundings: Surroundings
    package let catalogue: Catalogue
    let payments: Payments
    let keys: Keys
    let wording: Wording
    let settings: WebSettings

    package init(
        database: Database, surroundings: Surroundings, catalogue: Catalogue, payments: Payments, keys: Keys,
        wording: Wording, settings: WebSettings
    ) {
        self.database = database
        self.surroundings = surroundings
        self.catalogue = catalogue
        self.payments = payments
        self.keys = keys
        self.wording = wording
        self.settings = settings
    }

    package static let migrations: [Migration] = [
        .products,
        .openOrders,
        .orderAddresses,
        .cancellations,
        .onAccount,
        .managementBlocks,
        .cancellationMails,
    ]

    /// What the room of organisations is told of products.
    package var directory: ProductDirectory { Products.directory(catalogue) }

    package static func directory(_ catalogue: Catalogue) -> ProductDirectory {
        ProductDirectory { organization, connection in
            try Product.directory(organization, in: connection).map { product in
                ProductDirectory.Entry(id: product.id, name: product.name, typeID: product.typeID) { words in
                    catalogue.type(product.typeID)?.name[words.language] ?? product.typeID
                }
            }
        }
    }

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    package func open(_ doors: Doors) {
        openOverview(doors)
        openOffers(doors)
        openCheckout(doors)
        openOrders(doors)
        openProducts(doors)
        openProductNames(doors)
        openBlocks(doors)
        openGiving(doors)
        openCancellations(doors)
        openSubjects(doors)
        navigate(doors)
        openSearch(doors)
        openApplications(doors)
        doors.banner(Order.unpaidBanner)
    }

    package var schedules: [Schedule] {
        [
            Schedule(
                name: "products-expiring", nextDue: { try Product.nextExpiry(in: $0) },
                run: { [database] now in
                    var total = 0
                    while true {
                        let count = try await database.write { try Product.expire(at: now, in: $0) }
                        total += count
                        if count == 0 { return total }
                    }
                }),
            Schedule(
                name: "products-lapsing-cancellations", nextDue: { try Cancellation.nextLapse(in: $0) },
                run: { [database] now in
                    var total = 0
                    while true {
                        let count = try await database.write { try Cancellation.lapse(at: now, in: $0) }
                        total += count
                        if count == 0 { return total }
                    }
                }),
        ]
    }

    /// One entry for each type of product, under its family (UI-1, CAT-1).
    private func navigate(_ doors: Doors) {
        doors.navigate(
            NavigationItem(
                id: "overview", section: .top, icon: "home", title: { $0("products.overview") },
                link: { "/organizations/\($0)" }))
        for type in catalogue.types {
            doors.navigate(
                NavigationItem(
                    id: "products-\(type.id)", section: type.family, icon: type.icon,
                    title: { type.name[$0.language] },
                    link: { Link("/organizations/\($0)/products").query([("type", type.id)]) },
                    isShown: { $0.has(SeeProducts.self) }))
        }
        doors.navigate(
            NavigationItem(
                id: "orders", section: .organization, icon: "box", title: { $0("products.orders") },
                link: { "/organizations/\($0)/orders" }, isShown: { $0.has(OrderProducts.self) }))
    }
}
