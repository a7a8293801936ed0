package import Access
import Accounts
package import Kernel
package import Storage
import Web

extension ClientRequest {
    /// Sends the letter again, with a link of its own, and gives it its whole time again. The link before stops working.
    /// - Throws: 403 where the right is over; 409 where it is decided, or was sent often enough.
    package func resend(
        nonce: String, permit: Permit<ManagePartnerships>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard try Partner.isHeld(partner, in: connection) else { throw Problem.notFound }
        guard timesSent < Invitation.timesSentMax else {
            throw Problem(.conflict, code: "sent_often_enough", word: "invitations.refused.times")
        }
        let rows = try connection.execute(
            """
            UPDATE client_request SET sent_at = \(now), times_sent = times_sent + 1, nonce = \(nonce),
                expires_at = \(now.adding(Invitation.lifetime)), asked_by_id = \(permit.person)
            WHERE id = \(id) AND partner_id = \(permit.organization) AND state = 'pending' AND times_sent = \(timesSent)
            """)
        guard rows == 1 else { throw ClientRequest.decided }
        try announce("ClientRequestResent", by: actor, at: now, in: connection)
    }

    /// - Throws: 403 where the right is over; 409 where it is decided already.
    package func cancel(
        permit: Permit<ManagePartnerships>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        try decide(.cancelled, client: nil, at: now, in: connection)
        try announce("ClientRequestCancelled", by: actor, at: now, in: connection)
    }

    /// Whoever holds the link may say no. Who it was is not told: the partner knows whom it asked.
    /// - Throws: 409 where it is decided already.
    package func decline(at now: Instant, in connection: Connection) throws {
        try decide(.declined, client: nil, at: now, in: connection)
        try announce("ClientRequestDeclined", by: .system, at: now, in: connection)
    }

    /// The client lets the partner in, with what it chooses, be it less or more than was asked (PART-8, PART-13). Answering twice
    /// is harmless.
    /// - Throws: 403 where the right is over; 410 where the request is decided, has expired or nobody vouches for it any more;
    ///   404 for products that are not the client's; 409 for oneself, or where the partner is in already.
    package static func accept(
        _ id: ClientRequestID, with access: PartnerAccess, permit: Permit<ManagePartnerships>,
        products: ProductDirectory, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard let request = try find(id, in: connection) else { throw Problem.notFound }
        let client = permit.organization
        let partnership = try Partnership.find(of: request.partner, with: client, in: connection)
        // The second click of a double click.
        if request.state(at: now) == .accepted, request.client == client, partnership?.access == access { return }
        try request.checkOpen(at: now, connection)
        if request.partner == client {
            throw Problem(.conflict, code: "yourself", word: "clients.answer.refused.yourself")
        }
        if partnership != nil { throw Problem(.conflict, code: "already_client", word: "clients.answer.refused.is_in") }
        if !access.isFull, access.products.isEmpty { throw PartnerAccess.nothing }
        _ = try products.check(access.products, in: client, connection)
        try request.decide(.accepted, client: client, at: now, in: connection)
        _ = try Partnership.begin(
            request.partner, with: access, permit: permit, actor: actor, at: now, in: connection)
    }

    /// - Throws: 410.
    private func checkOpen(at now: Instant, _ connection: Connection) throws {
        let state = state(at: now)
        guard state == .pending else {
            throw Problem(.gone, code: "link_expired", word: "clients.link.\(state.rawValue)")
        }
        guard try Partner.isHeld(partner, in: connection), try isVouchedFor(connection) else {
            throw Problem(.gone, code: "link_expired", word: "clients.link.withdrawn")
        }
    }

    /// Whoever sent it still answers for a partner.
    func isVouchedFor(_ connection: Connection) throws -> Bool {
        guard try Partner.since(partner, in: connection) != nil,
            let asker = try Member.find(askedBy, in: partner, connection)
        else { return false }
        return asker.role == .legalRepresentative && !asker.isBlocked
    }

    private func decide(
        _ new: State, client: OrganizationID?, at now: Instant, in connection: Connection
    ) throws {
        let rows = try connection.execute(
            """
            UPDATE client_request SET state = \(new), client_id = \(client), decided_at = \(now)
            WHERE id = \(id) AND state = 'pending'
            """)
        guard rows == 1 else { throw ClientRequest.decided }
    }

    private func announce(_ name: String, by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try connection.announce(
            Event(
                name, by: actor, organization: partner, subject: "client_request", id.rawValue,
                payload: ["access": wantsAll ? "full" : "products"]), at: now)
    }

    private static let decided = Problem(.conflict, code: "already_decided", word: "clients.refused.decided")
}

extension PartnerAccess {
    static let nothing = Problem.field("products", "partners.products.choose", code: "validation_rule_required")
}
