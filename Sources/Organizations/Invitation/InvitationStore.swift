package import Access
import Accounts
package import Kernel
package import Storage
package import Web

extension Invitation {
    private static let select: SQL = """
        SELECT id, organization_id, email, role, has_billing_right, gets_administrative, gets_billing, gets_technical,
            products, teams, language, state, nonce, invited_by_id, person_id, created_at, sent_at, times_sent,
            expires_at, decided_at
        FROM invitation
        """

    /// By the number in a link; the link itself has to be proved with `LinkToken.isValid`.
    package static func find(_ id: InvitationID, in connection: Connection) throws -> Invitation? {
        try connection.row("\(select) WHERE id = \(id)").map(Invitation.init)
    }

    package static func find(
        _ id: InvitationID, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Invitation? {
        try connection.row("\(select) WHERE id = \(id) AND organization_id = \(permit.organization)")
            .map(Invitation.init)
    }

    /// Newest first.
    package static func list(
        _ state: State?, _ paging: Paging, by permit: Permit<ManageMembers>, at now: Instant, in connection: Connection
    ) throws -> Listing<Invitation> {
        var conditions: SQL = "organization_id = \(permit.organization)"
        switch state {
        case .pending: conditions = "\(conditions) AND state = 'pending' AND expires_at > \(now)"
        case .expired: conditions = "\(conditions) AND state = 'pending' AND expires_at <= \(now)"
        case .some(let state): conditions = "\(conditions) AND state = \(state)"
        case nil: break
        }
        let total: Int =
            try connection.row("SELECT COUNT(*) AS count FROM invitation WHERE \(conditions)")?["count"] ?? 0
        let items = try connection.rows(
            "\(select) WHERE \(conditions) ORDER BY id DESC LIMIT \(paging.size) OFFSET \(paging.offset)"
        ).map(Invitation.init)
        return Listing(items: items, total: total, paging: paging)
    }

    /// Open invitations to an address, for whoever signs in with it.
    package static func open(
        to email: EmailAddress, at now: Instant, in connection: Connection
    ) throws -> [Invitation] {
        try connection.rows(
            """
            \(select) WHERE email_key = \(email.key) AND state = 'pending' AND expires_at > \(now) ORDER BY id LIMIT 50
            """
        ).map(Invitation.init)
    }

    /// - Throws: 403 where the role is not the inviter's to give; 422 `already_member`, `already_invited`, or `yourself`;
    ///   404 for products and teams that are not the organisation's.
    package static func create(
        _ email: EmailAddress, as membership: Membership, language: Language, nonce: String, by inviter: Standing,
        permit: Permit<ManageMembers>, products directory: ProductDirectory, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> InvitationID {
        let organization = permit.organization
        try connection.lock("organization", organization)
        if let problem = MembershipRules.giving(membership.role, by: inviter) { throw problem }
        if let problem = try refusal(of: email, by: permit, at: now, in: connection) { throw problem }
        _ = try directory.check(membership.products, in: organization, connection)
        for team in membership.teams where try Team.find(team, in: organization, connection) == nil {
            throw Problem.notFound
        }
        // An expired one makes way.
        try connection.execute(
            """
            UPDATE invitation SET state = \(State.cancelled), decided_at = \(now)
            WHERE organization_id = \(organization) AND email_key = \(email.key) AND state = 'pending'
            """)
        let contacts = membership.contacts
        let id: InvitationID = try connection.insert(
            """
            INSERT INTO invitation (organization_id, email, email_key, role, has_billing_right, gets_administrative,
                gets_billing, gets_technical, products, teams, language, state, nonce, invited_by_id, created_at, sent_at,
                times_sent, expires_at)
            VALUES (\(organization), \(email), \(email.key), \(membership.role), \(membership.hasBillingRight),
                \(contacts.contains(.administrative)), \(contacts.contains(.billing)), \(contacts.contains(.technical)),
                \(membership.products.idText), \(membership.teams.idText), \(language), \(State.pending), \(nonce),
                \(permit.person), \(now), \(now), 1, \(now.adding(lifetime)))
            RETURNING id
            """)
        try connection.announce(
            Event(
                "MemberInvited", by: actor, organization: organization, subject: "invitation", id.rawValue,
                payload: ["role": membership.role.rawValue]), at: now)
        return id
    }

    /// Why an address cannot be invited; nil where it can.
    package static func refusal(
        of email: EmailAddress, by permit: Permit<ManageMembers>, at now: Instant, in connection: Connection
    ) throws -> Problem? {
        if let person = try Person.find(login: email, in: connection) {
            let word = person.id == permit.person ? "invitations.refused.yourself" : "invitations.refused.member"
            let isMember =
                try connection.row(
                    """
                    SELECT 1 AS one FROM membership
                    WHERE organization_id = \(permit.organization) AND person_id = \(person.id)
                    """) != nil
            if isMember { return .field("emails", word, code: "already_member", ["email": email.description]) }
        }
        let isInvited =
            try connection.row(
                """
                SELECT 1 AS one FROM invitation
                WHERE organization_id = \(permit.organization) AND email_key = \(email.key) AND state = 'pending'
                    AND expires_at > \(now)
                """) != nil
        if isInvited {
            return .field(
                "emails", "invitations.refused.invited", code: "already_invited", ["email": email.description])
        }
        return nil
    }

    /// Sends the mail again and gives it its whole time again (USR-7).
    /// - Throws: 409 where it is decided; 429 where it was sent often enough.
    package func resend(
        by permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        guard timesSent < Invitation.timesSentMax else {
            throw Problem(.conflict, code: "sent_often_enough", word: "invitations.refused.times")
        }
        let rows = try connection.execute(
            """
            UPDATE invitation SET sent_at = \(now), times_sent = times_sent + 1,
                expires_at = \(now.adding(Invitation.lifetime))
            WHERE id = \(id) AND organization_id = \(permit.organization) AND state = 'pending'
                AND times_sent = \(timesSent)
            """)
        guard rows == 1 else { throw Invitation.decided }
        try announce("InvitationResent", by: actor, at: now, in: connection)
    }

    /// - Throws: 409 where it is decided already.
    package func cancel(
        by permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try decide(.cancelled, person: nil, at: now, in: connection)
        try announce("InvitationCancelled", by: actor, at: now, in: connection)
    }

    /// - Throws: 409 where it is decided already.
    package func decline(by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try decide(.declined, person: nil, at: now, in: connection)
        try announce("InvitationDeclined", by: actor, at: now, in: connection)
    }

    /// Makes the person a member as the invitation says. What has gone meanwhile, such as a team or a product, is left out.
    /// - Throws: 410 where the invitation is decided or has expired; 409 where the person is a member already.
    package func accept(
        by person: PersonID, products directory: ProductDirectory, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.lock("organization", organization)
        guard state(at: now) == .pending else {
            throw Problem(.gone, code: "link_expired", word: "invitations.link.\(state(at: now).rawValue)")
        }
        if try Member.find(person, in: organization, connection) != nil {
            throw Problem(.conflict, code: "already_member", word: "invitations.refused.you_are_member")
        }
        try decide(.accepted, person: person, at: now, in: connection)
        let there = Set(try directory.list(organization, connection).map(\.id))
        let teams = Set(try Team.all(in: organization, connection).map(\.id))
        var membership = membership
        membership.products.formIntersection(there)
        membership.teams.formIntersection(teams)
        try Organization.join(organization, person, as: membership, actor: actor, at: now, in: connection)
        try announce("InvitationAccepted", by: actor, at: now, in: connection)
    }

    private func decide(_ new: State, person: PersonID?, at now: Instant, in connection: Connection) throws {
        let rows = try connection.execute(
            """
            UPDATE invitation SET state = \(new), person_id = \(person), decided_at = \(now)
            WHERE id = \(id) AND state = 'pending'
            """)
        guard rows == 1 else { throw Invitation.decided }
    }

    private func announce(_ name: String, by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try connection.announce(
            Event(
                name, by: actor, organization: organization, subject: "invitation", id.rawValue,
                payload: ["role": membership.role.rawValue]), at: now)
    }

    private static let decided = Problem(.conflict, code: "already_decided", word: "invitations.refused.decided")
}
