package import Access
import Accounts
package import Kernel
package import Storage
import Web

extension ClientRequest {
    private static let select: SQL = """
        SELECT id, partner_id, email, wants_all, note, language, state, nonce, asked_by_id, client_id, sent_at, times_sent,
            expires_at
        FROM client_request
        """

    /// By the number in a link or an event; a link itself has to be proved with `LinkToken.isValid`.
    package static func find(_ id: ClientRequestID, in connection: Connection) throws -> ClientRequest? {
        try connection.row("\(select) WHERE id = \(id)").map(ClientRequest.init)
    }

    static func find(
        _ id: ClientRequestID, by permit: Permit<ManagePartnerships>, in connection: Connection
    ) throws -> ClientRequest? {
        try connection.row("\(select) WHERE id = \(id) AND partner_id = \(permit.organization)").map(ClientRequest.init)
    }

    static func list(
        _ paging: Paging, by permit: Permit<ManageMembers>, in connection: Connection
    ) throws -> Listing<ClientRequest> {
        let total: Int =
            try connection.row(
                "SELECT COUNT(*) AS count FROM client_request WHERE partner_id = \(permit.organization)")?["count"] ?? 0
        let items = try connection.rows(
            """
            \(select) WHERE partner_id = \(permit.organization) ORDER BY id DESC
            LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map(ClientRequest.init)
        return Listing(items: items, total: total, paging: paging)
    }

    /// A client that was won through this address, as long as it is one.
    private static func won(
        through email: EmailAddress, by partner: OrganizationID, _ connection: Connection
    ) throws -> String? {
        try connection.row(
            """
            SELECT organization.name FROM client_request
            JOIN partnership ON partnership.partner_id = client_request.partner_id
                AND partnership.client_id = client_request.client_id AND partnership.ended_at IS NULL
            JOIN organization ON organization.id = client_request.client_id
            WHERE client_request.partner_id = \(partner) AND client_request.email_key = \(email.key)
                AND client_request.state = 'accepted'
            ORDER BY client_request.id DESC LIMIT 1
            """)?["name"]
    }

    /// Asks somebody at a client. The same form sent twice is one request.
    /// - Parameters:
    ///   - key: of the form.
    ///   - isOther: it is about another organisation than the one that was won through the address.
    /// - Throws: 403 where the right is over; 404 where the organisation is no partner; 422 `already_asked`, `already_client`,
    ///   `yourself`; 429.
    @discardableResult
    package static func ask(
        _ email: EmailAddress, wantsAll: Bool, note: String, language: Language, nonce: String, key: String,
        isOther: Bool = false, permit: Permit<ManagePartnerships>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> ClientRequestID {
        let partner = permit.organization
        try permit.renew(in: connection)
        guard try Partner.isHeld(partner, in: connection) else { throw Problem.notFound }
        if !key.isEmpty,
            let same = try connection.row(
                "SELECT id FROM client_request WHERE partner_id = \(partner) AND client_key = \(key)")
        {
            return try same["id"]
        }
        if try Person.find(permit.person, in: connection)?.login.key == email.key {
            throw Problem.field("email", "clients.refused.yourself", code: "yourself")
        }
        let open = try connection.rows(
            "\(select) WHERE partner_id = \(partner) AND email_key = \(email.key) AND state = 'pending'"
        )
        .map(ClientRequest.init)
        if open.contains(where: { $0.state(at: now) == .pending }) {
            throw Problem.field(
                "email", "clients.refused.asked", code: "already_asked", ["email": email.description])
        }
        if !isOther, let client = try won(through: email, by: partner, connection) {
            throw Problem.field(
                "email", "clients.refused.is_client", code: "already_client",
                ["email": email.description, "client": client])
        }
        let day: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM client_request
                WHERE partner_id = \(partner) AND created_at > \(now.adding(.hours(-24)))
                """)?["count"] ?? 0
        guard day < dayMax else {
            throw Problem(
                .tooMany(retryAfterSeconds: 3600), code: "too_many_requests", word: "clients.refused.day",
                arguments: ["max": String(dayMax)], field: "email")
        }
        // An expired one makes way.
        try connection.execute(
            """
            UPDATE client_request SET state = 'cancelled', decided_at = \(now)
            WHERE partner_id = \(partner) AND email_key = \(email.key) AND state = 'pending'
            """)
        let id: ClientRequestID = try connection.insert(
            """
            INSERT INTO client_request (partner_id, email, email_key, wants_all, note, language, state, nonce, client_key,
                asked_by_id, created_at, sent_at, times_sent, expires_at)
            VALUES (\(partner), \(email), \(email.key), \(wantsAll), \(note), \(language), \(State.pending), \(nonce),
                \(key), \(permit.person), \(now), \(now), 1, \(now.adding(Invitation.lifetime)))
            RETURNING id
            """)
        try connection.announce(
            Event(
                "ClientRequested", by: actor, organization: partner, subject: "client_request", id.rawValue,
                payload: ["access": wantsAll ? "full" : "products"]), at: now)
        return id
    }

    /// Forgets the address of somebody whose account is deleted.
    static func erase(_ person: PersonID, at now: Instant, in connection: Connection) throws {
        guard let login = try Person.find(person, in: connection)?.login else { return }
        let erased = "erased-\(person)@erased.invalid"
        try connection.execute(
            """
            UPDATE client_request SET email = \(erased), email_key = \(erased), note = '',
                decided_at = COALESCE(decided_at, \(now)),
                state = CASE WHEN state = 'pending' THEN 'cancelled' ELSE state END
            WHERE email_key = \(login.key)
            """)
    }
}
