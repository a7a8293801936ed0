import Access
import Kernel
import Organizations
import Storage

/// What an organisation's bookkeeping wants of us (BILL-4, BILL-11). Without a row, it wants what everybody gets.
struct BillingPreference: Hashable, Sendable {
    /// The paid invoice goes along with the mail that tells of it.
    var attachesInvoice = false
    /// How many reminders of an invoice; nil for all that the provider sends.
    var remindersMax: Int?
    /// A reminder carries every open invoice, not only the one it is about.
    var attachesAllOpen = false
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
        let row = try row(
            """
            SELECT attaches_invoice, reminders_max, attaches_all_open FROM billing_preference
            WHERE id = \(organization)
            """)
        guard let row else { return BillingPreference() }
        return BillingPreference(
            attachesInvoice: try row["attaches_invoice"], remindersMax: try row["reminders_max"],
            attachesAllOpen: try row["attaches_all_open"])
    }

    /// Chosen again, nothing happens.
    /// - Parameter event: what is told of it.
    func change(
        _ event: Event, by permit: Permit<ManageBilling>, at now: Instant, _ choose: (inout BillingPreference) -> Void
    ) throws {
        try permit.renew(in: self)
        let organization = permit.organization
        // What comes next for an open invoice follows from it, and is decided while the books are held.
        _ = try lockBooks(of: organization)
        let before = try billingPreference(of: organization)
        var preference = before
        choose(&preference)
        guard preference != before else { return }
        try execute(
            """
            INSERT INTO billing_preference (id, attaches_invoice, reminders_max, attaches_all_open, changed_at)
            VALUES (\(organization), \(preference.attachesInvoice), \(preference.remindersMax),
                \(preference.attachesAllOpen), \(now))
            ON CONFLICT (id) DO UPDATE SET attaches_invoice = excluded.attaches_invoice,
                reminders_max = excluded.reminders_max, attaches_all_open = excluded.attaches_all_open,
                changed_at = excluded.changed_at
            """)
        try announce(event, at: now)
    }
}
