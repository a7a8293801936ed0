import Access
import Kernel
import Testing

@Suite struct StandingTests {
    /// Who may do what: a line for each right, a column for each role, `billing` where only the accounting right opens it, `product` where
    /// a granted product does.
    enum Grant: Sendable {
        case always, never, billing, product
    }

    struct Line: CustomTestStringConvertible, Sendable {
        let right: any Right.Type
        let name: String
        let grantedBy: Role
        let legalRepresentative: Grant
        let administrator: Grant
        let collaborator: Grant
        let external: Grant
        var testDescription: String { name }

        func grant(to role: Role) -> Grant {
            switch role {
            case .legalRepresentative: legalRepresentative
            case .administrator: administrator
            case .collaborator: collaborator
            case .external: external
            }
        }

        static let all = [
            Line(
                right: SeeOrganization.self, name: "organization:see", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .always, external: .always),
            Line(
                right: ManageOrganization.self, name: "organization:manage", grantedBy: .legalRepresentative,
                legalRepresentative: .always, administrator: .never, collaborator: .never, external: .never),
            Line(
                right: SeeProducts.self, name: "products:see", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .product, external: .product),
            Line(
                right: ManageProducts.self, name: "products:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .product, external: .product),
            Line(
                right: BlockProducts.self, name: "products:block", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: OrderProducts.self, name: "products:order", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: ManageBilling.self, name: "billing:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .billing, external: .billing),
            Line(
                right: WithdrawPrepaid.self, name: "billing:withdraw", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .billing, external: .billing),
            Line(
                right: ManagePartnerships.self, name: "partnerships:manage", grantedBy: .legalRepresentative,
                legalRepresentative: .always, administrator: .never, collaborator: .never, external: .never),
            Line(
                right: ManageMembers.self, name: "members:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: ManageTeams.self, name: "teams:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: ManagePolicy.self, name: "policy:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: ManageAppearance.self, name: "appearance:manage", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
            Line(
                right: SeeActivity.self, name: "activity:see", grantedBy: .administrator,
                legalRepresentative: .always, administrator: .always, collaborator: .never, external: .never),
        ]
    }

    private func standing(_ role: Role, hasBillingRight: Bool, granted: Set<ProductID> = []) -> Standing {
        Standing(
            person: PersonID(rawValue: 7), organization: OrganizationID(rawValue: 12), role: role,
            hasBillingRight: hasBillingRight, granted: granted)
    }

    private func expectGrant<R: Right>(_ right: R.Type, to standing: Standing, _ isGranted: Bool, _ line: Line) throws {
        #expect(standing.has(right) == isGranted)
        guard isGranted else {
            let problem = try #require(throws: Problem.self) { try standing.permit(right) }
            #expect(problem.kind == .forbidden)
            #expect(problem.code == "access_denied")
            #expect(problem.word == "access.denied.\(line.grantedBy.rawValue)", "The sentence says who can grant it.")
            #expect(problem.arguments == ["right": line.name])
            return
        }
        let permit = try standing.permit(right)
        #expect(permit.person == standing.person)
        #expect(permit.organization == standing.organization)
        #expect(permit.products == standing.products)
    }

    @Test(arguments: Line.all, Role.allCases)
    func `A right is granted as the table says, and a refusal names it and who can grant it`(
        line: Line, role: Role
    ) throws {
        #expect(line.right.name == line.name)
        for hasBillingRight in [false, true] {
            for granted in [[], [ProductID(rawValue: 3)]] as [Set<ProductID>] {
                let isGranted =
                    switch line.grant(to: role) {
                    case .always: true
                    case .never: false
                    case .billing: hasBillingRight
                    case .product: !granted.isEmpty
                    }
                try expectGrant(
                    line.right, to: standing(role, hasBillingRight: hasBillingRight, granted: granted), isGranted, line)
            }
        }
    }

    /// What stays with the members, whatever a partner was given.
    private static let membersOnly: Set<String> = [
        "organization:manage", "members:manage", "teams:manage", "policy:manage", "activity:see", "billing:withdraw",
        "partnerships:manage",
    ]

    @Test(arguments: Line.all)
    func `A partner has the rights of its place but for those of members, and is told why`(line: Line) throws {
        let product = ProductID(rawValue: 3)
        for role in Role.allCases {
            let place = standing(role, hasBillingRight: true, granted: [product])
            let partner = Standing(
                person: place.person, organization: place.organization, role: role, hasBillingRight: true,
                granted: [product], partner: OrganizationID(rawValue: 13))
            let isGranted = line.right.isGranted(to: place) && !StandingTests.membersOnly.contains(line.name)
            #expect(line.right.isGranted(to: partner) == isGranted)
            #expect(partner.granting(KeyList([product])).partner == partner.partner)
            #expect(partner.products == place.products)
        }
    }

    @Test(arguments: Role.allCases)
    func `Who administers reaches every product, anybody else those that were granted`(role: Role) {
        let mine = ProductID(rawValue: 3)
        let other = ProductID(rawValue: 4)
        let products = standing(role, hasBillingRight: false, granted: [mine]).products
        #expect(products.contains(mine))
        #expect(products.contains(other) == role.administers)
        #expect(standing(role, hasBillingRight: false).products.contains(mine) == role.administers)
    }

    @Test(arguments: [
        (Role.legalRepresentative, "legal_representative", "owner"), (.administrator, "administrator", "admin"),
        (.collaborator, "collaborator", "normal"), (.external, "external", "client"),
    ])
    func `A role is stored and told to programs by its own name`(role: Role, stored: String, accountType: String) {
        #expect(Role(rawValue: stored) == role)
        #expect(role.accountType == accountType)
    }
}
