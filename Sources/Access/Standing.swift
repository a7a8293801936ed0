package import Kernel

/// Where a person stands in one organisation: the facts from which every right is decided, in memory, read once a request.
package struct Standing: Sendable, Hashable {
    package let person: PersonID
    package let organization: OrganizationID
    package let role: Role
    /// The accounting right, a separate yes or no on top of the role (PERM-1).
    package let hasBillingRight: Bool
    package let products: ProductAccess
    /// The organisation in whose name somebody acts who is no member, through its partnership (PART-10); nil for a member.
    /// Whoever comes so has no right over who may do what here.
    package let partner: OrganizationID?

    package var isMember: Bool { partner == nil }

    /// - Parameter granted: products given to the person, or to a team they are in. Who administers has all of them.
    package init(
        person: PersonID, organization: OrganizationID, role: Role, hasBillingRight: Bool,
        granted: Set<ProductID> = [], partner: OrganizationID? = nil
    ) {
        self.init(
            person: person, organization: organization, role: role, hasBillingRight: hasBillingRight,
            granted: KeyList(granted), partner: partner)
    }

    package init(
        person: PersonID, organization: OrganizationID, role: Role, hasBillingRight: Bool,
        granted: KeyList<Subject.Product>, partner: OrganizationID? = nil
    ) {
        self.person = person
        self.organization = organization
        self.role = role
        self.hasBillingRight = hasBillingRight
        self.partner = partner
        products = role.administers ? .all : .only(granted)
    }

    /// The same place with the products that were given to it.
    package func granting(_ products: KeyList<Subject.Product>) -> Standing {
        Standing(
            person: person, organization: organization, role: role, hasBillingRight: hasBillingRight, granted: products,
            partner: partner)
    }

    /// The only way to a permit.
    /// - Throws: a `Problem` (403 `access_denied`) that names the right and who can grant it.
    package func permit<R: Right>(_ right: R.Type = R.self) throws(Problem) -> Permit<R> {
        guard R.isGranted(to: self) else {
            throw Problem(
                .forbidden, code: "access_denied",
                word: isMember ? "access.denied.\(R.grantedBy.rawValue)" : "access.denied.partner",
                arguments: ["right": R.name])
        }
        return Permit(person: person, organization: organization, products: products)
    }

    /// For pages that show an action greyed with its reason (PERM-4) instead of offering it.
    package func has<R: Right>(_ right: R.Type) -> Bool { R.isGranted(to: self) }
}

/// Which products of the organisation somebody reaches: all of them, or those that were given to them or to a team of
/// theirs, the union (PERM-1, TEAM-8).
package enum ProductAccess: Sendable, Hashable {
    case all
    case only(KeyList<Subject.Product>)

    package func contains(_ product: ProductID) -> Bool {
        switch self {
        case .all: true
        case .only(let products): products.ids.contains(product)
        }
    }

    package var isNothing: Bool {
        switch self {
        case .all: false
        case .only(let products): products.isEmpty
        }
    }
}
