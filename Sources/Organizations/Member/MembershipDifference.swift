import Access
import Kernel

/// What a change of a membership does, before it is saved: what differs, and what the person gains and loses by it, through
/// teams too. A plain rule.
struct MembershipDifference: Sendable {
    let old: Membership
    let new: Membership
    let rightsGained: [any Right.Type]
    let rightsLost: [any Right.Type]
    let productsGained: Reached
    let productsLost: Reached

    /// Products by what was given, or all there are by the role.
    enum Reached: Sendable, Hashable {
        case none
        case some(Set<ProductID>)
        /// All but those that the person reaches either way.
        case allBut(Set<ProductID>)
    }

    /// - Parameter teamProducts: of every team that is in one of the memberships.
    init(
        from old: Membership, to new: Membership, of person: PersonID, in organization: OrganizationID,
        teamProducts: [TeamID: Set<ProductID>]
    ) {
        func granted(_ membership: Membership) -> Set<ProductID> {
            membership.teams.reduce(membership.products) { $0.union(teamProducts[$1] ?? []) }
        }
        func standing(_ membership: Membership) -> Standing {
            Standing(
                person: person, organization: organization, role: membership.role,
                hasBillingRight: membership.hasBillingRight, granted: granted(membership))
        }
        let (before, after) = (standing(old), standing(new))
        self.old = old
        self.new = new
        rightsGained = Rights.all.filter { !$0.isGranted(to: before) && $0.isGranted(to: after) }
        rightsLost = Rights.all.filter { $0.isGranted(to: before) && !$0.isGranted(to: after) }
        productsGained = MembershipDifference.more(after.products, than: before.products)
        productsLost = MembershipDifference.more(before.products, than: after.products)
    }

    private static func more(_ one: ProductAccess, than other: ProductAccess) -> Reached {
        switch (one, other) {
        case (_, .all): .none
        case (.all, .only(let products)): .allBut(products.ids)
        case (.only(let one), .only(let other)):
            one.ids.isSubset(of: other.ids) ? .none : .some(one.ids.subtracting(other.ids))
        }
    }

    var isNothing: Bool { old == new }
}
