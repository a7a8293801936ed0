import Access
import Accounts
package import Kernel
package import Storage
package import Web

/// How the people of a partner come into a client: read at each request, so that it is over at once, in open sessions too, when
/// the partnership ends, when the partner is no partner any more, and when the person leaves it or is given less.
extension Partnership {
    /// The ways of somebody into clients: who answers for the partner or administers it enters all of them, a collaborator those
    /// that were given to them (PART-15, PART-16), somebody from outside none.
    private static func ways(of person: PersonID) -> SQL {
        """
        FROM membership
        JOIN person ON person.id = membership.person_id AND person.blocked_at IS NULL AND person.erased_at IS NULL
        JOIN organization AS partner ON partner.id = membership.organization_id AND partner.partner_since IS NOT NULL
            AND partner.deleted_at IS NULL
        JOIN partnership ON partnership.partner_id = partner.id AND partnership.ended_at IS NULL
        JOIN organization ON organization.id = partnership.client_id AND organization.deleted_at IS NULL
        WHERE membership.person_id = \(person) AND (membership.role IN ('legal_representative', 'administrator')
            OR (membership.role = 'collaborator' AND EXISTS (
                SELECT 1 FROM partnership_person WHERE partnership_person.partnership_id = partnership.id
                    AND partnership_person.person_id = membership.person_id)))
        """
    }

    /// Where the person is no member. Of several partners through whom they could come, one with full access is taken first,
    /// then the oldest: what one of them was given is never added to what another was.
    package static func way(
        of person: PersonID, into client: OrganizationID, _ connection: Connection
    ) throws -> OrganizationSummary? {
        let row = try connection.row(
            """
            SELECT \(wayIn) \(ways(of: person)) AND partnership.client_id = \(client)
            ORDER BY CASE WHEN partnership.has_all THEN 0 ELSE 1 END, partnership.id LIMIT 1
            """)
        return try row.map { try way($0, of: person, into: client, connection) }
    }

    private static func way(
        _ row: Row, of person: PersonID, into client: OrganizationID, _ connection: Connection
    ) throws -> OrganizationSummary {
        let partner: OrganizationID = try row["partner_id"]
        let hasAll: Bool = try row["has_all"]
        let standing = Standing(
            person: person, organization: client, role: hasAll ? .administrator : .external, hasBillingRight: hasAll,
            granted: hasAll ? KeyList([]) : try products(of: row["partnership_id"], connection), partner: partner)
        return try Organization.summary(
            row, standing,
            through: OrganizationSummary.Through(
                id: partner, name: try row["partner_name"], requiresSecondFactor: try row["partner_requires"]))
    }

    /// The ways into all clients of which somebody is no member, by name; into each the one that is taken.
    package static func ways(of person: PersonID, in connection: Connection) throws -> [OrganizationSummary] {
        var seen: Set<OrganizationID> = []
        return try connection.rows(
            """
            SELECT \(wayIn) \(ways(of: person)) AND \(isNoMember(person))
            ORDER BY organization.name, organization.id, CASE WHEN partnership.has_all THEN 0 ELSE 1 END, partnership.id
            LIMIT \(switchedMax)
            """
        ).compactMap { row in
            let id: OrganizationID = try row["id"]
            return seen.insert(id).inserted ? try way(row, of: person, into: id, connection) : nil
        }
    }

    /// What `way` reads.
    private static let wayIn: SQL = """
        \(Organization.summarised), partnership.id AS partnership_id, partnership.has_all, partner.id AS partner_id,
        partner.name AS partner_name, partner.requires_second_factor AS partner_requires
        """

    private static func isNoMember(_ person: PersonID) -> SQL {
        """
        NOT EXISTS (SELECT 1 FROM membership AS own WHERE own.organization_id = partnership.client_id
            AND own.person_id = \(person))
        """
    }

    private static func products(
        of id: PartnershipID, _ connection: Connection
    ) throws -> KeyList<Subject.Product> {
        let list: String? = try connection.row(
            """
            SELECT \(connection.dialect.joined("product_id")) AS products FROM partnership_product
            WHERE partnership_id = \(id)
            """)?["products"]
        return KeyList(joined: list ?? "")
    }

    /// More are looked for on the page of the clients.
    static let switchedMax = 200

    /// Whom somebody may enter without being a member there, by name, for the switcher (UI-8): none behind the wall of the
    /// partner, and of several partners the one that `way` takes.
    package static func clients(of person: PersonID, in connection: Connection) throws -> [ClientSummary] {
        var seen: Set<OrganizationID> = []
        return try connection.rows(
            """
            SELECT organization.id, organization.name, organization.square_logo, organization.initials,
                partner.id AS partner_id
            \(ways(of: person)) AND \(isNoMember(person)) AND (NOT partner.requires_second_factor OR \(Person.hasSecondFactor))
            ORDER BY organization.name, organization.id, CASE WHEN partnership.has_all THEN 0 ELSE 1 END, partnership.id
            LIMIT \(switchedMax)
            """
        ).compactMap { row in
            let id: OrganizationID = try row["id"]
            guard seen.insert(id).inserted else { return nil }
            let initials: String = try row["initials"]
            return ClientSummary(
                id: id, name: try row["name"], squareLogo: try row["square_logo"],
                initialsText: initials.isEmpty ? nil : initials, partner: try row["partner_id"])
        }
    }

    /// Those of one partner that the person enters, a page of them.
    static func entered(
        by person: PersonID, of partner: OrganizationID, matching search: String, _ paging: Paging,
        _ connection: Connection
    ) throws -> Listing<Partnership> {
        var conditions: SQL = "\(ways(of: person)) AND partner.id = \(partner)"
        if !search.isEmpty {
            let pattern = Dialect.containing(search)
            conditions = "\(conditions) AND \(connection.dialect.matches("organization.name", pattern))"
        }
        let total: Int = try connection.row("SELECT COUNT(*) AS count \(conditions)")?["count"] ?? 0
        let ids: [PartnershipID] = try connection.rows(
            """
            SELECT partnership.id \(conditions) ORDER BY organization.name, partnership.id
            LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map { try $0["id"] }
        return Listing(items: try ids.compactMap { try find($0, connection) }, total: total, paging: paging)
    }

    /// The open partnership of a partner with a client, where the person may enter it.
    static func entered(
        _ client: OrganizationID, by person: PersonID, of partner: OrganizationID, _ connection: Connection
    ) throws -> Partnership? {
        let id: PartnershipID? = try connection.row(
            "SELECT partnership.id \(ways(of: person)) AND partner.id = \(partner) AND partnership.client_id = \(client)"
        )?["id"]
        return try id.flatMap { try find($0, connection) }
    }
}
