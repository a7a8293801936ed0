import Kernel
import Storage

/// What changed the amount that is open of an invoice, besides payments. The receivable is always the total less what was
/// allocated, plus all adjustments.
enum AdjustmentKind: String, Sendable, StoredAsText {
    /// Less is owed to us.
    case credit
    /// What had been paid of what is credited goes back, to prepaid or by a refund.
    case owed
    case writeOff = "write_off"
    /// The bank took the payment back for good.
    case disputeLost = "dispute_lost"
    /// The bank took the transfer back.
    case takenBack = "taken_back"
}

extension Migration {
    static let takenBackAdjustments = Migration(
        "billing-038-taken-back-adjustments", "",
        checks: [
            CheckChange(
                "adjustment", "adjustment_kind_check",
                "CHECK (kind IN ('credit', 'owed', 'write_off', 'dispute_lost'))",
                "CHECK (kind IN ('credit', 'owed', 'write_off', 'dispute_lost', 'taken_back'))")
        ])
}

extension Connection {
    /// - Parameters:
    ///   - amount: what it does to the receivable.
    ///   - vat: what it does to the VAT that is due on the invoice.
    func insertAdjustment(
        _ kind: AdjustmentKind, of document: DocumentID, _ amount: Money, vat: Int64 = 0, reason: String,
        by transaction: LedgerTransactionID, at now: Instant
    ) throws {
        if amount.isZero { return }
        try execute(
            """
            INSERT INTO adjustment (document_id, kind, currency, amount, vat, reason, transaction_id, happened_at)
            VALUES (\(document), \(kind), \(amount.currency), \(amount.minorUnits), \(vat), \(reason), \(transaction),
                \(now))
            """)
    }

    /// The sum of one kind.
    func adjusted(_ kind: AdjustmentKind, of document: Document) throws -> Money {
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM adjustment
            WHERE document_id = \(document.id) AND kind = \(kind)
            """)
        return Money(minorUnits: try row?["sum"] ?? 0, document.currency)
    }
}
