package import Access
import Accounts
package import Kernel
package import Storage
package import Web

extension Migration {
    /// What one form sent belongs together, so that a double click is one; who let the link expire asks once for a new one.
    static let invitations = Migration(
        "organizations-003-invitations",
        """
        ALTER TABLE invitation ADD COLUMN batch_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE invitation ADD COLUMN renewal_asked_at BIGINT;
        CREATE INDEX invitation_of_day ON invitation (organization_id, created_at);
        """)

    /// What one person sent, for the limit of a day and for taking it back.
    static let inviters = Migration(
        "organizations-004-inviters", "CREATE INDEX invitation_of_inviter ON invitation (invited_by_id, created_at);")
}

extension Invitation {
    private static let select: SQL = """
        SELECT id, organization_id, email, role, has_billing_right, gets_administrative, gets_billing, gets_technical,
            products, teams, language, state, nonce, invited_by_id, person_id, created_at, sent_at, times_sent,
            expires_at, decided_at, renewal_asked_at
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

    /// - Parameter batchKey: of the form that sends several; see `InvitationBatch`.
    /// - Throws: 403 where the role is not the inviter's to give; 422 `already_member`, `already_invited`, or `yourself`;
    ///   404 for products and teams that are not the organisation's.
    package static func create(
        _ email: EmailAddress, as membership: Membership, language: Language, nonce: String, batchKey: String = "",
        permit: Permit<ManageMembers>, products directory: ProductDirectory, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> InvitationID {
        let organization = permit.organization
        let inviter = try permit.renew(in: connection)
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
                times_sent, expires_at, batch_key)
            VALUES (\(organization), \(email), \(email.key), \(membership.role), \(membership.hasBillingRight),
                \(contacts.contains(.administrative)), \(contacts.contains(.billing)), \(contacts.contains(.technical)),
                \(membership.products.idText), \(membership.teams.idText), \(language), \(State.pending), \(nonce),
                \(permit.person), \(now), \(now), 1, \(now.adding(lifetime)),
                \(batchKey))
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
        if let person = try Person.find(login: email, in: connection),
            try isMember(person.id, of: permit.organization, connection)
        {
            let word = person.id == permit.person ? "invitations.refused.yourself" : "invitations.refused.member"
            return .field("emails", word, code: "already_member", ["email": email.description])
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

    static func isMember(
        _ person: PersonID, of organization: OrganizationID, _ connection: Connection
    ) throws -> Bool {
        try connection.row(
            "SELECT 1 AS one FROM membership WHERE organization_id = \(organization) AND person_id = \(person)") != nil
    }
}
