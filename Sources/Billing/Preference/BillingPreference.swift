import Access
import Kernel
import Organizations
import Storage

/// What an organisation's bookkeeping wants of us (BILL-4). Without a row, it wants what everybody gets.
struct BillingPreference: Hashable, Sendable {
    /// The paid invoice goes along with the mail that tells of it.
    var attachesInvoice = false
}

extension Migration {
    static let billingPreferences = Migration(
        "billing-013-preferences",
        """
        CREATE TABLE billing_preference (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            attaches_invoice BOOLEAN NOT NULL,
            changed_at BIGINT NOT NULL
        );
        """)
}

extension Connection {
    func billingPreference(of organization: OrganizationID) throws -> BillingPreference {
        guard let row = try row("SELECT attaches_invoice FROM billing_preference WHERE id = \(organization)") else {
            return BillingPreference()
        }
        return BillingPreference(attachesInvoice: try row["attaches_invoice"])
    }

    /// Chosen again, nothing happens.
    func keep(
        _ preference: BillingPreference, by permit: Permit<ManageBilling>, actor: Event.Actor, at now: Instant
    ) throws {
        try permit.renew(in: self)
        let organization = permit.organization
        guard try billingPreference(of: organization) != preference else { return }
        try execute(
            """
            INSERT INTO billing_preference (id, attaches_invoice, changed_at)
            VALUES (\(organization), \(preference.attachesInvoice), \(now))
            ON CONFLICT (id) DO UPDATE SET attaches_invoice = excluded.attaches_invoice, changed_at = excluded.changed_at
            """)
        try announce(
            Event(
                preference.attachesInvoice ? "InvoicesAttached" : "InvoicesLeftOut", by: actor,
                organization: organization, subject: "organization", organization.rawValue), at: now)
    }
}
