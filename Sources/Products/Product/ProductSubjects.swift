import Kernel
import Storage
import Web

extension Products {
    /// What the events of this room are about (SES-3).
    func openSubjects(_ doors: Doors) {
        doors.subject(
            "order", .orders,
            link: { organization, id in organization.map { "/organizations/\($0)/orders/\(id)" } },
            titles: { _, ids, words in
                Dictionary(
                    uniqueKeysWithValues: ids.map { ($0, words("products.order.number", ["number": String($0)])) })
            })
        doors.subject(
            "product", .products,
            link: { organization, id in organization.map { "/organizations/\($0)/products/\(id)" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, name FROM product WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["name"]) })
            },
            find: { connection, organizations, text in
                try connection.rows(
                    """
                    SELECT id FROM product
                    WHERE organization_id IN \(organizations)
                        AND \(connection.dialect.matches("name", Dialect.containing(text)))
                    ORDER BY name, id LIMIT 100
                    """
                ).map { try $0["id"] }
            })
    }
}
