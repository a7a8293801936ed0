package import Kernel
package import Storage

/// The partner programme, as far as it says who is in it. The operator admits after a look at the company, and ends it; each with
/// a reason that the partner reads (PART-38).
package enum Partner {
    /// - Returns: since when the organisation is a partner; nil where it is none.
    package static func since(_ organization: OrganizationID, in connection: Connection) throws -> Instant? {
        try connection.row("SELECT partner_since FROM organization WHERE id = \(organization)")?["partner_since"]
    }

    /// Holds the programme for the rest of the transaction: whoever begins something in a partner's name comes through here.
    static func isHeld(_ organization: OrganizationID, in connection: Connection) throws -> Bool {
        try connection.row(
            """
            SELECT id FROM organization WHERE id = \(organization) AND partner_since IS NOT NULL AND deleted_at IS NULL
            \(connection.dialect.holding)
            """) != nil
    }

    /// Makes an organisation a partner. The same again is nothing new.
    /// - Throws: 404 where it is deleted.
    package static func admit(
        _ organization: OrganizationID, reason: String, by actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try connection.lock("organization", organization)
        try Organization.hold(organization, in: connection)
        let rows = try connection.execute(
            "UPDATE organization SET partner_since = \(now) WHERE id = \(organization) AND partner_since IS NULL")
        guard rows == 1 else { return }
        try connection.announce(
            Event(
                "PartnerAdmitted", by: actor, organization: organization, subject: "organization",
                organization.rawValue, payload: ["reason": reason]), at: now)
    }

    /// Ends its part in the programme and every partnership with it, at once.
    /// - Returns: false where it is no partner.
    @discardableResult
    package static func dismiss(
        _ organization: OrganizationID, reason: String, by actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Bool {
        try connection.lock("organization", organization)
        let rows = try connection.execute(
            "UPDATE organization SET partner_since = NULL WHERE id = \(organization) AND partner_since IS NOT NULL")
        guard rows == 1 else { return false }
        try Partnership.endAll(of: organization, because: .programme, by: actor, at: now, connection)
        try connection.announce(
            Event(
                "PartnerDismissed", by: actor, organization: organization, subject: "organization",
                organization.rawValue, payload: ["reason": reason]), at: now)
        return true
    }
}
