package import Access
package import Kernel
import Storage
import Web

/// A person in an organisation, as those who manage its members see them.
package struct Member: Sendable {
    package let id: PersonID
    package let organization: OrganizationID
    package let login: EmailAddress
    package let firstName: String
    package let lastName: String
    package let language: Language
    package let pictureVersion: String?
    /// In a list without products and teams.
    package let membership: Membership
    /// Marked red without one (USR-15).
    package let hasSecondFactor: Bool
    package let isBlocked: Bool
    package let joinedAt: Instant
    /// How many teams they are in.
    package let teamCount: Int
    /// Counts the changes of the membership.
    package let revision: Int

    package var name: String { "\(firstName) \(lastName)" }
    package var role: Role { membership.role }

    init(_ row: Row, products: Set<ProductID> = [], teams: Set<TeamID> = []) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        login = try row["login"]
        firstName = try row["first_name"]
        lastName = try row["last_name"]
        language = try row["language"]
        pictureVersion = try row["picture_version"]
        membership = Membership(
            role: try row["role"], hasBillingRight: try row["has_billing_right"], contacts: try ContactKinds(row),
            products: products, teams: teams)
        hasSecondFactor = try row["has_second_factor"]
        isBlocked = try row["is_blocked"]
        joinedAt = try row["joined_at"]
        teamCount = try row["team_count"]
        revision = try row["revision"]
    }
}

extension ContactKinds {
    init(_ row: Row) throws {
        var kinds: ContactKinds = []
        if try row["gets_administrative"] { kinds.insert(.administrative) }
        if try row["gets_billing"] { kinds.insert(.billing) }
        if try row["gets_technical"] { kinds.insert(.technical) }
        self = kinds
    }
}

/// Which members a list shows.
package struct MemberFilter: Sendable, Hashable {
    /// In a name or a login.
    package var search = ""
    package var role: Role?
    package var team: TeamID?
    /// Only those without a second factor (USR-16).
    package var lacksSecondFactor = false
    package var order = Order.name
    /// Only those who do not reach everything by their role: to whom a product can be given.
    package var isLimited = false

    /// Whether matching takes more than the memberships.
    var asksPerson: Bool { lacksSecondFactor || !search.trimmed.isEmpty }

    package enum Order: String, Sendable, CaseIterable {
        case name, role, joined
    }

    package init() {}

    package static let searchLengthMax = 100

    /// From a query or a form.
    init(_ value: (String) -> String) {
        search = String(value("search").trimmed.prefix(MemberFilter.searchLengthMax))
        role = Role(rawValue: value("role"))
        team = TeamID(value("team"))
        lacksSecondFactor = value("lacking") == "yes"
        order = Order(rawValue: value("order")) ?? .name
    }

    /// As `init` reads it, for links.
    var items: [(name: String, value: String)] {
        [
            ("search", search), ("role", role?.rawValue ?? ""), ("team", team?.description ?? ""),
            ("lacking", lacksSecondFactor ? "yes" : ""), ("order", order == .name ? "" : order.rawValue),
        ]
    }
}
