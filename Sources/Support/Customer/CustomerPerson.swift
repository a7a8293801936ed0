import Access
import Accounts
import Kernel
import Organizations
import Storage

/// A person as the desk sees them. No secret is among it: not the password, no factor, no session's key.
struct CustomerPerson: Sendable {
    struct Place: Sendable {
        let organization: OrganizationID
        let name: String
        let role: Role
        /// Nobody else answers for it.
        let isOnlyRepresentative: Bool
    }

    let id: PersonID
    let login: String
    let name: String
    let phone: PhoneNumber
    let country: Country
    let language: Language
    let zone: Zone
    let isStaff: Bool
    let hasSecondFactor: Bool
    let passwordChangedAt: Instant
    let createdAt: Instant
    let blockedAt: Instant?
    let blockReason: String?
    let sessions: Int
    let places: [Place]

    /// So many organisations of one person are shown.
    static let placesMax = 100

    /// - Returns: nil where there is nobody, or where the account was deleted.
    static func find(_ id: PersonID, at now: Instant, in connection: Connection) throws -> CustomerPerson? {
        let row = try connection.row(
            """
            SELECT person.id, login, first_name, last_name, phone, country, language, time_zone, is_staff,
                password_changed_at, created_at, blocked_at, block_reason, \(Person.hasSecondFactor) AS has_second_factor,
                (SELECT COUNT(*) FROM session WHERE person_id = person.id AND expires_at > \(now)) AS sessions
            FROM person WHERE person.id = \(id) AND erased_at IS NULL
            """)
        guard let row else { return nil }
        let first: String = try row["first_name"]
        let last: String = try row["last_name"]
        return CustomerPerson(
            id: id, login: try row["login"], name: "\(first) \(last)", phone: try row["phone"],
            country: try row["country"], language: try row["language"], zone: try row["time_zone"],
            isStaff: try row["is_staff"], hasSecondFactor: try row["has_second_factor"],
            passwordChangedAt: try row["password_changed_at"], createdAt: try row["created_at"],
            blockedAt: try row["blocked_at"], blockReason: try row["block_reason"], sessions: try row["sessions"],
            places: try places(of: id, connection))
    }

    private static func places(of person: PersonID, _ connection: Connection) throws -> [Place] {
        try connection.rows(
            """
            SELECT organization.id, organization.name, mine.role,
                (SELECT COUNT(*) FROM membership AS other
                    WHERE other.organization_id = mine.organization_id AND other.person_id <> mine.person_id
                        AND other.role = 'legal_representative') AS representatives
            FROM membership AS mine JOIN organization ON organization.id = mine.organization_id
            WHERE mine.person_id = \(person) ORDER BY organization.name, organization.id LIMIT \(placesMax)
            """
        ).map { row in
            let role: Role = try row["role"]
            let others: Int = try row["representatives"]
            return Place(
                organization: try row["id"], name: try row["name"], role: role,
                isOnlyRepresentative: role == .legalRepresentative && others == 0)
        }
    }
}
