import Kernel
import Storage

/// Says that invoices are overdue when their day has passed, and reminds of them: decided while the books are held, so that nobody is
/// reminded of what was paid, credited, disputed or written off just before.
struct Reminders: Sendable {
    /// Invoices in one transaction: short enough not to keep others waiting, and a run can be killed after any of them.
    static let batchMax = 500

    let payments: Payments
    let rule: ReminderRule

    private var zone: Zone { payments.issuer.zone }

    /// When the next invoice becomes overdue or is reminded.
    func nextDue(_ connection: Connection) throws -> Instant? {
        let next: Day? = try connection.row(
            "SELECT MIN(next_on) AS next FROM due_invoice WHERE next_on IS NOT NULL")?["next"]
        return next.map { zone.start(of: $0) }
    }

    /// Harmless to call twice at once, and to stop anywhere: the database takes each level of an invoice once.
    /// - Returns: how many became overdue or were reminded.
    func run(_ now: Instant) async throws -> Int {
        let today = zone.day(of: now)
        var done = 0
        while true {
            let batch = try await payments.database.write { connection -> Int in
                let seen = try connection.dueInvoices(on: today, limit: Reminders.batchMax)
                // The books are held in one order, so that two runs wait for each other instead of for ever.
                for organization in Set(seen.map(\.organization)).sorted(by: { $0.rawValue < $1.rawValue }) {
                    _ = try connection.lockBooks(of: organization)
                }
                for due in seen { try advance(due, on: today, in: connection, at: now) }
                return seen.count
            }
            done += batch
            if batch == 0 { return done }
        }
    }

    private func advance(_ seen: DueInvoice, on today: Day, in connection: Connection, at now: Instant) throws {
        // It may have been paid or reminded before the books were ours.
        guard let due = try connection.dueInvoice(seen.document), due.nextOn == seen.nextOn,
            let invoice = try connection.document(due.document, in: due.organization)
        else { return }
        switch invoice.state {
        case .open, .partiallyPaid: try becomeOverdue(invoice, due, on: today, in: connection, at: now)
        case .overdue: try remind(invoice, due, on: today, in: connection, at: now)
        default: try connection.keep(due, isOverdue: false, since: due.since, next: nil)
        }
    }

    private func becomeOverdue(
        _ invoice: Document, _ due: DueInvoice, on today: Day, in connection: Connection, at now: Instant
    ) throws {
        guard invoice.dueOn < today else {
            return try connection.keep(due, isOverdue: false, since: due.since, next: invoice.dueOn.adding(days: 1))
        }
        try connection.execute(
            """
            UPDATE document_state SET state = \(DocumentState.overdue)
            WHERE document_id = \(invoice.id) AND state IN \([DocumentState.open, .partiallyPaid])
            """)
        // Whoever is reminded can transfer, also where the invoice was not on account.
        try payments.askForTransfer(invoice, in: connection, at: now)
        try connection.announce(invoice.overdueEvent(), at: now)
        try schedule(due, in: connection)
    }

    private func remind(
        _ invoice: Document, _ due: DueInvoice, on today: Day, in connection: Connection, at now: Instant
    ) throws {
        let sent = try connection.reminders(of: invoice.id)
        let wanted = try connection.billingPreference(of: invoice.organization).remindersMax
        // Fewer are wanted than when this was planned, or at other days.
        guard invoice.open.isPositive,
            let next = rule.next(after: sent, since: due.since, wanted: wanted, in: zone), next <= today
        else { return try schedule(due, in: connection) }
        let level = sent.count + 1
        try connection.insertReminder(level, of: invoice, at: now)
        try connection.announce(invoice.remindedEvent(level), at: now)
        try schedule(due, in: connection)
    }

    private func schedule(_ due: DueInvoice, in connection: Connection) throws {
        let sent = try connection.reminders(of: due.document)
        let wanted = try connection.billingPreference(of: due.organization).remindersMax
        try connection.keep(
            due, isOverdue: true, since: due.since,
            next: rule.next(after: sent, since: due.since, wanted: wanted, in: zone))
    }
}

extension Document {
    fileprivate func overdueEvent() -> Event {
        Event(
            "InvoiceOverdue", by: .system, organization: organization, subject: "document", id.rawValue,
            payload: ["number": number, "open": open.plain, "currency": currency.rawValue])
    }

    fileprivate func remindedEvent(_ level: Int) -> Event {
        Event(
            "InvoiceReminded", by: .system, organization: organization, subject: "document", id.rawValue,
            payload: [
                "number": number, "open": open.plain, "currency": currency.rawValue, "level": String(level),
            ])
    }
}
