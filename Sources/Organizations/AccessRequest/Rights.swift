import Access
import Kernel

/// Every right there is, so that one can ask of each: who has it, and why (issue: access you can question).
enum Rights {
    static let all: [any Right.Type] = [
        SeeOrganization.self, SeeProducts.self, ManageProducts.self, BlockProducts.self, OrderProducts.self,
        ManageBilling.self, WithdrawPrepaid.self, ManageMembers.self, ManageTeams.self, ManagePolicy.self,
        ManageAppearance.self,
        SeeActivity.self, ManagePartnerships.self, ManageOrganization.self,
    ]

    static func named(_ name: String) -> (any Right.Type)? { all.first { $0.name == name } }
}

/// Why somebody has a right.
enum Reason: Sendable, Hashable {
    /// Every member has it.
    case member
    case role
    /// The accounting right, on top of the role (PERM-1).
    case accounting
    /// So many products were given to them or to their teams.
    case products(Int)
    /// They are no member: a partnership gives it (PART-10).
    case partnership

    /// The rule of the right itself is asked, with one fact more each time: what makes it say yes is the reason.
    /// - Returns: nil where the person does not have the right.
    static func of(_ right: any Right.Type, _ standing: Standing) -> Reason? {
        func place(_ role: Role, _ hasBillingRight: Bool) -> Standing {
            Standing(
                person: standing.person, organization: standing.organization, role: role,
                hasBillingRight: hasBillingRight)
        }
        guard right.isGranted(to: standing) else { return nil }
        if !standing.isMember { return .partnership }
        if right.isGranted(to: place(.external, false)) { return .member }
        if right.isGranted(to: place(standing.role, false)) { return .role }
        if standing.hasBillingRight, right.isGranted(to: place(standing.role, true)) { return .accounting }
        if case .only(let products) = standing.products { return .products(products.ids.count) }
        return .role
    }
}

/// What would have to be given so that somebody has a right; again the rule of the right itself is asked.
enum Remedy: Sendable, Hashable {
    /// They have it.
    case nothing
    case accounting
    /// This product, or one that is yet to be chosen.
    case product(ProductID?)
    /// The least role that has it.
    case role(Role)

    static func of(_ right: any Right.Type, product: ProductID?, for standing: Standing) -> Remedy {
        func isMet(_ standing: Standing) -> Bool {
            right.isGranted(to: standing) && (product.map { standing.products.contains($0) } ?? true)
        }
        func place(role: Role? = nil, hasBillingRight: Bool? = nil, adding: Set<ProductID> = []) -> Standing {
            var granted = adding
            if case .only(let products) = standing.products { granted.formUnion(products.ids) }
            return Standing(
                person: standing.person, organization: standing.organization, role: role ?? standing.role,
                hasBillingRight: hasBillingRight ?? standing.hasBillingRight, granted: granted)
        }
        if isMet(standing) { return .nothing }
        if isMet(place(hasBillingRight: true)) { return .accounting }
        if let product {
            if isMet(place(adding: [product])) { return .product(product) }
        } else if right.isGranted(to: place(adding: [ProductID(rawValue: 0)])) {
            return .product(nil)
        }
        let least: [Role] = [.collaborator, .administrator, .legalRepresentative]
        return .role(least.first { isMet(place(role: $0)) } ?? .legalRepresentative)
    }
}
