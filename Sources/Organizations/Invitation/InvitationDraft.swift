import Access
import Kernel
import Web

/// What the wizard has been told so far. Each step carries all of it, so that going back loses nothing.
struct InvitationDraft: Sendable {
    enum Step: Int, CaseIterable, Sendable {
        case people = 1
        case access, review
    }

    let emails: String
    let role: Role?
    let hasBillingRight: Bool
    let products: Set<ProductID>
    let teams: Set<TeamID>
    let contacts: ContactKinds
    let key: String

    /// - Parameter options: for the choice of every product that there is.
    init(_ form: Form, _ options: InvitationOptions) {
        emails = form.typed("emails")
        role = Role(rawValue: form.typed("role"))
        hasBillingRight = form.isChecked("billing")
        products =
            form.isChecked("all_products")
            ? Set(options.products.map(\.id))
            : Set(ids: (form.list("product") + [form.typed("products")]).joined(separator: ","))
        teams = Set(ids: (form.list("team") + [form.typed("teams")]).joined(separator: ","))
        contacts = ContactKinds.named.reduce(into: []) { kinds, named in
            if form.isChecked("contact", named.name) { kinds.insert(named.kind) }
        }
        key = form.typed("client_key")
    }

    var list: AddressList { AddressList(emails) }

    /// Who administers reaches every product anyway.
    var choosesProducts: Bool { role?.administers == false }

    var membership: Membership? {
        role.map {
            Membership(
                role: $0, hasBillingRight: hasBillingRight, contacts: contacts,
                products: choosesProducts ? products : [], teams: teams)
        }
    }

    /// What is wrong with the first step, apart from what only the database knows.
    func problems(givenBy inviter: Standing) -> [Problem] {
        var problems: [Problem] = []
        let list = list
        if emails.utf8.count > AddressList.bytesMax || list.count > Invitation.batchMax {
            problems.append(InvitationBatch.tooMany(list.count))
        } else if list.count == 0 {
            problems.append(.field("emails", "invitations.refused.empty", code: "validation_rule_required"))
        } else {
            problems += list.malformed.map { .field("emails", "invitations.refused.malformed", ["text": $0]) }
        }
        if !(role.map { MembershipRules.roles(givenBy: inviter).contains($0) } ?? false) {
            problems.append(.field("role", "invitations.refused.role"))
        }
        return problems
    }

    /// What is wrong with the second: something is not there, be it gone or somebody else's.
    func problems(among options: InvitationOptions) -> [Problem] {
        var problems: [Problem] = []
        if choosesProducts, !products.isSubset(of: options.products.map(\.id)) {
            problems.append(.field("product", "invitations.refused.product", code: "object_not_found"))
        }
        if !teams.isSubset(of: options.teams.map(\.id)) {
            problems.append(.field("team", "invitations.refused.team", code: "object_not_found"))
        }
        return problems
    }

    /// Where a problem is mended.
    static func step(of problems: [Problem]) -> Step? {
        let fields = Set(problems.compactMap(\.field))
        if !fields.isDisjoint(with: ["emails", "role", "billing"]) { return .people }
        return fields.isDisjoint(with: ["product", "team"]) ? nil : .access
    }
}

/// What can be given to somebody in an organisation.
struct InvitationOptions: Sendable {
    let products: [ProductDirectory.Entry]
    let teams: [Team]
}
