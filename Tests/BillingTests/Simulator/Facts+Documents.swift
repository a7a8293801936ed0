import Billing
import Kernel
import Storage

/// An invoice or a credit note as it stands.
struct DocumentFact: Sendable {
    let id: DocumentID
    let kind: DocumentKind
    let number: String
    /// What it was issued under; for what the money desk did, the key of its form.
    let key: String
    let state: DocumentState
    let net, vat, total: Int64
    /// The invoice of a credit note.
    let invoice: DocumentID?
    let open: Int64
    let writtenOff: Int64
    /// Small change that nobody asks for.
    let tolerated: Int64
    /// The order of the shop that it is for.
    let order: OrderID?
}

/// What is known of the bank's movements, and what waits for somebody to tell whose it is.
struct BankFacts: Sendable {
    struct Entry: Hashable, Sendable {
        let id: BankEntryID
        let state: BankEntry.State
        let reason: UnidentifiedReason?
        let amount: Int64
        let currency: Currency
        let endToEndID: String
        var money: Money { Money(minorUnits: amount, currency) }
    }

    /// What we sent ourselves, and what the bank has told of it.
    struct Sent: Hashable, Sendable {
        /// A step that was booked on account 1020: an entry of the bank stands for it, or for none yet.
        enum Booking: Hashable, Sendable { case none, free, told }

        var state: WithdrawalState
        let amount: Int64
        let isByBank: Bool
        var paid: Booking
        var returned: Booking
    }

    let entries: [String: Entry]
    /// By the reference that the bank repeats.
    let sent: [String: Sent]
    /// On account 2031, nobody's so far.
    let lying: [Currency: Int64]
    /// Accounts of those who have paid before.
    let payers: Set<String>
    /// Orders for which a transfer was asked and that still wait for it, or would.
    let asked: Set<OrderID>

    init(_ connection: Connection) throws {
        let rows = try connection.rows(
            """
            SELECT id, key, state, reason, amount, currency, end_to_end_id, debtor_iban, organization_id
            FROM bank_entry
            """)
        entries = try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (
                    try row["key"],
                    Entry(
                        id: try row["id"], state: try row["state"], reason: try row["reason"],
                        amount: try row["amount"], currency: try row["currency"],
                        endToEndID: try row["end_to_end_id"])
                )
            })
        sent = try connection.sentFacts()
        payers = Set(
            try rows.compactMap { row in
                let state: BankEntry.State = try row["state"]
                let organization: OrganizationID? = try row["organization_id"]
                let iban: String = try row["debtor_iban"]
                return organization != nil && [.posted, .assigned].contains(state) && !iban.isEmpty ? iban : nil
            })
        lying = try Dictionary(
            uniqueKeysWithValues: Currency.allCases.map {
                ($0, -(try connection.balance(.unidentifiedReceipts, of: nil, in: $0).minorUnits))
            })
        asked = Set(
            try connection.rows(
                """
                SELECT r.purpose_id FROM transfer_reference r JOIN shop_order o ON o.id = r.purpose_id
                WHERE r.purpose = 'order' AND o.state <> 'paid'
                """
            ).map { try $0["purpose_id"] })
    }

    /// Receipts on the work list, oldest first.
    var waiting: [Entry] { entries.values.filter { $0.state == .unidentified }.sorted { $0.id < $1.id } }
    /// What the bank took back, and nobody has said whose it is.
    var takenBack: [Entry] { waiting.filter { $0.reason == .takenBack && $0.amount < 0 } }
    /// Those that somebody wants to send back.
    var returning: [Entry] { entries.values.filter { $0.state == .returning }.sorted { $0.id < $1.id } }
}

extension Connection {
    fileprivate func sentFacts() throws -> [String: BankFacts.Sent] {
        let rows = try rows(
            """
            SELECT w.id, w.state, w.amount, w.method, \(Connection.booked("paid")) AS paid,
                \(Connection.booked("returned")) AS returned
            FROM withdrawal w
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let id: Int64 = try row["id"]
                let method: String = try row["method"]
                let (paid, returned): (Int64, Int64) = (try row["paid"], try row["returned"])
                let bookings: [BankFacts.Sent.Booking] = [.none, .free, .told]
                return (
                    "WD-\(id)",
                    BankFacts.Sent(
                        state: try row["state"], amount: try row["amount"], isByBank: method == "bank",
                        paid: bookings[Int(paid)], returned: bookings[Int(returned)])
                )
            })
    }

    /// 0 where the step is not on account 1020, 1 where no entry stands for it, 2 where one does.
    private static func booked(_ step: StaticString) -> SQL {
        SQL(
            stringLiteral: """
                COALESCE((
                    SELECT MAX(CASE WHEN EXISTS (
                            SELECT 1 FROM bank_entry_booking b WHERE b.transaction_id = t.id
                        ) THEN 2 ELSE 1 END)
                    FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id AND p.account = 1020
                    WHERE t.key = 'withdrawal:' || w.id || ':\(step)'
                ), 0)
                """)
    }

    func documentFacts() throws -> [DocumentFact] {
        try rows(
            """
            SELECT d.id, d.kind, d.number, COALESCE(q.client_key, d.key) AS key, s.state, d.net, d.vat, d.total,
                c.invoice_id, COALESCE(b.amount, 0) AS open_amount, CAST(COALESCE((
                        SELECT -SUM(j.amount) FROM adjustment j WHERE j.document_id = d.id AND j.kind = 'write_off'
                    ), 0) AS BIGINT) AS written_off, CAST(COALESCE((
                        SELECT -SUM(p.amount) FROM posting p JOIN ledger_transaction t ON t.id = p.transaction_id
                        WHERE p.document_id = d.id AND p.account = 1100 AND t.kind = 'tolerance'
                    ), 0) AS BIGINT) AS tolerated, o.id AS order_id
            FROM document d JOIN document_state s ON s.document_id = d.id
            LEFT JOIN credit_note c ON c.id = d.id
            LEFT JOIN desk_request q ON d.key = 'desk:' || q.id
            LEFT JOIN shop_order o ON d.key = 'inv:' || o.id || ':order'
            LEFT JOIN ledger_balance b ON b.account = 1100 AND b.organization_id = d.organization_id
                AND b.document_id = d.id AND b.currency = d.currency
            WHERE d.kind IN ('invoice', 'credit_note') ORDER BY d.id
            """
        ).map { row in
            DocumentFact(
                id: try row["id"], kind: try row["kind"], number: try row["number"], key: try row["key"],
                state: try row["state"], net: try row["net"], vat: try row["vat"], total: try row["total"],
                invoice: try row["invoice_id"], open: try row["open_amount"], writtenOff: try row["written_off"],
                tolerated: try row["tolerated"], order: try row["order_id"])
        }
    }
}
