package import Access
package import Kernel
package import Storage
package import Web

extension Team {
    private static let select: SQL = """
        SELECT id, organization_id, name, description, leader_id, revision,
            (SELECT COUNT(*) FROM team_member WHERE team_id = team.id) AS members,
            (SELECT COUNT(*) FROM team_product WHERE team_id = team.id) AS products
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
        try connection.lock("organization", organization)
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
        try setProducts(products, of: id, in: organization, directory: directory, at: now, connection)
        try connection.announce(
            Event(
                "TeamCreated", by: actor, organization: organization, subject: "team", id.rawValue,
                payload: ["name": name, "products": products.idText]), at: now)
        return id
    }

    /// - Throws: 409 where the team was changed meanwhile, and as `create`.
    package func change(
        name: String, description: String, leader: PersonID?, products: Set<ProductID>, revision: Int,
        by permit: Permit<ManageTeams>, directory: ProductDirectory, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.lock("organization", permit.organization)
        try Team.checkName(name, but: id, in: permit.organization, connection)
        if let leader, try !Team.memberIDs(of: id, connection).contains(leader) {
            throw Problem.field("leader", "teams.refused.leader")
        }
        let rows = try connection.execute(
            """
            UPDATE team SET name = \(name), name_key = \(Team.key(name)), description = \(description),
                leader_id = \(leader), revision = revision + 1
            WHERE id = \(id) AND organization_id = \(permit.organization) AND revision = \(revision)
            """)
        guard rows == 1 else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
        let before = try Team.productIDs(of: id, connection)
        try Team.setProducts(products, of: id, in: permit.organization, directory: directory, at: now, connection)
        try connection.announce(
            Event(
                "TeamChanged", by: actor, organization: permit.organization, subject: "team", id.rawValue,
                payload: [
                    "name": name, "before": self.name, "after": name, "products_before": before.idText,
                    "products_after": products.idText,
                ]), at: now)
    }

    /// Takes away what the team gave, and nothing else (TEAM-8).
    package func delete(
        by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        guard
            try connection.execute("DELETE FROM team WHERE id = \(id) AND organization_id = \(permit.organization)")
                == 1
        else { throw Problem.notFound }
        try connection.announce(
            Event(
                "TeamDeleted", by: actor, organization: permit.organization, subject: "team", id.rawValue,
                payload: ["name": name, "members": String(members)]), at: now)
    }

    /// Adds several at once (TEAM-3); who is in it already stays in it.
    /// - Throws: 404 where one is not a member of the organisation.
    /// - Returns: how many came in.
    package func add(
        _ people: [PersonID], by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Int {
        try connection.lock("organization", permit.organization)
        let present = try Team.memberIDs(of: id, connection)
        let new = Set(people).subtracting(present).sorted()
        for person in new {
            guard
                try connection.row(
                    """
                    SELECT 1 AS one FROM membership
                    WHERE organization_id = \(permit.organization) AND person_id = \(person)
                    """) != nil
            else { throw Problem.notFound }
            try Team.join(id, person, in: permit.organization, at: now, connection)
            try connection.announce(
                Event(
                    "TeamMemberAdded", by: actor, organization: permit.organization, subject: "person", person.rawValue,
                    payload: ["team": id.description, "name": name]), at: now)
        }
        return new.count
    }

    package func remove(
        _ people: [PersonID], by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Int {
        var count = 0
        for person in Set(people).sorted() {
            guard
                try connection.execute("DELETE FROM team_member WHERE team_id = \(id) AND person_id = \(person)") == 1
            else { continue }
            count += 1
            try connection.execute("UPDATE team SET leader_id = NULL WHERE id = \(id) AND leader_id = \(person)")
            try connection.announce(
                Event(
                    "TeamMemberRemoved", by: actor, organization: permit.organization, subject: "person",
                    person.rawValue, payload: ["team": id.description, "name": name]), at: now)
        }
        return count
    }

    /// Makes the teams of a member what they should be. Teams of other organisations are not found.
    static func set(
        _ teams: Set<TeamID>, of person: PersonID, in organization: OrganizationID, at now: Instant,
        _ connection: Connection
    ) throws {
        let old = try ids(of: person, in: organization, connection)
        for gone in old.subtracting(teams).sorted() {
            try connection.execute("DELETE FROM team_member WHERE team_id = \(gone) AND person_id = \(person)")
            try connection.execute("UPDATE team SET leader_id = NULL WHERE id = \(gone) AND leader_id = \(person)")
        }
        for new in teams.subtracting(old).sorted() {
            guard try find(new, in: organization, connection) != nil else { throw Problem.notFound }
            try join(new, person, in: organization, at: now, connection)
        }
    }

    static func join(
        _ team: TeamID, _ person: PersonID, in organization: OrganizationID, at now: Instant, _ connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO team_member (team_id, organization_id, person_id, created_at)
            VALUES (\(team), \(organization), \(person), \(now))
            """)
    }

    private static func setProducts(
        _ products: Set<ProductID>, of id: TeamID, in organization: OrganizationID, directory: ProductDirectory,
        at now: Instant, _ connection: Connection
    ) throws {
        let old = try productIDs(of: id, connection)
        _ = try directory.check(products.subtracting(old), in: organization, connection)
        for gone in old.subtracting(products).sorted() {
            try connection.execute("DELETE FROM team_product WHERE team_id = \(id) AND product_id = \(gone)")
        }
        for new in products.subtracting(old).sorted() {
            try connection.execute(
                "INSERT INTO team_product (team_id, product_id, created_at) VALUES (\(id), \(new), \(now))")
        }
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
