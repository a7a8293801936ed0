package import Access
package import Kernel
package import Storage
import Web

extension Partnership {
    private static let select: SQL = """
        SELECT partnership.id, partner_id, partner.name AS partner_name, client_id, client.name AS client_name, has_all,
            begun_at, changed_at, partnership.revision
        FROM partnership JOIN organization AS partner ON partner.id = partner_id
        JOIN organization AS client ON client.id = client_id
        """

    private static func made(_ row: Row?, _ connection: Connection) throws -> Partnership? {
        guard let row else { return nil }
        let id: PartnershipID = try row["id"]
        let products = try connection.rows(
            "SELECT product_id FROM partnership_product WHERE partnership_id = \(id)"
        ).map { row -> ProductID in try row["product_id"] }
        return try Partnership(row, products: Set(products))
    }

    /// By the number in an event, be it over or not.
    static func find(_ id: PartnershipID, _ connection: Connection) throws -> Partnership? {
        try made(connection.row("\(select) WHERE partnership.id = \(id)"), connection)
    }

    /// One that is not over.
    package static func find(
        of partner: OrganizationID, with client: OrganizationID, in connection: Connection
    ) throws -> Partnership? {
        try made(
            connection.row(
                "\(select) WHERE partner_id = \(partner) AND client_id = \(client) AND ended_at IS NULL"), connection)
    }

    /// The partners of an organisation, the oldest first (PART-37). There are few.
    static func partners(
        by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> [Partnership] {
        try connection.rows(
            "\(select) WHERE client_id = \(permit.organization) AND ended_at IS NULL ORDER BY partnership.id LIMIT 100"
        ).compactMap { try made($0, connection) }
    }

    /// Of these organisations, those that are clients, by what they are called.
    static func names(
        of clients: Set<OrganizationID>, at partner: OrganizationID, _ connection: Connection
    ) throws -> [OrganizationID: String] {
        if clients.isEmpty { return [:] }
        let rows = try connection.rows(
            """
            SELECT client_id, name FROM partnership JOIN organization ON organization.id = client_id
            WHERE partner_id = \(partner) AND ended_at IS NULL AND \(connection.dialect.among("client_id", clients))
            """)
        var names: [OrganizationID: String] = [:]
        for row in rows { names[try row["client_id"]] = try row["name"] }
        return names
    }

    // MARK: What the client says

    /// Lets a partner in. The client says what it may do; see `ClientRequest.accept`.
    static func begin(
        _ partner: OrganizationID, with access: PartnerAccess, permit: Permit<ManagePartnerships>, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> PartnershipID {
        let client = permit.organization
        let id: PartnershipID = try connection.insert(
            """
            INSERT INTO partnership (partner_id, client_id, has_all, begun_at, changed_at, revision)
            VALUES (\(partner), \(client), \(access.isFull), \(now), \(now), 1)
            RETURNING id
            """)
        try set(access.products, of: id, connection)
        try connection.announce(
            Event(
                "PartnershipBegan", by: actor, organization: client, subject: "partner", id.rawValue,
                payload: ["access": access.name, "products_after": access.products.idText]), at: now)
        // What the client calls its products stays in its own log.
        try connection.announce(
            Event(
                "ClientGained", by: .system, organization: partner, subject: "client", id.rawValue,
                payload: ["access": access.name]), at: now)
        return id
    }

    /// Gives the partner more or less, from its people's next click on.
    /// - Parameter revision: as the form was filled in.
    /// - Throws: 404 where it is over, or for products that are not the organisation's; 409 where it was changed meanwhile.
    package func change(
        to access: PartnerAccess, revision: Int, permit: Permit<ManagePartnerships>, products: ProductDirectory,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard let old = try Partnership.find(of: partner, with: permit.organization, in: connection) else {
            throw Problem.notFound
        }
        _ = try products.check(access.products.subtracting(old.access.products), in: permit.organization, connection)
        guard old.revision == revision else {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        if access == old.access { return }
        let rows = try connection.execute(
            """
            UPDATE partnership SET has_all = \(access.isFull), changed_at = \(now), revision = revision + 1
            WHERE id = \(old.id) AND revision = \(revision) AND ended_at IS NULL
            """)
        guard rows == 1 else { throw Problem.notFound }
        try Partnership.set(access.products, of: old.id, connection)
        var payload: [String: String] = [:]
        if access.name != old.access.name {
            payload["access_before"] = old.access.name
            payload["access_after"] = access.name
        }
        let seen = payload
        payload["products_before"] = old.access.products.idText
        payload["products_after"] = access.products.idText
        try connection.announce(
            Event(
                "PartnershipChanged", by: actor, organization: client, subject: "partner", old.id.rawValue,
                payload: payload), at: now)
        try connection.announce(
            Event(
                "ClientAccessChanged", by: .system, organization: partner, subject: "client", old.id.rawValue,
                payload: seen), at: now)
    }

    private static func set(
        _ products: Set<ProductID>, of id: PartnershipID, _ connection: Connection
    ) throws {
        try connection.execute("DELETE FROM partnership_product WHERE partnership_id = \(id)")
        try connection.insert(
            into: "partnership_product (partnership_id, product_id)",
            products.sorted().map { product -> SQL in "\(id), \(product)" })
    }

    // MARK: The end

    /// Either side ends it (PART-36), at once; what was ordered and issued stays as it is.
    /// - Throws: 403 where the right is over; 404 where it is none of theirs, or over already.
    package func end(
        permit: Permit<ManagePartnerships>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        guard permit.organization == client || permit.organization == partner else { throw Problem.notFound }
        try permit.renew(in: connection)
        let ended = try Partnership.end(
            "id = \(id)", because: permit.organization == client ? .client : .partner,
            by: actor, in: permit.organization, at: now, connection)
        guard ended == 1 else { throw Problem.notFound }
    }

    /// Ends what an organisation has of them, on either side, and takes back what it asked.
    static func endAll(
        of organization: OrganizationID, because end: End, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        let whose: SQL =
            end == .programme
            ? "partner_id = \(organization)" : "(partner_id = \(organization) OR client_id = \(organization))"
        try Partnership.end(whose, because: end, by: actor, in: organization, at: now, connection)
        try connection.execute(
            """
            UPDATE client_request SET state = 'cancelled', decided_at = \(now)
            WHERE partner_id = \(organization) AND state = 'pending'
            """)
    }

    /// Told in the logs of both sides; who it was only in the log of their own.
    @discardableResult
    private static func end(
        _ whose: SQL, because end: End, by actor: Event.Actor, in own: OrganizationID, at now: Instant,
        _ connection: Connection
    ) throws -> Int {
        let rows = try connection.rows(
            """
            UPDATE partnership SET ended_at = \(now), ended_by = \(end) WHERE \(whose) AND ended_at IS NULL
            RETURNING id, partner_id, client_id
            """)
        for row in rows {
            let id: PartnershipID = try row["id"]
            let (partner, client): (OrganizationID, OrganizationID) = (try row["partner_id"], try row["client_id"])
            try connection.execute("DELETE FROM partnership_person WHERE partnership_id = \(id)")
            try connection.announce(
                Event(
                    "PartnershipEnded", by: client == own ? actor : .system, organization: client, subject: "partner",
                    id.rawValue, payload: ["cause": end.rawValue]), at: now)
            try connection.announce(
                Event(
                    "ClientLost", by: partner == own && end != .programme ? actor : .system, organization: partner,
                    subject: "client", id.rawValue, payload: ["cause": end.rawValue]), at: now)
        }
        return rows.count
    }
}
