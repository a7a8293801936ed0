import Access
import Kernel
import Testing

@testable import Organizations

@Suite("The rules of memberships")
struct MembershipRulesTests {
    private static let anna = PersonID(rawValue: 1)
    private static let ben = PersonID(rawValue: 2)
    private static let place = OrganizationID(rawValue: 9)

    private static func standing(_ role: Role, _ person: PersonID = anna) -> Standing {
        Standing(person: person, organization: place, role: role, hasBillingRight: false)
    }

    private static func others(
        members: Int = 3, representatives: Int = 1, _ recipients: ContactKinds = .all
    ) -> MembershipRules.Others {
        MembershipRules.Others(members: members, legalRepresentatives: representatives, recipients: recipients)
    }

    @Test(
        "Only a legal representative hands out that role; whoever does not administer hands out none",
        arguments: [
            (Role.legalRepresentative, Role.allCases),
            (.administrator, [.administrator, .collaborator, .external]),
            (.collaborator, []), (.external, []),
        ])
    func giving(_ giver: Role, _ roles: [Role]) {
        #expect(MembershipRules.roles(givenBy: Self.standing(giver)) == roles)
        for role in Role.allCases {
            let problem = MembershipRules.giving(role, by: Self.standing(giver))
            #expect((problem == nil) == roles.contains(role))
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let old: Membership
        let new: Membership
        let by: Role
        var others = MembershipRulesTests.others()
        let code: String?

        static let all: [Change] = [
            Change(
                testDescription: "an administrator promotes to administrator", old: Membership(role: .external),
                new: Membership(role: .administrator), by: .administrator, code: nil),
            Change(
                testDescription: "an administrator names a representative", old: Membership(role: .collaborator),
                new: Membership(role: .legalRepresentative), by: .administrator, code: "role_not_yours_to_give"),
            Change(
                testDescription: "an administrator demotes a representative", old: .founder,
                new: Membership(role: .collaborator, contacts: .all), by: .administrator, code: "outranked"),
            Change(
                testDescription: "an administrator changes what a representative receives", old: .founder,
                new: Membership(role: .legalRepresentative, hasBillingRight: true), by: .administrator,
                code: "outranked"),
            Change(
                testDescription: "an administrator takes a representative's accounting right", old: .founder,
                new: Membership(role: .legalRepresentative, contacts: .all), by: .administrator, code: "outranked"),
            Change(
                testDescription: "an administrator gives a representative more to read",
                old: Membership(role: .legalRepresentative),
                new: Membership(role: .legalRepresentative, hasBillingRight: true, contacts: .all), by: .administrator,
                code: nil),
            Change(
                testDescription: "the only representative is demoted", old: .founder,
                new: Membership(role: .administrator, contacts: .all), by: .legalRepresentative,
                others: MembershipRulesTests.others(representatives: 0), code: "last_legal_representative"),
            Change(
                testDescription: "one of two representatives is demoted", old: .founder,
                new: Membership(role: .administrator, contacts: .all), by: .legalRepresentative, code: nil),
            Change(
                testDescription: "a collaborator changes somebody", old: Membership(role: .external),
                new: Membership(role: .collaborator), by: .collaborator, code: "access_denied"),
            Change(
                testDescription: "the last who receives bills gives that up",
                old: Membership(role: .collaborator, contacts: .billing), new: Membership(role: .collaborator),
                by: .administrator, others: MembershipRulesTests.others(.technical), code: "last_recipient"),
            Change(
                testDescription: "what nobody received before is not this person's fault",
                old: Membership(role: .collaborator), new: Membership(role: .external), by: .administrator,
                others: MembershipRulesTests.others([]), code: nil),
            Change(
                testDescription: "as many products as a form takes", old: Membership(role: .collaborator),
                new: MembershipRulesTests.products(400), by: .administrator, code: nil),
            Change(
                testDescription: "one product more", old: Membership(role: .collaborator),
                new: MembershipRulesTests.products(401), by: .administrator, code: "too_many"),
        ]
    }

    private static func products(_ count: Int64) -> Membership {
        Membership(role: .collaborator, products: Set((1...count).map(ProductID.init(rawValue:))))
    }

    @Test("A change is refused with its reason, or not", arguments: Change.all)
    func changing(_ change: Change) {
        let problem = MembershipRules.changing(
            change.old, to: change.new, by: Self.standing(change.by), others: change.others)
        #expect(problem?.code == change.code)
    }

    @Test(
        "A removal is refused with its reason, or not",
        arguments: [
            (Role.administrator, Role.collaborator, false, 1, nil),
            (.administrator, .administrator, false, 1, nil),
            (.administrator, .legalRepresentative, false, 1, "outranked"),
            (.administrator, .administrator, true, 1, "yourself"),
            (.legalRepresentative, .legalRepresentative, false, 1, nil),
            (.legalRepresentative, .legalRepresentative, false, 0, "last_legal_representative"),
            (.legalRepresentative, .legalRepresentative, true, 0, "last_legal_representative"),
            (.collaborator, .external, false, 1, "access_denied"),
        ] as [(Role, Role, Bool, Int, String?)])
    func removing(_ remover: Role, _ removed: Role, _ isSelf: Bool, _ others: Int, _ code: String?) {
        let problem = MembershipRules.removing(
            isSelf ? Self.anna : Self.ben, removed, by: Self.standing(remover),
            others: Self.others(representatives: others))
        #expect(problem?.code == code)
    }

    @Test("Leaving names every condition that fails")
    func leaving() {
        #expect(MembershipRules.leaving(.collaborator, others: Self.others(representatives: 1)).isEmpty)
        #expect(
            MembershipRules.leaving(.legalRepresentative, others: Self.others(representatives: 0)).map(\.code) == [
                "last_legal_representative"
            ])
        #expect(
            MembershipRules.leaving(.legalRepresentative, others: Self.others(members: 0, representatives: 0)).map(
                \.code)
                == ["last_member"])
    }

    @Test("A difference counts what comes through role and teams, not only what was ticked")
    func difference() {
        let (one, two, three) = (ProductID(rawValue: 1), ProductID(rawValue: 2), ProductID(rawValue: 3))
        let team = TeamID(rawValue: 7)
        func differ(_ old: Membership, _ new: Membership) -> MembershipDifference {
            MembershipDifference(from: old, to: new, of: Self.ben, in: Self.place, teamProducts: [team: [two, three]])
        }
        // Product 2 is taken from the person, but the team gives it.
        let joined = differ(
            Membership(role: .collaborator, products: [one, two]),
            Membership(role: .collaborator, products: [one], teams: [team]))
        #expect(joined.productsGained == .some([three]))
        #expect(joined.productsLost == .none)
        #expect(joined.rightsGained.isEmpty)
        let promoted = differ(
            Membership(role: .collaborator, products: [one]), Membership(role: .administrator))
        #expect(promoted.productsGained == .allBut([one]))
        #expect(promoted.rightsGained.contains { $0.name == "members:manage" })
        #expect(!promoted.rightsGained.contains { $0.name == "organization:manage" })
        let demoted = differ(.founder, Membership(role: .external))
        #expect(demoted.productsLost == .allBut([]))
        #expect(demoted.rightsLost.count == Rights.all.count - 1)
        #expect(differ(.founder, .founder).isNothing)
    }

    @Test("A right's reason is the fact without which it would not be there")
    func reasons() {
        let product = ProductID(rawValue: 5)
        let accountant = Standing(
            person: Self.ben, organization: Self.place, role: .collaborator, hasBillingRight: true, granted: [product])
        #expect(Reason.of(SeeOrganization.self, accountant) == .member)
        #expect(Reason.of(ManageBilling.self, accountant) == .accounting)
        #expect(Reason.of(SeeProducts.self, accountant) == .products(1))
        #expect(Reason.of(ManageMembers.self, accountant) == nil)
        let administrator = Self.standing(.administrator)
        #expect(Reason.of(SeeProducts.self, administrator) == .role)
        #expect(Reason.of(ManageBilling.self, administrator) == .role)
        #expect(Reason.of(ManageOrganization.self, administrator) == nil)
    }

    @Test("What would grant a right is the least that does")
    func remedies() {
        let product = ProductID(rawValue: 5)
        let collaborator = Self.standing(.collaborator)
        #expect(Remedy.of(ManageBilling.self, product: nil, for: collaborator) == .accounting)
        #expect(Remedy.of(SeeProducts.self, product: nil, for: collaborator) == .product(nil))
        #expect(Remedy.of(SeeProducts.self, product: product, for: collaborator) == .product(product))
        #expect(
            Remedy.of(SeeProducts.self, product: product, for: collaborator.granting(KeyList([ProductID(rawValue: 6)])))
                == .product(product))
        #expect(
            Remedy.of(SeeProducts.self, product: product, for: collaborator.granting(KeyList([product]))) == .nothing)
        #expect(Remedy.of(ManageMembers.self, product: nil, for: collaborator) == .role(.administrator))
        #expect(Remedy.of(OrderProducts.self, product: product, for: collaborator) == .role(.administrator))
        #expect(Remedy.of(ManageOrganization.self, product: nil, for: collaborator) == .role(.legalRepresentative))
    }
}
