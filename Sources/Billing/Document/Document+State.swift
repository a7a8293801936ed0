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
        try updateStates(of: [document], by: actor, at: now)
    }

    /// The same for several, in one look and one change.
    func updateStates(of documents: [Document], by actor: Event.Actor, at now: Instant) throws {
        if documents.isEmpty { return }
        var standings: [DocumentID: (standing: DocumentStanding, before: DocumentState, paidAt: Instant?)] = [:]
        for row in try rows("\(DocumentStanding.select) WHERE \(dialect.among("d.id", documents.map(\.id)))") {
            standings[try row["id"]] = (try DocumentStanding(row), try row["state"], try row["paid_at"])
        }
        var changes: [SQL] = []
        for document in documents {
            guard let (standing, before, paidAt) = standings.removeValue(forKey: document.id) else { continue }
            let state = standing.state
            let isPaid = state == .paid || state == .disputed
            let paid: Instant? = standing.open > 0 ? nil : paidAt ?? (isPaid ? now : nil)
            changes.append("\(document.id), \(state), \(paid?.milliseconds ?? DocumentStanding.unpaid)")
            try followDue(document, state, before: before, on: document.issuer.zone.day(of: now))
            if state == .paid, paidAt == nil { try announce(document.paidEvent(by: actor), at: now) }
        }
        if changes.isEmpty { return }
        try send(
            """
            WITH change (id, state, paid_at) AS (\(dialect.table(of: changes)))
            UPDATE document_state SET state = change.state, paid_at = NULLIF(change.paid_at, \(DocumentStanding.unpaid))
            FROM change WHERE document_state.document_id = change.id
            """)
    }
}

extension DocumentStanding {
    /// No moment at all: a column of a list cannot be all NULL.
    fileprivate static let unpaid: Int64 = -1

    fileprivate static let select: SQL = """
        SELECT d.id, d.total, s.state, s.paid_at, COALESCE(open.amount, 0) AS open_amount,
            COALESCE(held.amount, 0) AS disputed,
            CAST(COALESCE((
                SELECT SUM(a.amount) FROM allocation a WHERE a.document_id = d.id AND a.target = 'document'
            ), 0) AS BIGINT) AS allocated,
            \(adjusted("credit")) AS credited, \(adjusted("write_off")) AS written_off, \(adjusted("owed")) AS owed,
            CAST(COALESCE((
                SELECT SUM(r.amount) FROM credit_note c JOIN refund r ON r.document_id = c.id
                WHERE c.invoice_id = d.id AND r.state = 'pending'
            ), 0) AS BIGINT) AS in_transit
        FROM document d
        JOIN document_state s ON s.document_id = d.id
        LEFT JOIN ledger_balance open ON open.account = 1100 AND open.organization_id = d.organization_id
            AND open.document_id = d.id AND open.currency = d.currency
        LEFT JOIN ledger_balance held ON held.account = 1101 AND held.organization_id = d.organization_id
            AND held.document_id = d.id AND held.currency = d.currency
        """

    private static func adjusted(_ kind: StaticString) -> SQL {
        SQL(
            stringLiteral: """
                CAST(COALESCE((
                    SELECT SUM(j.amount) FROM adjustment j WHERE j.document_id = d.id AND j.kind = '\(kind)'
                ), 0) AS BIGINT)
                """)
    }

    fileprivate init(_ row: Row) throws {
        let before: DocumentState = try row["state"]
        let (credited, writtenOff): (Int64, Int64) = (try row["credited"], try row["written_off"])
        self.init(
            total: try row["total"], open: try row["open_amount"], allocated: try row["allocated"], credited: -credited,
            writtenOff: -writtenOff, disputed: try row["disputed"], inTransit: try row["in_transit"],
            owed: try row["owed"], isOverdue: before == .overdue)
    }
}
