import Access
import Kernel
import Storage
import Web

extension Migration {
    /// What waits is little, and asked for at every page.
    static let openOrders = Migration(
        "products-002-open-orders",
        """
        CREATE INDEX product_order_open ON product_order (organization_id, id) WHERE state = 'awaiting_payment';
        """)
}

extension Order {
    /// Orders that are not paid, for those who may pay them: what was ordered does not begin (UI-9, ORD-12).
    static let unpaidBanner = BannerSource { standings, connection in
        let organizations = standings.filter { $0.has(OrderProducts.self) }.map(\.organization)
        if organizations.isEmpty { return [] }
        // The state stands there as it does in the index, which SQLite would not use for a bound value.
        return try connection.rows(
            """
            SELECT organization_id, COUNT(*) AS count, MAX(id) AS last, MAX(description) AS description
            FROM product_order WHERE state = 'awaiting_payment' AND organization_id IN \(organizations)
            GROUP BY organization_id
            """
        ).map { row in
            let organization: OrganizationID = try row["organization_id"]
            let count: Int = try row["count"]
            let last: OrderID = try row["last"]
            let description: String = try row["description"]
            return Banner(
                organization: organization, gravity: .waiting,
                link: count == 1
                    ? "/organizations/\(organization)/orders/\(last)" : "/organizations/\(organization)/orders",
                sentence: { words in
                    count == 1
                        ? words("products.unpaid.one", ["order": description])
                        : words("products.unpaid.other", ["count": String(count)])
                },
                action: { $0("products.unpaid.see") })
        }
    }
}
