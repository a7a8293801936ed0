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
    ///   has invited enough for a day; and as `Invitation.create`. Then nothing is sent.
    package func send(
        by inviter: Standing, permit: Permit<ManageMembers>, products: ProductDirectory, surroundings: Surroundings,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let organization = permit.organization
        try connection.lock("organization", organization)
        let isSent =
            try connection.row(
                """
                SELECT id FROM invitation
                WHERE organization_id = \(organization) AND batch_key = \(key) AND invited_by_id = \(permit.person) LIMIT 1
                """) != nil
        if isSent, !key.isEmpty { return }
        guard addresses.count <= Invitation.batchMax else { throw InvitationBatch.tooMany(addresses.count) }
        let day: Int =
            try connection.row(
                """
                SELECT COUNT(*) AS count FROM invitation
                WHERE organization_id = \(organization) AND created_at > \(now.adding(.hours(-24)))
                """)?["count"] ?? 0
        guard day + addresses.count <= Invitation.dayMax else {
            throw Problem(
                .tooMany(retryAfterSeconds: 3600), code: "too_many_invitations", word: "invitations.refused.day",
                arguments: ["max": String(Invitation.dayMax), "left": String(max(0, Invitation.dayMax - day))],
                field: "emails")
        }
        let refusals = try InvitationBatch.refusals(of: addresses, by: permit, at: now, in: connection)
        guard refusals.isEmpty else { throw Problems(refusals) }
        for address in addresses {
            _ = try Invitation.create(
                address, as: membership, language: language, nonce: surroundings.secret(), batchKey: key, by: inviter,
                permit: permit, products: products, actor: actor, at: now, in: connection)
        }
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
