import Kernel
package import Organizations
import Storage
import Web

extension Products {
    /// What has to be done with products before their organisation may be deleted (ORG-11, ORG-12). An expired product is done.
    package var deletionConditions: [DeletionCondition] {
        [
            DeletionCondition(
                "products", title: { $0("products.deletion.products") },
                check: { organization, connection in
                    try Product.remainder(of: organization, in: connection)
                }),
            DeletionCondition(
                "orders", title: { $0("products.deletion.orders") },
                check: { organization, connection in
                    try Order.remainder(of: organization, in: connection)
                }),
        ]
    }
}

extension Product {
    /// Those that are paid for and run.
    fileprivate static func remainder(
        of organization: OrganizationID, in connection: Connection
    ) throws -> DeletionCondition.Remainder {
        let rows = try connection.rows(
            """
            SELECT id, name, period_end, cancellation_id FROM product
            WHERE organization_id = \(organization) AND state = \(State.active)
            ORDER BY expires_at, id LIMIT \(DeletionCondition.itemsMax)
            """)
        if rows.isEmpty { return .nothing }
        let count: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM product
                WHERE organization_id = \(organization) AND state = \(State.active)
                """)?["count"] ?? 0
        let back = ("back", "/organizations/\(organization)/delete")
        let cancelling = Link("/organizations/\(organization)/products/cancellation")
        let items = try rows.map { row in
            let id: ProductID = try row["id"]
            let end: Day? = try row["period_end"]
            let cancellation: CancellationID? = try row["cancellation_id"]
            return DeletionCondition.Item(
                try row["name"], link: "/organizations/\(organization)/products/\(id)",
                step: cancellation == nil ? cancelling.query([("product", id.description), back]) : nil
            ) { words in
                if cancellation != nil { return words("products.state.cancellation_requested") }
                return end.map { words("products.deletion.ends", ["day": words.day($0)]) } ?? ""
            }
        }
        return DeletionCondition.Remainder(
            count: count, items: items,
            link: cancelling.query([("all", "yes"), back])
        ) { words in words("products.deletion.products.left") }
    }
}

extension Order {
    /// Those that are not paid, each with its cancellation.
    fileprivate static func remainder(
        of organization: OrganizationID, in connection: Connection
    ) throws -> DeletionCondition.Remainder {
        let orders = try connection.rows(
            """
            \(select) WHERE organization_id = \(organization) AND state = \(State.awaitingPayment)
            ORDER BY id DESC LIMIT \(DeletionCondition.itemsMax)
            """
        ).map(Order.init)
        if orders.isEmpty { return .nothing }
        let count: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM product_order
                WHERE organization_id = \(organization) AND state = \(State.awaitingPayment)
                """)?["count"] ?? 0
        let items = orders.map { order in
            let link: Link = "/organizations/\(organization)/orders/\(order.id)"
            return DeletionCondition.Item(order.description, link: link, ending: link) { words in
                words.money(order.total)
            }
        }
        return DeletionCondition.Remainder(
            count: count, items: items, link: "/organizations/\(organization)/orders"
        ) { words in words("products.deletion.orders.left") }
    }
}
