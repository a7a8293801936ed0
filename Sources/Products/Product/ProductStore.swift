package import Access
package import Kernel
package import Storage
package import Web

extension Migration {
    static let products = Migration(
        "products-001-products",
        """
        CREATE TABLE product_order (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            state TEXT NOT NULL CHECK (state IN ('awaiting_payment', 'paid', 'cancelled')),
            client_key TEXT NOT NULL,
            offer_id TEXT NOT NULL,
            term TEXT NOT NULL,
            description TEXT NOT NULL,
            currency TEXT NOT NULL,
            list_price BIGINT NOT NULL CHECK (list_price >= 0),
            discount_name TEXT NOT NULL,
            discount_basis_points BIGINT NOT NULL,
            vat_class TEXT NOT NULL,
            total BIGINT NOT NULL CHECK (total >= 0),
            recipient TEXT NOT NULL,
            document_id BIGINT REFERENCES document (id),
            ordered_by_id BIGINT NOT NULL REFERENCES person (id),
            ordered_at BIGINT NOT NULL,
            decided_at BIGINT,
            UNIQUE (organization_id, client_key),
            CHECK ((state = 'paid') = (document_id IS NOT NULL))
        );
        CREATE TABLE product (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            type_id TEXT NOT NULL,
            offer_id TEXT NOT NULL,
            name TEXT NOT NULL CHECK (name <> ''),
            state TEXT NOT NULL CHECK (state IN ('ordered', 'active', 'expired', 'cancelled')),
            term TEXT NOT NULL,
            currency TEXT NOT NULL,
            renewal_price BIGINT NOT NULL CHECK (renewal_price >= 0),
            period_start TEXT,
            period_end TEXT,
            expires_at BIGINT,
            order_id BIGINT NOT NULL UNIQUE REFERENCES product_order (id),
            created_at BIGINT NOT NULL,
            CHECK ((state IN ('active', 'expired')) = (expires_at IS NOT NULL))
        );
        CREATE INDEX product_of_organization ON product (organization_id, type_id, name);
        CREATE INDEX product_expiry ON product (expires_at) WHERE state = 'active';
        CREATE INDEX product_order_of_organization ON product_order (organization_id, id);
        """)
}

extension Product {
    private static let columns: SQL = """
        id, organization_id, type_id, offer_id, name, state, term, currency, renewal_price, period_start, period_end,
            order_id, cancellation_id, management_blocked_at, created_at
        """
    static let select: SQL = "SELECT \(columns) FROM product"

    init(_ row: Row) throws {
        let start: Day? = try row["period_start"]
        let end: Day? = try row["period_end"]
        id = try row["id"]
        organization = try row["organization_id"]
        typeID = try row["type_id"]
        offerID = try row["offer_id"]
        name = try row["name"]
        state = try row["state"]
        term = try row["term"]
        renewalPrice = Money(minorUnits: try row["renewal_price"], try row["currency"])
        period = start.flatMap { start in end.map { Period(start: start, end: $0) } }
        order = try row["order_id"]
        cancellation = try row["cancellation_id"]
        managementBlockedAt = try row["management_blocked_at"]
        createdAt = try row["created_at"]
    }

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package static func find(
        _ id: ProductID, by permit: Permit<SeeProducts>, in connection: Connection
    ) throws -> Product? {
        guard permit.products.contains(id) else { return nil }
        return try connection.row("\(select) WHERE id = \(id) AND organization_id = \(permit.organization)")
            .map(Product.init)
    }

    /// Every product that can be given to a member, for the rooms below.
    static func directory(_ organization: OrganizationID, in connection: Connection) throws -> [Product] {
        try connection.rows(
            """
            \(select) WHERE organization_id = \(organization) AND state <> \(State.cancelled) ORDER BY type_id, name, id
            """
        ).map(Product.init)
    }

    /// By a part of their name, in whatever organisation: for the operator's desk.
    package static func named(_ text: String, limit: Int, in connection: Connection) throws -> [Product] {
        try connection.rows(
            """
            \(select) WHERE \(connection.dialect.matches("name", Dialect.containing(text))) AND state <> \(State.cancelled)
            ORDER BY name, id LIMIT \(limit)
            """
        ).map(Product.init)
    }

    /// The newest of an organisation, whoever may see them there: for the operator's desk.
    package static func all(
        of organization: OrganizationID, limit: Int, in connection: Connection
    ) throws -> (total: Int, items: [Product]) {
        let row = try connection.row("SELECT COUNT(*) AS count FROM product WHERE organization_id = \(organization)")
        let items = try connection.rows(
            "\(select) WHERE organization_id = \(organization) ORDER BY id DESC LIMIT \(limit)"
        ).map(Product.init)
        return (try row?["count"] ?? 0, items)
    }

    /// Those of the organisation that the permit covers. They are looked up by their keys: the plus keeps a database that has
    /// not counted its rows from going through all of the organisation's and asking of each whether it is among them.
    static func reachable(_ permit: Permit<SeeProducts>, _ dialect: Dialect) -> SQL {
        switch permit.products {
        case .all: "organization_id = \(permit.organization)"
        case .only(let ids): "\(dialect.among("id", ids)) AND +organization_id = \(permit.organization)"
        }
    }

