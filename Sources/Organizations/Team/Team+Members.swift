package import Access
import Accounts
package import Kernel
package import Storage
package import Web

/// Somebody in a team, or who could be, as the team's page shows them.
package struct Teammate: Sendable {
    package let id: PersonID
    package let firstName: String
    package let lastName: String
    package let login: String
    package let role: Role

    package var name: String { "\(firstName) \(lastName)" }

    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        firstName = try row["first_name"]
        lastName = try row["last_name"]
        login = try row["login"]
        role = try row["role"]
    }

    fileprivate static let select: SQL = """
        SELECT person.id, person.first_name, person.last_name, person.login, membership.role
        FROM membership JOIN person ON person.id = membership.person_id
        """
}

extension Team {
    /// As many come in by one act (TEAM-3): what one page of checkboxes can still be read.
    package static let batchMax = 200

    package func isMember(_ person: PersonID, _ connection: Connection) throws -> Bool {
        try connection.row(
            "SELECT 1 AS one FROM team_member WHERE team_id = \(id) AND person_id = \(person)") != nil
    }

    /// Who is in it, the leader first.
    package func mates(_ paging: Paging, _ connection: Connection) throws -> Listing<Teammate> {
        let items = try connection.rows(
            """
            \(Teammate.select)
            JOIN team_member ON team_member.person_id = membership.person_id
                AND team_member.organization_id = membership.organization_id
            WHERE team_member.team_id = \(id)
            ORDER BY CASE WHEN person.id = \(leader?.rawValue ?? 0) THEN 0 ELSE 1 END, person.last_name,
                person.first_name, person.id
            LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map(Teammate.init)
        return Listing(items: items, total: members, paging: paging)
    }

    /// Who could lead it, for a select: one with more entries cannot be used any more.
    func leaders(_ connection: Connection) throws -> [Teammate] {
        try mates(Paging(size: Paging.sizeMax), connection).items
    }

    /// Members of the organisation who are not in it yet.
    /// - Parameter search: words of a name or a login.
    /// - Returns: at most `batchMax` of them, and how many there are.
    package func candidates(
        _ search: String, by permit: Permit<ManageTeams>, in connection: Connection
    ) throws -> (people: [Teammate], total: Int) {
        let conditions: SQL = """
            membership.organization_id = \(permit.organization) AND NOT EXISTS (
                SELECT 1 FROM team_member
                WHERE team_member.team_id = \(id) AND team_member.person_id = membership.person_id)
                AND \(connection.dialect.matches(words: search, in: Person.searched))
            """
        let people = try connection.rows(
            """
            \(Teammate.select) WHERE \(conditions)
            ORDER BY person.last_name, person.first_name, person.id LIMIT \(Team.batchMax)
            """
        ).map(Teammate.init)
        let total: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM membership JOIN person ON person.id = membership.person_id
                WHERE \(conditions)
                """)?["count"] ?? 0
        return (people, total)
    }

    /// Adds several at once (TEAM-3); who is in it already stays in it.
    /// - Throws: 404 where one is not a member of the organisation, or the team has gone; 422 where they are too many.
    /// - Returns: how many came in.
    @discardableResult
    package func add(
        _ people: [PersonID], by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Int {
        guard people.count <= Team.batchMax else { throw Team.tooMany("people") }
        try permit.renew(in: connection)
        guard try Team.find(id, in: permit.organization, connection) != nil else { throw Problem.notFound }
        let new = Set(people).subtracting(try Team.memberIDs(of: id, connection)).sorted()
        let known: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM membership
                WHERE organization_id = \(permit.organization) AND \(connection.dialect.among("person_id", new))
                """)?["count"] ?? 0
        guard known == new.count else { throw Problem.notFound }
        for person in new {
            try Team.join(id, person, in: permit.organization, at: now, connection)
            try announce("TeamMemberAdded", person, by: actor, permit, at: now, connection)
        }
        return new.count
    }

    /// - Returns: how many went; who was not in it is passed over.
    @discardableResult
    package func remove(
        _ people: [PersonID], by permit: Permit<ManageTeams>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Int {
        try permit.renew(in: connection)
        var count = 0
        for person in Set(people).sorted() {
            guard
                try connection.execute(
                    """
                    DELETE FROM team_member
                    WHERE team_id = \(id) AND organization_id = \(permit.organization) AND person_id = \(person)
                    """) == 1
            else { continue }
            count += 1
            try connection.execute("UPDATE team SET leader_id = NULL WHERE id = \(id) AND leader_id = \(person)")
            try announce("TeamMemberRemoved", person, by: actor, permit, at: now, connection)
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

    static func tooMany(_ field: String) -> Problem {
        .field(field, "teams.refused.batch", code: "too_many", ["max": String(batchMax)])
    }

    private func announce(
        _ event: String, _ person: PersonID, by actor: Event.Actor, _ permit: Permit<ManageTeams>, at now: Instant,
        _ connection: Connection
    ) throws {
        try connection.announce(
            Event(
                event, by: actor, organization: permit.organization, subject: "person", person.rawValue,
                payload: ["team": id.description, "name": name]), at: now)
    }
}
