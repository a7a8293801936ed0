import Access
package import Kernel
package import Storage

/// Which products a person reaches, and through what.
package enum Grants {
    /// Given to one person alone. More is what teams are for, and would not fit into a form.
    package static let directMax = 400

    /// Takes a product that has ended from everybody, and from the teams, and closes what was asked for it.
    package static func end(
        _ product: ProductID, in organization: OrganizationID, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        try connection.execute("DELETE FROM product_grant WHERE product_id = \(product)")
        try connection.execute("DELETE FROM team_product WHERE product_id = \(product)")
        try connection.execute("DELETE FROM partnership_product WHERE product_id = \(product)")
        try AccessRequest.close(of: product, in: organization, by: actor, at: now, connection)
    }

    /// The people to whom a product was given, or to a team of theirs; each may come twice.
    static func holding(_ product: ProductID) -> SQL {
        """
        SELECT person_id FROM product_grant WHERE product_id = \(product)
        UNION ALL
        SELECT team_member.person_id FROM team_product
        JOIN team_member ON team_member.team_id = team_product.team_id WHERE team_product.product_id = \(product)
        """
    }

    /// How many people reach the product without administering the organisation.
    package static func limitedHolders(
        of product: ProductID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Int {
        try connection.row(
            """
            SELECT COUNT(*) AS count FROM membership
            WHERE organization_id = \(organization) AND role IN ('collaborator', 'external') AND person_id IN (\(holding(product)))
            """)?["count"] ?? 0
    }

    /// Whether the product was given to the person, or to a team of theirs; their role apart.
    package static func isHeld(
        _ product: ProductID, by person: PersonID, in connection: Connection
    ) throws -> Bool {
        try connection.row(
            "SELECT 1 AS one FROM (\(holding(product))) AS holder WHERE person_id = \(person) LIMIT 1") != nil
    }

    /// How many people reach one of the products by a grant of theirs or through a team.
    package static func holders(of products: [ProductID], in connection: Connection) throws -> Int {
        try connection.row(
            """
            SELECT COUNT(*) AS count FROM (
                SELECT person_id FROM product_grant WHERE \(connection.dialect.among("product_id", products))
                UNION
                SELECT team_member.person_id FROM team_product
                JOIN team_member ON team_member.team_id = team_product.team_id
                WHERE \(connection.dialect.among("team_product.product_id", products))
            ) AS holder
            """)?["count"] ?? 0
    }

    /// The union of what was given to the person and to their teams (TEAM-8), in one row: it is read at every request.
    /// What is given both ways comes twice: cheaper than to have the database compare.
    package static func products(
        of person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> KeyList<Subject.Product> {
        let list: String? = try connection.row(
            """
            SELECT \(connection.dialect.joined("product_id")) AS products FROM (
                SELECT product_id FROM product_grant
                WHERE organization_id = \(organization) AND person_id = \(person)
                UNION ALL
                SELECT team_product.product_id FROM team_member
                JOIN team_product ON team_product.team_id = team_member.team_id
                WHERE team_member.organization_id = \(organization) AND team_member.person_id = \(person)
            ) AS granted
            """)?["products"]
        return KeyList(joined: list ?? "")
    }

    /// Given to the person alone.
    static func direct(
        to person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Set<ProductID> {
        Set(
            try connection.rows(
                """
                SELECT product_id FROM product_grant WHERE organization_id = \(organization) AND person_id = \(person)
                """
            ).map { try $0["product_id"] })
    }

    /// Makes what is given to the person what it should be.
    static func set(
        _ products: Set<ProductID>, to person: PersonID, in organization: OrganizationID, at now: Instant,
        _ connection: Connection
    ) throws {
        let old = try direct(to: person, in: organization, connection)
        for gone in old.subtracting(products).sorted() {
            try connection.execute(
                """
                DELETE FROM product_grant
                WHERE organization_id = \(organization) AND person_id = \(person) AND product_id = \(gone)
                """)
        }
        for new in products.subtracting(old).sorted() {
            try connection.execute(
                """
                INSERT INTO product_grant (organization_id, person_id, product_id, created_at)
                VALUES (\(organization), \(person), \(new), \(now))
                """)
        }
    }

    /// Why somebody reaches a product: given to them, or to a team of theirs. Role apart.
    package enum Source: Sendable, Hashable {
        case given
        case team(TeamID, name: String)
    }

    /// The answer to "what can they reach, and why" for everything that was given (role apart).
    package static func sources(
        of person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> [ProductID: [Source]] {
        let rows = try connection.rows(
            """
            SELECT product_id, NULL AS team_id, '' AS team_name FROM product_grant
            WHERE organization_id = \(organization) AND person_id = \(person)
            UNION ALL
            SELECT team_product.product_id, team.id AS team_id, team.name AS team_name FROM team_member
            JOIN team ON team.id = team_member.team_id
            JOIN team_product ON team_product.team_id = team_member.team_id
            WHERE team_member.organization_id = \(organization) AND team_member.person_id = \(person)
            ORDER BY 1, 3
            """)
        var sources: [ProductID: [Source]] = [:]
        for row in rows {
            let team: TeamID? = try row["team_id"]
            let name: String = try row["team_name"]
            sources[try row["product_id"], default: []].append(team.map { .team($0, name: name) } ?? .given)
        }
        return sources
    }
}
