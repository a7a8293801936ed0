package import Access
package import Kernel

/// Who may give, change and take what (USR-4, USR-5, USR-9 to USR-13, ORG-20, PERM-5). Plain rules: the answer is nil, or the
/// problem that says why not; pages ask before they offer, stores ask again before they write.
package enum MembershipRules {
    /// What would be left of an organisation without a certain member, or without several.
    package struct Others: Sendable, Hashable {
        package let members: Int
        /// Those who can act: who is blocked answers for nothing.
        package let legalRepresentatives: Int
        /// The kinds of messages that one of them receives.
        package let recipients: ContactKinds

        package init(members: Int, legalRepresentatives: Int, recipients: ContactKinds) {
            self.members = members
            self.legalRepresentatives = legalRepresentatives
            self.recipients = recipients
        }

        /// Of everybody, without one more member; who receives what is left as it is.
        func without(_ member: Member) -> Others {
            let counted = member.role == .legalRepresentative && !member.isBlocked
            return Others(
                members: members - 1, legalRepresentatives: legalRepresentatives - (counted ? 1 : 0),
                recipients: recipients)
        }
    }

    /// The roles that somebody may give (USR-5).
    package static func roles(givenBy giver: Standing) -> [Role] { roles(givenBy: giver.role) }

    static func roles(givenBy giver: Role) -> [Role] {
        switch giver {
        case .legalRepresentative: Role.allCases
        case .administrator: Role.allCases.filter { $0 != .legalRepresentative }
        case .collaborator, .external: []
        }
    }

    package static func giving(_ role: Role, by giver: Standing) -> Problem? {
        if roles(givenBy: giver).contains(role) { return nil }
        return Problem(.forbidden, code: "role_not_yours_to_give", word: "members.refused.role", field: "role")
    }

    package static func changing(
        _ old: Membership, to new: Membership, by changer: Standing, others: Others
    ) -> Problem? {
        if !changer.role.administers {
            return Problem(.forbidden, code: "access_denied", word: "access.reason.administrator")
        }
        if old.role == .legalRepresentative, changer.role != .legalRepresentative, let field = taken(from: old, by: new)
        {
            return Problem(.forbidden, code: "outranked", word: "members.refused.outranked", field: field)
        }
        if old.role != new.role {
            if let problem = giving(new.role, by: changer) { return problem }
            if old.role == .legalRepresentative, others.legalRepresentatives == 0 { return lastRepresentative }
        }
        if new.products.subtracting(old.products).count > 0, new.products.count > Grants.directMax {
            return Problem(
                .invalid, code: "too_many", word: "members.refused.products",
                arguments: ["max": String(Grants.directMax)], field: "products")
        }
        let missing = ContactKinds.all.subtracting(others.recipients.union(new.contacts))
        if let first = missing.intersection(old.contacts).names.first {
            return Problem(
                .invalid, code: "last_recipient", word: "members.refused.recipient.\(first)", field: "contacts")
        }
        return nil
    }

    /// What a change takes away, as the form names it; nil where it only gives.
    private static func taken(from old: Membership, by new: Membership) -> String? {
        if old.role != new.role { return "role" }
        if old.hasBillingRight, !new.hasBillingRight { return "billing" }
        if !new.contacts.isSuperset(of: old.contacts) { return "contacts" }
        if !new.teams.isSuperset(of: old.teams) { return "teams" }
        return new.products.isSuperset(of: old.products) ? nil : "products"
    }

    /// Being removed by somebody else. For oneself there is leaving.
    package static func removing(
        _ person: PersonID, _ role: Role, by remover: Standing, others: Others
    ) -> Problem? {
        if !remover.role.administers {
            return Problem(.forbidden, code: "access_denied", word: "access.reason.administrator")
        }
        if role == .legalRepresentative, others.legalRepresentatives == 0 { return lastRepresentative }
        if person == remover.person {
            return Problem(.conflict, code: "yourself", word: "members.refused.yourself")
        }
        if role == .legalRepresentative, remover.role != .legalRepresentative {
            return Problem(.forbidden, code: "outranked", word: "members.refused.outranked")
        }
        return nil
    }

    /// Leaving on one's own (ORG-7 to ORG-9): every condition that fails, so that the page can name them all.
    package static func leaving(_ role: Role, others: Others) -> [Problem] {
        var problems: [Problem] = []
        if others.members == 0 {
            problems.append(Problem(.conflict, code: "last_member", word: "members.refused.last_member"))
        } else if role == .legalRepresentative, others.legalRepresentatives == 0 {
            problems.append(lastRepresentative)
        }
        return problems
    }

    /// There is always somebody who answers for the organisation (ORG-20, USR-11).
    static let lastRepresentative = Problem(
        .conflict, code: "last_legal_representative", word: "members.refused.last_representative", field: "role")
}
