package import Access
package import Kernel
package import Storage
import Web

/// Invitations that one form sends to several addresses at once (USR-3): all of them, or none.
package struct InvitationBatch: Sendable {
    package let addresses: [EmailAddress]
    package let membership: Membership
    package let language: Language
    /// Of the form: sent twice, it is one batch.
    package let key: String

    package init(addresses: [EmailAddress], membership: Membership, language: Language, key: String) {
        self.addresses = addresses
        self.membership = membership
        self.language = language
        self.key = key
    }

    /// - Throws: `Problems` with each address that cannot be invited; 422 where there are too many; 429 where the organisation
    ///   or the inviter has invited enough for a day; and as `Invitation.create`. Then nothing is sent.
    package func send(
        permit: Permit<ManageMembers>, products: ProductDirectory, surroundings: Surroundings,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let organization = permit.organization
        try permit.renew(in: connection)
        let isSent =
            try connection.row(
                """
                SELECT id FROM invitation
                WHERE organization_id = \(organization) AND batch_key = \(key) AND invited_by_id = \(permit.person) LIMIT 1
                """) != nil
        if isSent, !key.isEmpty { return }
        guard addresses.count <= Invitation.batchMax else { throw InvitationBatch.tooMany(addresses.count) }
        try InvitationBatch.checkDay(
            "organization_id = \(organization)", adding: addresses.count, max: Invitation.dayMax,
            word: "invitations.refused.day", at: now, connection)
        // Somebody may found many organisations. Of several at the same moment each counts the others.
        try connection.lock("person", permit.person)
        try InvitationBatch.checkDay(
            "invited_by_id = \(permit.person)", adding: addresses.count, max: Invitation.dayMaxOfPerson,
            word: "invitations.refused.day_of_person", at: now, connection)
        let refusals = try InvitationBatch.refusals(of: addresses, by: permit, at: now, in: connection)
        guard refusals.isEmpty else { throw Problems(refusals) }
        for address in addresses {
            _ = try Invitation.create(
                address, as: membership, language: language, nonce: surroundings.secret(), batchKey: key,
                permit: permit,
                products: products, actor: actor, at: now, in: connection)
        }
    }

    private static func checkDay(
        _ whose: SQL, adding more: Int, max: Int, word: String, at now: Instant, _ connection: Connection
    ) throws {
        let day: Int =
            try connection.row(
                "SELECT COUNT(*) AS count FROM invitation WHERE \(whose) AND created_at > \(now.adding(.hours(-24)))"
            )?["count"] ?? 0
        guard day + more > max else { return }
        throw Problem(
            .tooMany(retryAfterSeconds: 3600), code: "too_many_invitations", word: word,
            arguments: ["max": String(max), "left": String(Swift.max(0, max - day))], field: "emails")
    }

    static func refusals(
        of addresses: [EmailAddress], by permit: Permit<ManageMembers>, at now: Instant, in connection: Connection
    ) throws -> [Problem] {
        try addresses.compactMap { try Invitation.refusal(of: $0, by: permit, at: now, in: connection) }
    }

    static func tooMany(_ count: Int) -> Problem {
        .field(
            "emails", "invitations.refused.batch", code: "validation_rule_max",
            ["count": String(count), "max": String(Invitation.batchMax)])
    }
}
