package import Access
package import Kernel
package import Storage
import Web

/// What deleting a team would do, counted from what there is now (TEAM-8).
package struct TeamEffects: Sendable {
    /// How many people would lose a product.
    package let losers: Int
    /// The first of the members who are affected, by name.
    package let people: [Effect]

    package struct Effect: Sendable {
        package let person: Teammate
        package let lost: [ProductID]
        /// What they go on reaching, and through what; empty for those who administer, who reach everything.
        package let kept: [(product: ProductID, through: [Grants.Source])]
    }

    /// As many are shown one by one: beyond it nobody reads them.
    package static let peopleMax = 50
    /// Names of products beside each; the rest is a number.
    static let productsMax = 10
}

extension Team {
    package func effectsOfDeletion(
        by permit: Permit<ManageTeams>, in connection: Connection
    ) throws -> TeamEffects {
        let losers: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM team_member
                JOIN membership ON membership.organization_id = team_member.organization_id
                    AND membership.person_id = team_member.person_id
                WHERE team_member.team_id = \(id) AND membership.organization_id = \(permit.organization)
                    AND membership.role IN ('collaborator', 'external')
                    AND EXISTS (
                        SELECT 1 FROM team_product
                        WHERE team_product.team_id = \(id)
                            AND NOT EXISTS (
                                SELECT 1 FROM product_grant
                                WHERE product_grant.organization_id = team_member.organization_id
                                    AND product_grant.person_id = team_member.person_id
                                    AND product_grant.product_id = team_product.product_id)
                            AND NOT EXISTS (
                                SELECT 1 FROM team_member AS other
                                JOIN team_product AS given ON given.team_id = other.team_id
                                WHERE other.organization_id = team_member.organization_id
                                    AND other.person_id = team_member.person_id AND other.team_id <> \(id)
                                    AND given.product_id = team_product.product_id))
                """)?["count"] ?? 0
        let products = try Team.productIDs(of: id, connection).sorted()
        let people = try mates(Paging(size: TeamEffects.peopleMax), connection).items.map { person in
            if person.role.administers { return TeamEffects.Effect(person: person, lost: [], kept: []) }
            let sources = try Grants.sources(of: person.id, in: permit.organization, connection)
            let others = products.map { product in
                (product: product, through: (sources[product] ?? []).filter { $0 != .team(id, name: name) })
            }
            return TeamEffects.Effect(
                person: person, lost: others.filter(\.through.isEmpty).map(\.product),
                kept: others.filter { !$0.through.isEmpty })
        }
        return TeamEffects(losers: losers, people: people)
    }
}
