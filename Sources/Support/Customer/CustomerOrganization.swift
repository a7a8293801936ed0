import Access
import Kernel
import Organizations
import Storage

/// An organisation as the desk sees it: to look at, with nothing to change.
struct CustomerOrganization: Sendable {
    struct Member: Sendable {
        let id: PersonID
        let name: String
        let login: String
        let role: Role
        let isBlocked: Bool
    }

    let organization: Organization
    let createdAt: Instant
    let deletedAt: Instant?
    let memberCount: Int
    let members: [Member]
    let products: CustomerFacts.Lines
    let documents: CustomerFacts.Lines
    let balance: Money

    /// Of each kind.
    static let linesMax = 50

    static func find(
        _ id: OrganizationID, facts: CustomerFacts, in connection: Connection
    ) throws -> CustomerOrganization? {
        guard let organization = try Organization.find(id, in: connection),
            let row = try connection.row(
                """
                SELECT created_at, deleted_at,
                    (SELECT COUNT(*) FROM membership WHERE organization_id = organization.id) AS members
                FROM organization WHERE id = \(id)
                """)
        else { return nil }
        return CustomerOrganization(
            organization: organization, createdAt: try row["created_at"], deletedAt: try row["deleted_at"],
            memberCount: try row["members"], members: try members(of: id, connection),
            products: try facts.products(id, linesMax, connection),
            documents: try facts.documents(id, linesMax, connection), balance: try facts.balance(id, connection))
    }

    /// Who answers for it first.
    private static func members(of id: OrganizationID, _ connection: Connection) throws -> [Member] {
        try connection.rows(
            """
            SELECT person.id, person.first_name, person.last_name, person.login, membership.role,
                (person.blocked_at IS NOT NULL) AS is_blocked
            FROM membership JOIN person ON person.id = membership.person_id
            WHERE membership.organization_id = \(id)
            ORDER BY CASE membership.role WHEN 'legal_representative' THEN 0 WHEN 'administrator' THEN 1
                WHEN 'collaborator' THEN 2 ELSE 3 END, person.last_name, person.first_name, person.id
            LIMIT \(linesMax)
            """
        ).map { row in
            let first: String = try row["first_name"]
            let last: String = try row["last_name"]
            return Member(
                id: try row["id"], name: "\(first) \(last)", login: try row["login"], role: try row["role"],
                isBlocked: try row["is_blocked"])
        }
    }
}
