import Kernel
import Storage

/// A reminder that went out: one for each level of an invoice, kept for ever (billing.md, 11).
struct Reminder: Hashable, Sendable {
    let document: DocumentID
    /// 1 for the first.
    let level: Int
    /// What was open then.
    let open: Money
    let sentAt: Instant
}

/// An invoice that is not paid and has a day to be paid by: where it stands with reminders.
struct DueInvoice: Hashable, Sendable {
    let document: DocumentID
    let organization: OrganizationID
    /// Its day has passed, and it was said.
    let isOverdue: Bool
    /// From which day reminders count.
    let since: Day
    /// When time changes something next; nil where nothing more comes by itself.
    let nextOn: Day?
}

extension Migration {
    /// Only for invoices that were open for a while: those paid on issue never come here. `next_on` is what the schedule looks at.
    ///
    /// `as_of_id` is the newest transaction about the invoice when the reminder went out, so that it can be proved that it was open.
    static let reminders = Migration(
        "billing-031-reminders",
        """
        CREATE TABLE due_invoice (
            id BIGINT PRIMARY KEY REFERENCES document (id),
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            is_overdue BOOLEAN NOT NULL,
            since TEXT NOT NULL,
            next_on TEXT
        );
        CREATE INDEX due_invoice_next ON due_invoice (next_on) WHERE next_on IS NOT NULL;
        CREATE INDEX due_invoice_overdue ON due_invoice (organization_id) WHERE is_overdue;
        CREATE TABLE reminder (
            id IDENTITY,
            document_id BIGINT NOT NULL REFERENCES document (id),
            level INTEGER NOT NULL CHECK (level >= 1),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            open_amount BIGINT NOT NULL CHECK (open_amount > 0),
            as_of_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            sent_at BIGINT NOT NULL,
            UNIQUE (document_id, level)
        );
        ALTER TABLE billing_preference ADD COLUMN reminders_max INTEGER;
        ALTER TABLE billing_preference ADD COLUMN attaches_all_open BOOLEAN NOT NULL DEFAULT FALSE;
        INSERT INTO due_invoice (id, organization_id, is_overdue, since, next_on)
        SELECT d.id, d.organization_id, FALSE, d.due_on, d.due_on
        FROM document d JOIN document_state s ON s.document_id = d.id
        WHERE d.kind = 'invoice' AND s.state IN ('open', 'partially_paid');
        """, appendOnly: ["reminder"])
}