    /// A page of the organisation's products by name, without those whose order was given up.
    package static func list(
        _ filter: ProductFilter, _ paging: Paging, by permit: Permit<SeeProducts>, in connection: Connection
    ) throws -> Listing<Product> {
        let conditions = conditions(filter, permit, connection.dialect)
        let page: SQL = "ORDER BY name, id LIMIT \(paging.size) OFFSET \(paging.offset)"
        func count() throws -> Int {
            try connection.row("SELECT COUNT(*) AS count FROM product WHERE \(conditions)")?["count"] ?? 0
        }
        if permit.products == .all || connection.dialect == .sqlite {
            let items = try connection.rows("\(select) WHERE \(conditions) \(page)").map(Product.init)
            return Listing(items: items, total: try count(), paging: paging)
        }
        // To PostgreSQL, looking up a long list of keys is most of the work, so it does it once for both; SQLite is quicker with
        // two looks. Behind the last page is no row that could say how many there are.
        let rows = try connection.rows(
            "SELECT \(columns), COUNT(*) OVER () AS total FROM product WHERE \(conditions) \(page)")
        let total: Int? = try rows.first.map { try $0["total"] }
        return Listing(items: try rows.map(Product.init), total: try total ?? count(), paging: paging)
    }

    static func conditions(_ filter: ProductFilter, _ permit: Permit<SeeProducts>, _ dialect: Dialect) -> SQL {
        var conditions = reachable(permit, dialect)
        if let state = filter.state {
            conditions = "\(conditions) AND state = \(state)"
        } else {
            conditions = "\(conditions) AND state <> \(State.cancelled)"
        }
        if filter.isCancelling { conditions = "\(conditions) AND cancellation_id IS NOT NULL" }
        if !filter.typeID.isEmpty { conditions = "\(conditions) AND type_id = \(filter.typeID)" }
        if !filter.search.isEmpty {
            let pattern = Dialect.containing(filter.search)
            conditions = "\(conditions) AND \(dialect.matches("name", pattern))"
        }
        return conditions
    }

    /// How many of each type, for the overview.
    package static func counts(
        by permit: Permit<SeeProducts>, in connection: Connection
    ) throws -> [String: (count: Int, active: Int)] {
        let rows = try connection.rows(
            """
            SELECT type_id, COUNT(*) AS count, SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END) AS active
            FROM product WHERE \(reachable(permit, connection.dialect)) AND state <> 'cancelled' GROUP BY type_id
            """)
        var counts: [String: (count: Int, active: Int)] = [:]
        for row in rows { counts[try row["type_id"]] = (try row["count"], try row["active"]) }
        return counts
    }

    static func stored(
        _ id: ProductID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Product? {
        try connection.row("\(select) WHERE id = \(id) AND organization_id = \(organization)").map(Product.init)
    }

    /// Those of a request, or those that it ended.
    static func of(_ cancellation: CancellationID, in connection: Connection) throws -> [Product] {
        try connection.rows("\(select) WHERE cancellation_id = \(cancellation) ORDER BY id").map(Product.init)
    }

    static func of(_ order: OrderID, in connection: Connection) throws -> Product? {
        try connection.row("\(select) WHERE order_id = \(order)").map(Product.init)
    }

    static func insert(
        _ order: Order, type: ProductType, name: String, in connection: Connection
    ) throws -> ProductID {
        try connection.insert(
            """
            INSERT INTO product (organization_id, type_id, offer_id, name, state, term, currency, renewal_price, order_id,
                created_at)
            VALUES (\(order.organization), \(type.id), \(order.offerID), \(name), \(State.ordered), \(order.term),
                \(order.listPrice.currency), \(order.listPrice.minorUnits), \(order.id), \(order.orderedAt))
            RETURNING id
            """)
    }

    static func activate(
        _ id: ProductID, for period: Period, until expiresAt: Instant, in connection: Connection
    ) throws {
        try connection.send(
            """
            UPDATE product SET state = \(State.active), period_start = \(period.start), period_end = \(period.end),
                expires_at = \(expiresAt)
            WHERE id = \(id) AND state = \(State.ordered)
            """)
    }

    static func cancel(of order: OrderID, in connection: Connection) throws {
        try connection.execute(
            "UPDATE product SET state = \(State.cancelled) WHERE order_id = \(order) AND state = \(State.ordered)")
    }

    static func nextExpiry(in connection: Connection) throws -> Instant? {
        try connection.row("SELECT MIN(expires_at) AS due FROM product WHERE state = \(State.active)")?["due"]
    }

    /// Products whose term is over, in portions, so that a run can stop and go on anywhere.
    static func expire(at now: Instant, in connection: Connection) throws -> Int {
        let rows = try connection.rows(
            """
            SELECT id, organization_id FROM product WHERE state = \(State.active) AND expires_at <= \(now)
            ORDER BY expires_at, id LIMIT 500 \(connection.dialect.skippingClaimed)
            """)
        for row in rows {
            let id: ProductID = try row["id"]
            try connection.execute("UPDATE product SET state = \(State.expired) WHERE id = \(id)")
            try connection.announce(
                Event(
                    "ProductExpired", by: .system, organization: try row["organization_id"], subject: "product",
                    id.rawValue, product: id), at: now)
        }
        return rows.count
    }
}
