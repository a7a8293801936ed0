import Access
import Kernel
import Organizations
import Storage
import Web

/// A product that is used outside of the console, by somebody who reaches it: their mail, their files (UI-7).
struct Application {
    let product: Product
    let type: ProductType

    /// By the console's own address, which lets in whoever reaches the product and then leads to where it is used.
    var link: Link { Application.link(to: product) }

    static func link(to product: Product) -> Link {
        "/organizations/\(product.organization)/products/\(product.id)/application"
    }
}

/// What somebody uses in one of their organisations.
struct ApplicationGroup {
    let organization: OrganizationSummary
    let applications: [Application]

    private var hasPersonalSuite: Bool { applications.contains { $0.type.service == .personalSuite } }

    /// Of all organisations of a person, in one look: the one with the personal suite first (ORG-4), then the one they were in,
    /// then as the switcher has them, and the clients whose partner they work for last. Those that wait for a second factor show
    /// nothing.
    static func all(
        of person: SignedIn, _ catalogue: Catalogue, in connection: Connection
    ) throws -> [ApplicationGroup] {
        let isPartner = person.organizations.contains(where: \.isPartner)
        let places = person.organizations + (isPartner ? try Partnership.ways(of: person.id, in: connection) : [])
        let permits = try places.filter { !$0.requiresSecondFactor || person.hasSecondFactor }.compactMap {
            // A request has read what was given in the organisation of its path alone.
            let standing = $0.standing
            let isKnown = standing.products == .all || !standing.isMember
            let granted = isKnown ? nil : try Grants.products(of: person.id, in: $0.id, connection)
            return try? (granted.map(standing.granting) ?? standing).permit(SeeProducts.self)
        }
        let used = try Product.used(catalogue.applications.map(\.id), by: permits, in: connection)
        let groups = places.map { organization in
            ApplicationGroup(
                organization: organization,
                applications: used.filter { $0.organization == organization.id }.compactMap { product in
                    catalogue.type(product.typeID).map { Application(product: product, type: $0) }
                })
        }.filter { !$0.applications.isEmpty }
        func rank(_ group: ApplicationGroup) -> Int {
            if group.organization.through != nil { return 3 }
            return group.hasPersonalSuite ? 0 : group.organization.id == person.currentOrganization ? 1 : 2
        }
        return groups.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }
}

extension Catalogue {
    /// The types whose products are used outside of the console.
    var applications: [ProductType] { types.filter { $0.application != nil } }
}

extension Product {
    /// What was not paid, and what has ended, is not there to be used.
    var isUsed: Bool { state == .active }

    /// Those of these types that are there to be used, as far as the permits reach.
    fileprivate static func used(
        _ types: [String], by permits: [Permit<SeeProducts>], in connection: Connection
    ) throws -> [Product] {
        if types.isEmpty || permits.isEmpty { return [] }
        let reached = Dictionary(uniqueKeysWithValues: permits.map { ($0.organization, $0.products) })
        return try connection.rows(
            """
            \(select) WHERE \(connection.dialect.among("organization_id", permits.map(\.organization)))
                AND type_id IN \(types) AND state = \(State.active) ORDER BY type_id, name, id
            """
        ).map(Product.init).filter { reached[$0.organization]?.contains($0.id) == true }
    }
}
