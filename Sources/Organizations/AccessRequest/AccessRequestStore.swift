package import Access
package import Kernel
package import Storage
package import Web

extension AccessRequest {
    private static let select: SQL = """
        SELECT access_request.id, organization_id, person_id, person.first_name, person.last_name, right_name, product_id,
            note, state, asked_at, decided_by_id, decided_at, answer
        FROM access_request JOIN person ON person.id = access_request.person_id
        """

    /// By the number in an event.
    package static func find(_ id: AccessRequestID, in connection: Connection) throws -> AccessRequest? {
        try connection.row("\(select) WHERE access_request.id = \(id)").map(AccessRequest.init)
    }

    package static func find(
        _ id: AccessRequestID, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> AccessRequest? {
        try connection.row("\(select) WHERE access_request.id = \(id) AND organization_id = \(permit.organization)")
            .map(AccessRequest.init)
    }

    /// What is open, the oldest first.
    package static func open(
        _ paging: Paging, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Listing<AccessRequest> {
        let conditions: SQL = "organization_id = \(permit.organization) AND state = 'pending'"
        let total: Int =
            try connection.row("SELECT COUNT(*) AS count FROM access_request WHERE \(conditions)")?["count"] ?? 0
        let items = try connection.rows(
            """
            \(select) WHERE \(conditions) ORDER BY access_request.id LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map(AccessRequest.init)
        return Listing(items: items, total: total, paging: paging)
    }

    /// What somebody asked for and waits for.
    static func open(
        of person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> [AccessRequest] {
        try connection.rows(
            """
            \(select) WHERE organization_id = \(organization) AND person_id = \(person) AND state = 'pending'
            ORDER BY access_request.id LIMIT 100
            """
        ).map(AccessRequest.init)
    }

    /// Who can grant a right and is asked: by the right's own word, without those who are blocked.
    static func grantors(
        of right: any Right.Type, in organization: OrganizationID, _ connection: Connection
    ) throws -> [Member] {
        try Member.administrators(of: organization, in: connection).filter { member in
            !member.isBlocked && (member.role == .legalRepresentative || right.grantedBy == .administrator)
        }
    }

    /// Asks those who can grant it. The same again within a moment is the same; what is still open a day later is asked anew.
    /// A product is taken by its number, unchecked: otherwise asking would tell which there are.
    /// - Throws: 404 for a right there is not; 409 `has_it`, `asked_today`
    ///   where the same was asked within a day, `asked_enough` where too much was.
    @discardableResult
    package static func ask(
        _ right: String, product: ProductID?, note: String, by standing: Standing, permit: Permit<SeeOrganization>,
        products directory: ProductDirectory, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> AccessRequestID {
        let (organization, person) = (permit.organization, permit.person)
        guard let type = Rights.named(right) else { throw Problem.notFound }
        try connection.lock("organization", organization)
        if Remedy.of(type, product: product, for: standing) == .nothing {
            throw Problem(.conflict, code: "has_it", word: "requests.refused.has_it")
        }
        let yesterday = now.adding(.zero - askEvery)
        let recent = try connection.rows(
            """
            SELECT id, right_name, product_id, note, state, asked_at FROM access_request
            WHERE organization_id = \(organization) AND person_id = \(person)
                AND (asked_at > \(yesterday) OR state = 'pending')
            ORDER BY id
            """)
        let same = try recent.last { row in
            try row["right_name"] as String == right && row["product_id"] as ProductID? == product
        }
        if let same, try same["asked_at"] as Instant > yesterday {
            let isDoubleClick = try same["state"] as State == .pending && same["note"] as String == note
            if isDoubleClick { return try same["id"] }
            throw Problem(.conflict, code: "asked_today", word: "requests.refused.today")
        }
        guard try recent.count(where: { try $0["asked_at"] as Instant > yesterday }) < asksPerDayMax else {
            throw Problem(
                .conflict, code: "asked_enough", word: "requests.refused.enough",
                arguments: ["max": String(asksPerDayMax)])
        }
        let id: AccessRequestID
        if let same, try same["state"] as State == .pending {
            id = try same["id"]
            try connection.execute("UPDATE access_request SET note = \(note), asked_at = \(now) WHERE id = \(id)")
        } else {
            id = try connection.insert(
                """
                INSERT INTO access_request (organization_id, person_id, right_name, product_id, note, state, asked_at)
                VALUES (\(organization), \(person), \(right), \(product), \(note), \(State.pending), \(now))
                RETURNING id
                """)
        }
        try connection.announce(
            Event(
                "AccessRequested", by: actor, organization: organization, subject: "access_request", id.rawValue,
                product: product, payload: ["right": right]), at: now)
        return id
    }
}
