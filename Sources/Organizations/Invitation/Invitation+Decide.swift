package import Access
import Accounts
package import Kernel
package import Storage
import Web

extension Invitation {
    /// Sends the mail again, with a link of its own, and gives it its whole time again (USR-7). The link of the mail before
    /// stops working, and whoever sends it again is the one who vouches for it.
    /// - Throws: 403 where the role is not theirs to give; 409 where it is decided, was sent often enough, or where the
    ///   address belongs to a member by now.
    package func resend(
        nonce: String, permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let inviter = try permit.renew(in: connection)
        if let problem = MembershipRules.giving(membership.role, by: inviter) { throw problem }
        guard timesSent < Invitation.timesSentMax else {
            throw Problem(.conflict, code: "sent_often_enough", word: "invitations.refused.times")
        }
        if let person = try Person.find(login: email, in: connection),
            try Invitation.isMember(person.id, of: permit.organization, connection)
        {
            throw Problem(
                .conflict, code: "already_member", word: "invitations.refused.member",
                arguments: ["email": email.description])
        }
        let rows = try connection.execute(
            """
            UPDATE invitation SET sent_at = \(now), times_sent = times_sent + 1, renewal_asked_at = NULL,
                expires_at = \(now.adding(Invitation.lifetime)), nonce = \(nonce), invited_by_id = \(permit.person)
            WHERE id = \(id) AND organization_id = \(permit.organization) AND state = 'pending'
                AND times_sent = \(timesSent)
            """)
        guard rows == 1 else { throw Invitation.decided }
        try announce("InvitationResent", by: actor, at: now, in: connection)
    }

    /// - Throws: 403 where the right is over; 409 where it is decided already.
    package func cancel(
        by permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        try decide(.cancelled, person: nil, at: now, in: connection)
        try announce("InvitationCancelled", by: actor, at: now, in: connection)
    }

    /// - Throws: 409 where it is decided already.
    package func decline(by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try decide(.declined, person: nil, at: now, in: connection)
        try announce("InvitationDeclined", by: actor, at: now, in: connection)
    }

    /// Makes the person a member as the invitation says. What has gone meanwhile, such as a team or a product, is left out.
    /// Accepting twice is harmless.
    /// - Throws: 403 where the account is blocked, or where only the invited address may accept; 410 where the invitation is decided, has
    ///   expired, or is not its inviter's to give any more; 409 where the person is a
    ///   member already.
    package static func accept(
        _ id: InvitationID, by person: PersonID, products directory: ProductDirectory, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> OrganizationID {
        guard let found = try find(id, in: connection) else { throw Problem.notFound }
        let organization = found.organization
        try connection.lock("organization", organization)
        // Whoever held the row before has perhaps decided.
        guard let invitation = try find(id, in: connection) else { throw Problem.notFound }
        let state = invitation.state(at: now)
        let isMember = try isMember(person, of: organization, connection)
        if state == .accepted, invitation.person == person, isMember { return organization }
        guard state == .pending, try isThere(organization, connection) else {
            let reason = state == .pending ? State.cancelled : state
            throw Problem(.gone, code: "link_expired", word: "invitations.link.\(reason.rawValue)")
        }
        guard try invitation.isVouchedFor(connection) else {
            throw Problem(.gone, code: "link_expired", word: "invitations.link.withdrawn")
        }
        if isMember { throw Problem(.conflict, code: "already_member", word: "invitations.refused.you_are_member") }
        let row = try connection.row(
            "SELECT login FROM person WHERE id = \(person) AND blocked_at IS NULL AND erased_at IS NULL")
        guard let login: EmailAddress = try row?["login"] else {
            throw Problem(.forbidden, code: "account_blocked", word: "invitations.refused.blocked")
        }
        guard invitation.mayAccept(login) else {
            throw Problem(
                .forbidden, code: "other_address", word: "invitations.refused.address",
                arguments: ["email": invitation.email.description])
        }
        try invitation.decide(.accepted, person: person, at: now, in: connection)
        let there = Set(try directory.list(organization, connection).map(\.id))
        let teams = Set(try Team.all(in: organization, connection).map(\.id))
        var membership = invitation.membership
        membership.products.formIntersection(there)
        membership.teams.formIntersection(teams)
        try Organization.join(organization, person, as: membership, actor: actor, at: now, in: connection)
        // With whichever account: who invited is told which (USR-8).
        try invitation.announce(
            "InvitationAccepted", by: actor, personal: ["login": login.description], about: person, at: now,
            in: connection)
        return organization
    }

    /// Who is to administer is who was invited, and nobody to whom the mail was passed on (USR-8).
    func mayAccept(_ login: EmailAddress) -> Bool { !membership.role.administers || login.key == email.key }

    /// Whoever sent it is still somebody who may give what it promises.
    func isVouchedFor(_ connection: Connection) throws -> Bool {
        guard let inviter = try Member.find(invitedBy, in: organization, connection), !inviter.isBlocked else {
            return false
        }
        return MembershipRules.roles(givenBy: inviter.role).contains(membership.role)
    }

    /// Somebody opened the link too late and would like another: once, until it is sent again.
    /// - Returns: false where it was asked for before.
    package func askForRenewal(by actor: Event.Actor, at now: Instant, in connection: Connection) throws -> Bool {
        let rows = try connection.execute(
            """
            UPDATE invitation SET renewal_asked_at = \(now)
            WHERE id = \(id) AND state = 'pending' AND expires_at <= \(now) AND renewal_asked_at IS NULL
            """)
        if rows == 1 { try announce("InvitationRenewalAsked", by: actor, at: now, in: connection) }
        return rows == 1
    }

    /// An organisation that was deleted invites nobody.
    static func isThere(_ organization: OrganizationID, _ connection: Connection) throws -> Bool {
        try connection.row("SELECT id FROM organization WHERE id = \(organization) AND deleted_at IS NULL") != nil
    }

    private func decide(_ new: State, person: PersonID?, at now: Instant, in connection: Connection) throws {
        let rows = try connection.execute(
            """
            UPDATE invitation SET state = \(new), person_id = \(person), decided_at = \(now)
            WHERE id = \(id) AND state = 'pending'
            """)
        guard rows == 1 else { throw Invitation.decided }
    }

    private func announce(
        _ name: String, by actor: Event.Actor, personal: [String: String] = [:], about: PersonID? = nil,
        at now: Instant, in connection: Connection
    ) throws {
        try connection.announce(
            Event(
                name, by: actor, organization: organization, subject: "invitation", id.rawValue,
                payload: ["role": membership.role.rawValue], personal: personal, about: about), at: now)
    }

    private static let decided = Problem(.conflict, code: "already_decided", word: "invitations.refused.decided")
}
