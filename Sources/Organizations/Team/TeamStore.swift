package import Access
package import Kernel
package import Storage
package import Web

extension Team {
    private static let select: SQL = """
        SELECT id, organization_id, name, description, leader_id, revision,
            (SELECT COUNT(*) FROM team_member WHERE team_id = team.id) AS members,
            (SELECT COUNT(*) FROM team_product WHERE team_id = team.id) AS products,
            (SELECT first_name || ' ' || last_name FROM person WHERE person.id = team.leader_id) AS leader_name
        FROM team
        """

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package static func find(
        _ id: TeamID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Team? {
        try connection.row("\(select) WHERE id = \(id) AND organization_id = \(organization)").map(Team.init)
    }

    package static func list(
        _ search: String, _ paging: Paging, by permit: Permit<ManageTeams>, in connection: Connection
    ) throws -> Listing<Team> {
        var conditions: SQL = "organization_id = \(permit.organization)"
        if !search.isEmpty {
            conditions = "\(conditions) AND \(connection.dialect.matches("name", Dialect.containing(search)))"
        }
        let total: Int = try connection.row("SELECT COUNT(*) AS count FROM team WHERE \(conditions)")?["count"] ?? 0
        let items = try connection.rows(
            "\(select) WHERE \(conditions) ORDER BY name, id LIMIT \(paging.size) OFFSET \(paging.offset)"
        ).map(Team.init)
        return Listing(items: items, total: total, paging: paging)
    }

    /// Every team, for choosing among them.
    package static func all(in organization: OrganizationID, _ connection: Connection) throws -> [Team] {
        try connection.rows("\(select) WHERE organization_id = \(organization) ORDER BY name, id LIMIT \(countMax)")
            .map(Team.init)
    }

    /// Those that a person is in.
    static func all(
        of person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> [Team] {
        try connection.rows(
            """
            \(select) WHERE organization_id = \(organization) AND id IN (
                SELECT team_id FROM team_member WHERE organization_id = \(organization) AND person_id = \(person))
            ORDER BY name, id LIMIT \(countMax)
            """
        ).map(Team.init)
    }

    static func ids(of person: PersonID, in organization: OrganizationID, _ connection: Connection) throws -> Set<
        TeamID
    > {
        Set(
            try connection.rows(
                "SELECT team_id FROM team_member WHERE organization_id = \(organization) AND person_id = \(person)"
            ).map { try $0["team_id"] })
    }

    package static func memberIDs(of id: TeamID, _ connection: Connection) throws -> Set<PersonID> {
        Set(try connection.rows("SELECT person_id FROM team_member WHERE team_id = \(id)").map { try $0["person_id"] })
    }

    package static func productIDs(of id: TeamID, _ connection: Connection) throws -> Set<ProductID> {
        Set(
            try connection.rows("SELECT product_id FROM team_product WHERE team_id = \(id)").map {
                try $0["product_id"]
            })
    }

    /// - Throws: 422 where the name is taken or there are too many teams; 404 for a product that is not the organisation's.
    package static func create(
        name: String, description: String, products: Set<ProductID>, by permit: Permit<ManageTeams>,
        directory: ProductDirectory, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> TeamID {
        let organization = permit.organization
        try permit.renew(in: connection)
        let count: Int =
            try connection.row("SELECT COUNT(*) AS count FROM team WHERE organization_id = \(organization)")?["count"]
            ?? 0
        guard count < countMax else {
            throw Problem.field("name", "teams.refused.count", code: "too_many", ["max": String(countMax)])
        }
        try checkName(name, but: nil, in: organization, connection)
        let id: TeamID = try connection.insert(
            """
            INSERT INTO team (organization_id, name, name_key, description, revision, created_at)
            VALUES (\(organization), \(name), \(key(name)), \(description), 1, \(now)) RETURNING id
            """)
        _ = try directory.check(products, in: organization, connection)
        for product in products.sorted() { try join(product, to: id, at: now, connection) }
        try connection.announce(
            Event(
                "TeamCreated", by: actor, organization: organization, subject: "team", id.rawValue,
                payload: ["name": name, "products": products.idText]), at: now)
        return id
    }

    /// Its name, description and leader. Members and products come and go on their own: see `add`, `give`.
    /// - Throws: 409 where the team was changed meanwhile; 422 where the name is taken or the leader is not in the team.
    package func change(
        name: String, description: String, leader: PersonID?, revision: Int, by permit: Permit<ManageTeams>,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        try Team.checkName(name, but: id, in: permit.organization, connection)
        if let leader, try !isMember(leader, connection) { throw Problem.field("leader", "teams.refused.leader") }
        let rows = try connection.execute(
            """
            UPDATE team SET name = \(name), name_key = \(Team.key(name)), description = \(description),
                leader_id = \(leader), revision = revision + 1
            WHERE id = \(id) AND organization_id = \(permit.organization) AND revision = \(revision)
            """)
        guard rows == 1 else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
        if name == self.name, description == self.description, leader == self.leader { return }
        try connection.announce(
            Event(
                "TeamChanged", by: actor, organization: permit.organization, subject: "team", id.rawValue,
                payload: [
                    "name": name, "name_before": self.name, "name_after": name,
                    "description_before": self.description, "description_after": description,
                    "leader_before": self.leader?.description ?? "", "leader_after": leader?.description ?? "",
                ]), at: now)
    }

    /// Takes away what the team gave, and nothing else (TEAM-8).
    /// - Throws: 404 where it has gone already.
    package func delete(
        by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard
            try connection.execute("DELETE FROM team WHERE id = \(id) AND organization_id = \(permit.organization)")
                == 1
        else { throw Problem.notFound }
        // What it gave is gone with it, by the foreign keys of `team_member` and `team_product`.
        try connection.announce(
            Event(
                "TeamDeleted", by: actor, organization: permit.organization, subject: "team", id.rawValue,
                payload: ["name": name, "members": String(members)]), at: now)
    }

    private static func checkName(
        _ name: String, but id: TeamID?, in organization: OrganizationID, _ connection: Connection
    ) throws {
        let taken = try connection.row(
            """
            SELECT id FROM team
            WHERE organization_id = \(organization) AND name_key = \(key(name)) AND id <> \(id?.rawValue ?? 0)
            """)
        if taken != nil { throw Problem.field("name", "teams.refused.name", code: "object_already_exists") }
    }
}
