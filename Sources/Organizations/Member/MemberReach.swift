import Access
import Kernel
import Storage

/// What somebody reaches in an organisation and why: the answer to "what can they do, and why".
struct Reach: Sendable {
    let standing: Standing
    /// In the order of their names.
    let teams: [Team]
    /// The products they reach, of those there are.
    let products: [ProductDirectory.Entry]
    /// Without those that come with the role.
    let sources: [ProductID: [Grants.Source]]

    /// More products than a page shows with a reason each.
    static let shownMax = 100

    static func of(_ member: Member, _ directory: ProductDirectory, _ connection: Connection) throws -> Reach {
        let organization = member.organization
        let standing = try member.standing(connection)
        return Reach(
            standing: standing,
            teams: try Team.all(in: organization, connection).filter { member.membership.teams.contains($0.id) },
            products: try directory.list(organization, connection).filter { standing.products.contains($0.id) },
            sources: try Grants.sources(of: member.id, in: organization, connection))
    }
}
