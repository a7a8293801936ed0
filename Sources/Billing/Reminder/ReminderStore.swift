import Kernel
import Storage

extension Connection {
    /// Follows what became of an invoice: while it is open its day is waited for, once it is settled nothing more comes.
    /// - Precondition: the books are held.
    func followDue(_ document: Document, _ state: DocumentState, before: DocumentState, on today: Day) throws {
        switch state {
        case .overdue: return
        case .open, .partiallyPaid:
            // Open again after its day (a dispute that was lost): reminders begin anew, from yesterday.
            let since = max(document.dueOn, today.adding(days: -1))
            try send(
                """
                INSERT INTO due_invoice (id, organization_id, is_overdue, since, next_on)
                VALUES (\(document.id), \(document.organization), \(false), \(since), \(since.adding(days: 1)))
                ON CONFLICT (id) DO UPDATE SET is_overdue = excluded.is_overdue, next_on = excluded.next_on,
                    since = CASE WHEN due_invoice.next_on IS NULL OR due_invoice.is_overdue THEN excluded.since
                        ELSE due_invoice.since END
                """)
        default:
            // Paid when it was issued: it was never due.
            if before == .open, document.dueOn == document.issuedOn { return }
            try send(
                "UPDATE due_invoice SET is_overdue = \(false), next_on = \(nil as Day?) WHERE id = \(document.id)")
        }
    }

    func dueInvoice(_ id: DocumentID) throws -> DueInvoice? {
        try row("SELECT \(DueInvoice.columns) FROM due_invoice WHERE id = \(id)").map(DueInvoice.init)
    }

    /// What time changes today, in the order it fell due.
    func dueInvoices(on today: Day, limit: Int) throws -> [DueInvoice] {
        try rows(
            """
            SELECT \(DueInvoice.columns) FROM due_invoice WHERE next_on <= \(today) ORDER BY next_on, id LIMIT \(limit)
            """
        ).map(DueInvoice.init)
    }

    func keep(_ due: DueInvoice, isOverdue: Bool, since: Day, next: Day?) throws {
        try execute(
            """
            UPDATE due_invoice SET is_overdue = \(isOverdue), since = \(since), next_on = \(next)
            WHERE id = \(due.document)
            """)
    }

    /// Those that went out for an invoice, first to last.
    func reminders(of document: DocumentID) throws -> [Reminder] {
        try reminders(of: [document])[document] ?? []
    }

    /// The same for many.
    func reminders(of documents: [DocumentID]) throws -> [DocumentID: [Reminder]] {
        if documents.isEmpty { return [:] }
        let found = try rows(
            """
            SELECT document_id, level, currency, open_amount, sent_at FROM reminder
            WHERE document_id IN \(documents) ORDER BY document_id, level
            """
        ).map(Reminder.init)
        return Dictionary(grouping: found, by: \.document)
    }

    /// Writes it down; the database refuses a level twice.
    func insertReminder(_ level: Int, of document: Document, at now: Instant) throws {
        let newest = try row("SELECT MAX(transaction_id) AS newest FROM posting WHERE document_id = \(document.id)")
        let asOf: LedgerTransactionID? = try newest?["newest"]
        guard let asOf else { throw StorageError.refused("Document \(document.id) is open without a posting.") }
        try execute(
            """
            INSERT INTO reminder (document_id, level, currency, open_amount, as_of_id, sent_at)
            VALUES (\(document.id), \(level), \(document.currency), \(document.open.minorUnits), \(asOf), \(now))
            """)
    }

    /// An organisation wants more reminders or fewer: what comes next follows.
    func rescheduleReminders(
        of organization: OrganizationID, by rule: ReminderRule, wanted: Int?, in zone: Zone
    ) throws {
        let overdue = try rows(
            "SELECT \(DueInvoice.columns) FROM due_invoice WHERE organization_id = \(organization) AND is_overdue"
        ).map(DueInvoice.init)
        let sent = try reminders(of: overdue.map(\.document))
        for due in overdue {
            try keep(
                due, isOverdue: true, since: due.since,
                next: rule.next(after: sent[due.document] ?? [], since: due.since, wanted: wanted, in: zone))
        }
    }
}

extension ReminderRule {
    /// - Parameter sent: first to last.
    func next(after sent: [Reminder], since: Day, wanted: Int?, in zone: Zone) -> Day? {
        next(after: sent.count, lastOn: sent.last.map { zone.day(of: $0.sentAt) }, since: since, wanted: wanted)
    }
}

extension DueInvoice {
    static let columns: SQL = "id, organization_id, is_overdue, since, next_on"

    init(_ row: Row) throws {
        document = try row["id"]
        organization = try row["organization_id"]
        isOverdue = try row["is_overdue"]
        since = try row["since"]
        nextOn = try row["next_on"]
    }
}

extension Reminder {
    init(_ row: Row) throws {
        document = try row["document_id"]
        level = try row["level"]
        open = Money(minorUnits: try row["open_amount"], try row["currency"])
        sentAt = try row["sent_at"]
    }
}
