package import Access
import Billing
package import Kernel
package import Storage
package import Web

extension Order {
    static let columns: SQL = """
        product_order.id, product_order.organization_id, product_order.state, product_order.offer_id, product_order.term,
        product_order.description, product_order.currency, product_order.list_price, product_order.discount_name,
        product_order.discount_basis_points, product_order.vat_class, product_order.total, product_order.recipient,
        product_order.document_id, product_order.ordered_by_id, product_order.ordered_at
        """
    static let select: SQL = "SELECT \(columns) FROM product_order"

    init(_ row: Row) throws {
        let currency: Currency = try row["currency"]
        let basisPoints: Int64 = try row["discount_basis_points"]
        let discountName: String = try row["discount_name"]
        id = try row["id"]
        organization = try row["organization_id"]
        state = try row["state"]
        offerID = try row["offer_id"]
        term = try row["term"]
        description = try row["description"]
        listPrice = Money(minorUnits: try row["list_price"], currency)
        discount = basisPoints > 0 ? Discount(discountName, Percentage(basisPoints: basisPoints)) : nil
        vatClass = try row["vat_class"]
        total = Money(minorUnits: try row["total"], currency)
        recipient = try Recipient(text: try row["recipient"])
        document = try row["document_id"]
        orderedBy = try row["ordered_by_id"]
        orderedAt = try row["ordered_at"]
    }

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package static func find(
        _ id: OrderID, by permit: Permit<OrderProducts>, in connection: Connection
    ) throws -> Order? {
        try connection.row("\(select) WHERE id = \(id) AND organization_id = \(permit.organization)").map(Order.init)
    }

    static func find(clientKey: String, by permit: Permit<OrderProducts>, in connection: Connection) throws -> Order? {
        try connection.row(
            "\(select) WHERE organization_id = \(permit.organization) AND client_key = \(clientKey)"
        ).map(Order.init)
    }

    static func stored(_ id: OrderID, in connection: Connection) throws -> Order? {
        try connection.row("\(select) WHERE id = \(id)").map(Order.init)
    }

    /// What is paid for: the order, its product, and the zone in which the buyer's days begin.
    static func paidFor(_ id: OrderID, in connection: Connection) throws -> (
        order: Order, product: ProductID, zone: Zone
    )? {
        try connection.row(
            """
            SELECT \(columns), product.id AS product_id, organization.time_zone FROM product_order
            JOIN product ON product.order_id = product_order.id
            JOIN organization ON organization.id = product_order.organization_id
            WHERE product_order.id = \(id)
            """
        ).map { (try Order($0), try $0["product_id"], try $0["time_zone"]) }
    }

    /// Newest first.
    package static func list(
        _ paging: Paging, by permit: Permit<OrderProducts>, in connection: Connection
    ) throws -> Listing<Order> {
        let total: Int =
            try connection.row(
                "SELECT COUNT(*) AS count FROM product_order WHERE organization_id = \(permit.organization)")?[
                "count"] ?? 0
        let items = try connection.rows(
            """
            \(select) WHERE organization_id = \(permit.organization)
            ORDER BY id DESC LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map(Order.init)
        return Listing(items: items, total: total, paging: paging)
    }

    /// - Returns: nil where another click was first: that order stands.
    static func insert(
        _ quote: Quote, name: String, recipient: Recipient, address: BillingChoice, clientKey: String,
        permit: Permit<OrderProducts>, at now: Instant, in connection: Connection
    ) throws -> Order? {
        let price = quote.computed.lines[0].list
        let discount = Quote.discounts(of: quote.offer, in: recipient.language).first
        let description = "\(quote.offer.name[recipient.language]), \(name)"
        return try connection.row(
            """
            INSERT INTO product_order (organization_id, state, client_key, offer_id, term, description, currency, list_price,
                discount_name, discount_basis_points, vat_class, total, recipient,
                billing_address_id, ordered_by_id, ordered_at)
            VALUES (\(permit.organization), \(State.awaitingPayment), \(clientKey), \(quote.offer.id), \(quote.term),
                \(description), \(price.currency), \(price.minorUnits), \(discount?.label ?? ""),
                \(discount?.percentage.basisPoints ?? 0), \(quote.offer.vatClass), \(quote.total.minorUnits),
                \(recipient.text), \(address.id), \(permit.person), \(now))
            ON CONFLICT (organization_id, client_key) DO NOTHING
            RETURNING \(columns)
            """
        ).map(Order.init)
    }

    /// - Parameter state: paid, or on account.
    static func fulfilled(
        _ id: OrderID, by document: DocumentID, as state: State, at now: Instant, in connection: Connection
    ) throws {
        try connection.send(
            """
            UPDATE product_order SET state = \(state), document_id = \(document), decided_at = \(now)
            WHERE id = \(id) AND state = \(State.awaitingPayment)
            """)
    }

    /// - Returns: whether it was still open.
    static func cancel(
        _ id: OrderID, by permit: Permit<OrderProducts>, at now: Instant, in connection: Connection
    ) throws -> Bool {
        try connection.execute(
            """
            UPDATE product_order SET state = \(State.cancelled), decided_at = \(now)
            WHERE id = \(id) AND organization_id = \(permit.organization) AND state = \(State.awaitingPayment)
            """) == 1
    }
}
