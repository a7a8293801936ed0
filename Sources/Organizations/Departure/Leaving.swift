import Access
import Accounts
package import Kernel
package import Storage
import Web

/// A membership as the page on which it is ended shows it: what stands against it, and what would go with it.
struct Leaving: Sendable {
    let member: Member
    /// Every condition that fails, so that the page can name them all (ORG-9).
    let hindrances: [Hindrance]
    /// Products that were given to the person or to their teams. Nil for those who administer: they reach all.
    let products: Int?
    let teams: Int
    let teamsLed: Int
    /// Messages that nobody else receives.
    let handedOver: ContactKinds
    /// Open invitations that they sent.
    let invitations: Int

    /// - Returns: nil where the person is no member.
    static func find(
        _ person: PersonID, in organization: OrganizationID, conditions: [LeavingCondition], _ connection: Connection
    ) throws -> Leaving? {
        guard let member = try Member.find(person, in: organization, connection) else { return nil }
        let others = try Member.others(than: [person], in: organization, connection)
        let products = try Grants.products(of: person, in: organization, connection).ids
        let led: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM team
                WHERE organization_id = \(organization) AND leader_id = \(person)
                """)?["count"] ?? 0
        return Leaving(
            member: member,
            hindrances: try hindrances(
                of: person, member.role, others: others, in: organization, conditions: conditions, connection),
            products: member.role.administers ? nil : products.count, teams: member.membership.teams.count,
            teamsLed: led, handedOver: member.membership.contacts.subtracting(others.recipients),
            invitations: try Invitation.pendingCount(by: person, in: organization, connection))
    }

    /// ORG-7 to ORG-9. The last organisation can be left too: whoever refuses its second factor may go (POL-4), keeps the
    /// account, and is offered to found one.
    static func hindrances(
        of person: PersonID, _ role: Role, others: MembershipRules.Others, in organization: OrganizationID,
        conditions: [LeavingCondition], _ connection: Connection
    ) throws -> [Hindrance] {
        var hindrances = MembershipRules.leaving(role, others: others).map { problem in
            Hindrance(
                code: problem.code, word: "organizations.leave.refused.\(problem.code)",
                remedies: others.members == 0
                    ? [
                        Hindrance.Remedy("organizations.leave.invite", "/organizations/\(organization)/members"),
                        Hindrance.Remedy("organizations.leave.delete", "/organizations/\(organization)/delete"),
                    ]
                    : [Hindrance.Remedy("organizations.leave.name_another", "/organizations/\(organization)/members")])
        }
        if try isRefusingSecondFactor(person, role, in: organization, connection) { return hindrances }
        for condition in conditions { hindrances += try condition.hindrances(person, organization, connection) }
        return hindrances
    }

    /// Somebody from outside who stands before the wall of the second factor may always go (POL-4): whatever rooms above say.
    private static func isRefusingSecondFactor(
        _ person: PersonID, _ role: Role, in organization: OrganizationID, _ connection: Connection
    ) throws -> Bool {
        guard role == .external else { return false }
        return try connection.row(
            """
            SELECT 1 AS one FROM organization JOIN person ON person.id = \(person)
            WHERE organization.id = \(organization) AND organization.requires_second_factor
                AND NOT \(Person.hasSecondFactor)
            """) != nil
    }
}

extension Organization {
    /// Leaves on one's own.
    /// - Parameter revision: of the membership whose end was agreed to.
    /// - Throws: 404 where the person is no member; 409 with the first thing that stands against it, or where the membership
    ///   was changed meanwhile.
    package static func leave(
        _ organization: OrganizationID, _ person: PersonID, revision: Int, conditions: [LeavingCondition],
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try connection.lock("organization", organization)
        guard let leaving = try Leaving.find(person, in: organization, conditions: conditions, connection) else {
            throw Problem.notFound
        }
        if let first = leaving.hindrances.first { throw first.problem }
        guard leaving.member.revision == revision else {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        try Member.leave(organization, person, actor: actor, at: now, in: connection)
    }
}
