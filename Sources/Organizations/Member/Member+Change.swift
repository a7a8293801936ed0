package import Access
package import Kernel
package import Storage

extension Member {
    /// Makes the membership what it should be, announces what changed, and holds the organisation while it decides, so that of
    /// two changes that exclude each other one is refused.
    /// - Parameter revision: as the form was filled in.
    /// - Parameter request: what the change answers, if it does; then there is one letter about it, not two.
    /// - Throws: 404 where the person is no member; the problems of `MembershipRules.changing`; 409 where the membership was
    ///   changed meanwhile.
    /// - Returns: what it was before.
    @discardableResult
    package static func change(
        _ person: PersonID, to new: Membership, revision: Int, permit: Permit<ManageMembers>,
        products directory: ProductDirectory, answering request: AccessRequestID? = nil, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> Membership {
        let organization = permit.organization
        let changer = try permit.renew(in: connection)
        guard let member = try find(person, in: organization, connection) else { throw Problem.notFound }
        let old = member.membership
        let others = try others(than: [person], in: organization, connection)
        if let problem = MembershipRules.changing(old, to: new, by: changer, others: others) { throw problem }
        guard member.revision == revision else {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        if new == old { return old }
        _ = try directory.check(new.products.subtracting(old.products), in: organization, connection)
        try connection.execute(
            """
            UPDATE membership SET role = \(new.role), has_billing_right = \(new.hasBillingRight),
                gets_administrative = \(new.contacts.contains(.administrative)),
                gets_billing = \(new.contacts.contains(.billing)),
                gets_technical = \(new.contacts.contains(.technical)), revision = revision + 1
            WHERE organization_id = \(organization) AND person_id = \(person)
            """)
        try Grants.set(new.products, to: person, in: organization, at: now, connection)
        try Team.set(new.teams, of: person, in: organization, at: now, connection)
        var payload = difference(from: old, to: new)
        payload["request"] = request?.description
        try connection.announce(
            Event(
                "MemberChanged", by: actor, organization: organization, subject: "person", person.rawValue,
                payload: payload), at: now)
        try AccessRequest.settle(person, in: organization, by: actor, at: now, connection)
        try Invitation.withdraw(
            of: person, giving: MembershipRules.roles(givenBy: new.role), in: organization, by: actor, at: now,
            connection)
        if new.role != .collaborator { try Partnership.forget(person, of: organization, connection) }
        return old
    }

    /// Before and after, of what differs.
    private static func difference(from old: Membership, to new: Membership) -> [String: String] {
        var payload: [String: String] = [:]
        func note(_ name: String, _ before: String, _ after: String) {
            guard before != after else { return }
            payload["\(name)_before"] = before
            payload["\(name)_after"] = after
        }
        note("role", old.role.rawValue, new.role.rawValue)
        note("billing", old.hasBillingRight ? "yes" : "no", new.hasBillingRight ? "yes" : "no")
        note("contacts", old.contacts.names.joined(separator: ","), new.contacts.names.joined(separator: ","))
        note("products", old.products.idText, new.products.idText)
        note("teams", old.teams.idText, new.teams.idText)
        return payload
    }

    /// Takes a member out; their rights end with it, in open sessions too, since rights are read at each request.
    /// - Parameter revision: of the membership whose end was agreed to; nil for one of a batch.
    /// - Throws: 404, or the problem of `MembershipRules.removing`; 409 where the membership was changed meanwhile.
    package static func remove(
        _ person: PersonID, revision: Int? = nil, permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let organization = permit.organization
        let remover = try permit.renew(in: connection)
        guard let member = try find(person, in: organization, connection) else { throw Problem.notFound }
        let others = try others(than: [person], in: organization, connection)
        if let problem = MembershipRules.removing(person, member.role, by: remover, others: others) { throw problem }
        if let revision, revision != member.revision {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        try end(member, others: others, by: actor, at: now, connection)
        try connection.announce(
            Event(
                "MemberRemoved", by: actor, organization: organization, subject: "person", person.rawValue,
                payload: ["role": member.role.rawValue]), at: now)
    }

    /// Leaves on one's own (USR-10).
    /// - Throws: 404, or the first problem of `MembershipRules.leaving`.
    package static func leave(
        _ organization: OrganizationID, _ person: PersonID, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.lock("organization", organization)
        guard let member = try find(person, in: organization, connection) else { throw Problem.notFound }
        let others = try others(than: [person], in: organization, connection)
        if let problem = MembershipRules.leaving(member.role, others: others).first { throw problem }
        try end(member, others: others, by: actor, at: now, connection)
        try connection.announce(
            Event(
                "MemberLeft", by: actor, organization: organization, subject: "person", person.rawValue,
                payload: ["role": member.role.rawValue]), at: now)
    }

    /// Grants, teams and open invitations go with the membership. Messages that nobody else receives go to those who answer for the
    /// organisation from now on (USR-13).
    private static func end(
        _ member: Member, others: MembershipRules.Others, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        try AccessRequest.drop(of: member.id, in: member.organization, at: now, connection)
        try Invitation.withdraw(of: member.id, giving: [], in: member.organization, by: actor, at: now, connection)
        try connection.execute(
            "UPDATE team SET leader_id = NULL WHERE organization_id = \(member.organization) AND leader_id = \(member.id)"
        )
        try connection.execute(
            "DELETE FROM membership WHERE organization_id = \(member.organization) AND person_id = \(member.id)")
        let orphaned = ContactKinds.all.subtracting(others.recipients)
        if orphaned.isEmpty { return }
        try connection.execute(
            """
            UPDATE membership SET gets_administrative = gets_administrative OR \(orphaned.contains(.administrative)),
                gets_billing = gets_billing OR \(orphaned.contains(.billing)),
                gets_technical = gets_technical OR \(orphaned.contains(.technical)), revision = revision + 1
            WHERE organization_id = \(member.organization) AND role = 'legal_representative'
            """)
    }
}
