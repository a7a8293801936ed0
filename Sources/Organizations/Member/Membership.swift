package import Access
package import Kernel

/// What somebody is in an organisation and what comes with it: chosen when they are invited, changed later, and shown as a
/// difference before it is saved (USR-3, USR-9).
package struct Membership: Sendable, Hashable {
    package var role: Role
    /// The accounting right, on top of the role (PERM-1).
    package var hasBillingRight: Bool
    package var contacts: ContactKinds
    /// Products given to the person alone; what their teams add is not here. Without meaning for who administers.
    package var products: Set<ProductID>
    package var teams: Set<TeamID>

    package init(
        role: Role, hasBillingRight: Bool = false, contacts: ContactKinds = [], products: Set<ProductID> = [],
        teams: Set<TeamID> = []
    ) {
        self.role = role
        self.hasBillingRight = hasBillingRight
        self.contacts = contacts
        self.products = products
        self.teams = teams
    }

    /// Who founds an organisation is asked for everything (ORG-21).
    package static let founder = Membership(role: .legalRepresentative, hasBillingRight: true, contacts: .all)
}

/// The messages of an organisation that somebody receives (USR-13, USR-14).
package struct ContactKinds: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let administrative = ContactKinds(rawValue: 1)
    package static let billing = ContactKinds(rawValue: 2)
    package static let technical = ContactKinds(rawValue: 4)

    package static let all: ContactKinds = [.administrative, .billing, .technical]

    /// With the name that forms and words use.
    package static let named: [(kind: ContactKinds, name: String)] = [
        (.administrative, "administrative"), (.billing, "billing"), (.technical, "technical"),
    ]

    /// The names of those that are in.
    package var names: [String] { ContactKinds.named.filter { contains($0.kind) }.map(\.name) }
}
