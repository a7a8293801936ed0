import Accounts
import Kernel
import Storage
import Web

/// What was found for what somebody at the desk typed: a name, a login, a domain, the number of a document, a support code.
struct DeskSearch: Sendable {
    struct Hit: Sendable {
        let title: String
        let detail: @Sendable (Words) -> String
        let link: Link
    }

    let people: [Hit]
    let organizations: [Hit]
    let products: [Hit]
    let documents: [Hit]

    var isEmpty: Bool { people.isEmpty && organizations.isEmpty && products.isEmpty && documents.isEmpty }

    /// Of each kind. Whoever finds more types more.
    static let limit = 20
    /// Less would find nearly everybody.
    static let lengthMin = 2
    static let lengthMax = 100

    init(_ text: String, facts: CustomerFacts, in connection: Connection) throws {
        people = try DeskSearch.people(text, connection)
        organizations = try DeskSearch.organizations(text, connection)
        products = try facts.productsNamed(text, DeskSearch.limit, connection).map(DeskSearch.hit)
        documents = try facts.documentsNumbered(text, DeskSearch.limit, connection).map(DeskSearch.hit)
    }

    private static func hit(_ line: CustomerFacts.Line) -> Hit {
        Hit(title: line.title, detail: line.detail, link: "/staff/organizations/\(line.organization)")
    }

    /// Whoever the support code belongs to stands first (SUP-1).
    private static func people(_ text: String, _ connection: Connection) throws -> [Hit] {
        let known = try Person.find(supportCode: text, in: connection)
        let matches = connection.dialect.matches(words: text, in: Person.searched)
        let rows = try connection.rows(
            """
            SELECT id, first_name, last_name, login, (blocked_at IS NOT NULL) AS is_blocked FROM person
            WHERE erased_at IS NULL AND \(matches) ORDER BY last_name, first_name, id LIMIT \(limit)
            """)
        var hits = known.map { person in
            [
                Hit(
                    title: person.name,
                    detail: { $0("support.found_by_code", ["login": person.login.description]) },
                    link: "/staff/people/\(person.id)")
            ]
        }
        for row in rows {
            let id: PersonID = try row["id"]
            if id == known?.id { continue }
            let first: String = try row["first_name"]
            let last: String = try row["last_name"]
            let login: String = try row["login"]
            let isBlocked: Bool = try row["is_blocked"]
            hits =
                (hits ?? []) + [
                    Hit(
                        title: "\(first) \(last)",
                        detail: { isBlocked ? $0("support.found_blocked", ["login": login]) : login },
                        link: "/staff/people/\(id)")
                ]
        }
        return hits ?? []
    }

    /// By name, or by number.
    private static func organizations(_ text: String, _ connection: Connection) throws -> [Hit] {
        let number = OrganizationID(text)?.rawValue ?? 0
        return try connection.rows(
            """
            SELECT id, name, town, country, (deleted_at IS NOT NULL) AS is_deleted FROM organization
            WHERE id = \(number) OR \(connection.dialect.matches("name", Dialect.containing(text)))
            ORDER BY CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END, name, id LIMIT \(limit)
            """
        ).map { row in
            let id: OrganizationID = try row["id"]
            let town: String = try row["town"]
            let country: Country = try row["country"]
            let isDeleted: Bool = try row["is_deleted"]
            return Hit(
                title: try row["name"],
                detail: { words in
                    if isDeleted { return words("support.organization.is_deleted") }
                    return town.isEmpty ? words.country(country) : "\(town), \(words.country(country))"
                }, link: "/staff/organizations/\(id)")
        }
    }
}
