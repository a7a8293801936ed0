package import Access
import Accounts
package import Kernel
package import Storage
package import Web

extension Member {
    private static let select: SQL = """
        SELECT person.id, membership.organization_id, person.login, person.first_name, person.last_name, person.language,
            person.picture_version, membership.role, membership.has_billing_right, membership.gets_administrative,
            membership.gets_billing, membership.gets_technical, \(Person.hasSecondFactor) AS has_second_factor,
            (person.blocked_at IS NOT NULL) AS is_blocked, membership.created_at AS joined_at, membership.revision,
            (SELECT COUNT(*) FROM team_member WHERE team_member.organization_id = membership.organization_id
                AND team_member.person_id = membership.person_id) AS team_count
        FROM membership JOIN person ON person.id = membership.person_id
        """

    /// - Returns: nil where the person is not a member.
    package static func find(
        _ person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Member? {
        guard
            let row = try connection.row(
                "\(select) WHERE membership.organization_id = \(organization) AND membership.person_id = \(person)")
        else { return nil }
        return try Member(
            row, products: Grants.direct(to: person, in: organization, connection),
            teams: Team.ids(of: person, in: organization, connection))
    }

    package static func find(
        _ person: PersonID, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Member? {
        try find(person, in: permit.organization, connection)
    }

    /// A page of the members.
    package static func list(
        _ filter: MemberFilter, _ paging: Paging, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Listing<Member> {
        let conditions = conditions(filter, permit.organization, connection.dialect)
        if filter.asksPerson, connection.dialect == .postgres,
            let found = try found(conditions, filter, paging, by: permit, in: connection)
        {
            return found
        }
        let total: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM membership
                \(filter.asksPerson ? "JOIN person ON person.id = membership.person_id" as SQL : "")
                WHERE \(conditions)
                """)?["count"] ?? 0
        // Sorted by keys alone; what a row shows is read for the page only. The second half is counted from the end, so that the
        // last page is as near as the first.
        let order = order(filter)
        let isFromEnd = paging.offset > total / 2 && paging.offset < total
        let size = isFromEnd ? min(paging.size, total - paging.offset) : paging.size
        let offset = isFromEnd ? total - paging.offset - size : paging.offset
        let items = try connection.rows(
            """
            \(select) JOIN (
                SELECT person.id AS page_id FROM membership JOIN person ON person.id = membership.person_id
                WHERE \(conditions) ORDER BY \(isFromEnd ? self.order(filter, isReversed: true) : order)
                LIMIT \(size) OFFSET \(offset)
            ) AS page ON page.page_id = person.id
            WHERE membership.organization_id = \(permit.organization) ORDER BY \(order)
            """
        ).map { try Member($0) }
        return Listing(items: items, total: total, paging: paging)
    }

    /// Where most of the work is to look at each member, PostgreSQL does so once for the page and for how many there are.
    /// - Returns: nil behind the last page, where no row could say how many there are.
    private static func found(
        _ conditions: SQL, _ filter: MemberFilter, _ paging: Paging, by permit: Permit<ManageMembers>,
        in connection: Connection
    ) throws -> Listing<Member>? {
        let keys = try connection.rows(
            """
            SELECT person.id AS id, COUNT(*) OVER () AS total
            FROM membership JOIN person ON person.id = membership.person_id
            WHERE \(conditions) ORDER BY \(order(filter)) LIMIT \(paging.size) OFFSET \(paging.offset)
            """)
        guard let total: Int = try keys.first.map({ try $0["total"] }) else {
            return paging.offset == 0 ? Listing(items: [], total: 0, paging: paging) : nil
        }
        let people: [PersonID] = try keys.map { try $0["id"] }
        let items = try connection.rows(
            """
            \(select) WHERE membership.organization_id = \(permit.organization)
                AND \(connection.dialect.among("membership.person_id", people)) ORDER BY \(order(filter))
            """
        ).map { try Member($0) }
        return Listing(items: items, total: total, paging: paging)
    }

    private static func order(_ filter: MemberFilter, isReversed: Bool = false) -> SQL {
        let way: SQL = isReversed ? "DESC" : "ASC"
        let name: SQL = "person.last_name \(way), person.first_name \(way), person.id \(way)"
        switch filter.order {
        case .name: return name
        case .role:
            return """
                CASE membership.role WHEN 'legal_representative' THEN 0 WHEN 'administrator' THEN 1
                    WHEN 'collaborator' THEN 2 ELSE 3 END \(way), \(name)
                """
        case .joined:
            return isReversed ? "membership.created_at, person.id" : "membership.created_at DESC, person.id DESC"
        }
    }

    /// Everybody who matches, for an export.
    package static func export(
        _ filter: MemberFilter, limit: Int, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> [Member] {
        try connection.rows(
            """
            \(select) WHERE \(conditions(filter, permit.organization, connection.dialect))
            ORDER BY \(order(filter)) LIMIT \(limit)
            """
        ).map { try Member($0) }
    }

    /// Those of the people who are members.
    package static func among(
        _ people: [PersonID], by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> [Member] {
        try connection.rows(
            """
            \(select) WHERE membership.organization_id = \(permit.organization)
                AND \(connection.dialect.among("membership.person_id", people))
            ORDER BY person.last_name, person.first_name, person.id
            """
        ).map { try Member($0) }
    }

    /// Whom a batch that says "all who match" means, for as many as one batch takes.
    package static func matching(
        _ filter: MemberFilter, limit: Int, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> [PersonID] {
        try connection.rows(
            """
            SELECT person.id FROM membership JOIN person ON person.id = membership.person_id
            WHERE \(conditions(filter, permit.organization, connection.dialect)) ORDER BY person.id LIMIT \(limit)
            """
        ).map { try $0["id"] }
    }

    private static func conditions(
        _ filter: MemberFilter, _ organization: OrganizationID, _ dialect: Dialect
    ) -> SQL {
        var conditions: SQL = "membership.organization_id = \(organization)"
        if let role = filter.role { conditions = "\(conditions) AND membership.role = \(role)" }
        if filter.isLimited { conditions = "\(conditions) AND membership.role IN ('collaborator', 'external')" }
        if filter.lacksSecondFactor { conditions = "\(conditions) AND NOT \(Person.hasSecondFactor)" }
        if let team = filter.team {
            // For each member by the key of both: a list of the team would be made by reading all teams of the organisation.
            conditions = """
                \(conditions) AND EXISTS (
                    SELECT 1 FROM team_member WHERE team_id = \(team) AND person_id = membership.person_id
                        AND organization_id = membership.organization_id)
                """
        }
        if filter.search.isEmpty { return conditions }
        return "\(conditions) AND \(dialect.matches(words: filter.search, in: Person.searched))"
    }

    /// What would be left without these members; without none, what there is. Who is blocked is a member still, but neither
    /// answers for the organisation nor receives its messages.
    static func others(
        than people: [PersonID], in organization: OrganizationID, _ connection: Connection
    ) throws -> MembershipRules.Others {
        // An empty list matches nothing, not even by NOT IN.
        let except: SQL = people.isEmpty ? "" : "AND person_id NOT IN \(people)"
        let members: SQL = "membership WHERE organization_id = \(organization) \(except)"
        // A question each, since the first who receives a kind of message answers it, of five thousand.
        let open: SQL = """
            membership JOIN person ON person.id = membership.person_id
                WHERE organization_id = \(organization) \(except) AND person.blocked_at IS NULL AND person.erased_at IS NULL
            """
        guard
            let row = try connection.row(
                """
                SELECT (SELECT COUNT(*) FROM \(members)) AS members,
                    (SELECT COUNT(*) FROM \(open) AND role = 'legal_representative') AS representatives,
                    EXISTS (SELECT 1 FROM \(open) AND gets_administrative) AS gets_administrative,
                    EXISTS (SELECT 1 FROM \(open) AND gets_billing) AS gets_billing,
                    EXISTS (SELECT 1 FROM \(open) AND gets_technical) AS gets_technical
                """)
        else { throw Problem.notFound }
        return MembershipRules.Others(
            members: try row["members"], legalRepresentatives: try row["representatives"],
            recipients: try ContactKinds(row))
    }

    /// Those who may act for the organisation and can be asked: first who answers for it, then administrators.
    package static func administrators(
        of organization: OrganizationID, in connection: Connection
    ) throws -> [Member] {
        try connection.rows(
            """
            \(select) WHERE membership.organization_id = \(organization)
                AND membership.role IN ('legal_representative', 'administrator')
            ORDER BY CASE membership.role WHEN 'legal_representative' THEN 0 ELSE 1 END, person.last_name, person.id
            LIMIT 100
            """
        ).map { try Member($0) }
    }

    /// Who reaches a product and can sign in: by their role, by a grant of their own or through a team. A letter goes to each.
    package static func reaching(
        _ product: ProductID, in organization: OrganizationID, _ connection: Connection
    ) throws -> [Member] {
        try connection.rows(
            """
            \(select) WHERE membership.organization_id = \(organization) AND person.blocked_at IS NULL
                AND (membership.role IN ('legal_representative', 'administrator')
                    OR membership.person_id IN (\(Grants.holding(product))))
            ORDER BY person.id
            """
        ).map { try Member($0) }
    }

    /// Who receives a kind of message of the organisation (USR-14).
    package static func recipients(
        of kind: ContactKinds, in organization: OrganizationID, _ connection: Connection
    ) throws -> [Member] {
        let column: SQL =
            kind == .administrative ? "gets_administrative" : kind == .billing ? "gets_billing" : "gets_technical"
        return try connection.rows(
            """
            \(select) WHERE membership.organization_id = \(organization) AND membership.\(column)
                AND person.blocked_at IS NULL
            ORDER BY person.id LIMIT 100
            """
        ).map { try Member($0) }
    }
}
