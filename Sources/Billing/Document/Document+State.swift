import Kernel
import Storage

/// What decides where an invoice stands.
struct DocumentStanding: Hashable, Sendable {
    let total: Int64
    let open: Int64
    /// Payments that were allocated.
    let allocated: Int64
    let credited: Int64
    let writtenOff: Int64
    /// Held back by a bank at the moment.
    let disputed: Int64
    /// Of what was credited, what is still on its way back to the customer.
    let inTransit: Int64
    /// Of what was credited, what had been paid and was owed.
    let owed: Int64
    let isOverdue: Bool

    var state: DocumentState {
        if disputed > 0 { return .disputed }
        if open > 0 {
            if isOverdue { return .overdue }
            return open < total ? .partiallyPaid : .open
        }
        if writtenOff > 0 { return .writtenOff }
        if total > 0, credited >= total { return owed > 0 && inTransit == 0 ? .refunded : .credited }
        return .paid
    }
}

extension Connection {
    /// Brings an invoice to the state that its figures say, and tells when it is paid for the first time.
    func updateState(of document: Document, by actor: Event.Actor, at now: Instant) throws {
        let stored = try row("SELECT state, paid_at FROM document_state WHERE document_id = \(document.id)")
        let before: DocumentState = try stored?["state"] ?? document.state
        let paidAt: Instant? = try stored?["paid_at"]
        let open = try balance(.receivable, of: document.organization, document: document.id, in: document.currency)
        let disputed = try balance(.disputed, of: document.organization, document: document.id, in: document.currency)
        let inTransit = try row(
            """
            SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) AS sum
            FROM refund r JOIN credit_note c ON c.id = r.document_id
            WHERE c.invoice_id = \(document.id) AND r.state = \(RefundState.pending)
            """)
        let standing = DocumentStanding(
            total: document.total.minorUnits, open: open.minorUnits,
            allocated: try allocated(to: document).minorUnits,
            credited: -(try adjusted(.credit, of: document).minorUnits),
            writtenOff: -(try adjusted(.writeOff, of: document).minorUnits), disputed: disputed.minorUnits,
            inTransit: try inTransit?["sum"] ?? 0, owed: try adjusted(.owed, of: document).minorUnits,
            isOverdue: before == .overdue)
        let state = standing.state
        let isPaid = state == .paid || state == .disputed
        let paid: Instant? = open.isPositive ? nil : paidAt ?? (isPaid ? now : nil)
        try execute(
            "UPDATE document_state SET state = \(state), paid_at = \(paid) WHERE document_id = \(document.id)")
        try followDue(document, state, before: before, on: document.issuer.zone.day(of: now))
        if state == .paid, paidAt == nil { try announce(document.paidEvent(by: actor), at: now) }
    }
}
