package import Kernel
import Storage

/// One line of the prepaid account's page: what came or went, why, and what was there afterwards (PRE-13).
package struct PrepaidMovement: Hashable, Sendable {
    package let id: Int64
    /// Positive came in, negative went out.
    package let amount: Money
    package let balance: Money
    package let origin: Origin
    package let payment: PaymentID?
    package let document: DocumentID?
    package let documentNumber: String?
    package let happenedAt: Instant

    package enum Origin: String, CaseIterable, Sendable, StoredAsText {
        case topUp = "top_up"
        /// Paid an invoice.
        case payment
        /// What was paid for had been paid already.
        case duplicate
        /// The payment came after what it was for had been cancelled.
        case crossing
        /// More than was open.
        case excess
        /// Something that had been paid was credited.
        case credit
        /// Paid back to where it came from.
        case refund
        /// A refund could not be delivered.
        case refundReturned = "refund_returned"
        /// A bank took a top-up back.
        case disputeLost = "dispute_lost"
        /// A bank took a transfer back.
        case takenBack = "taken_back"
        /// Paid out to the customer.
        case withdrawal
        /// A withdrawal that was cancelled or came back.
        case withdrawalReturned = "withdrawal_returned"
        /// Less than the order costs that it was for.
        case tooLittle = "too_little"
        /// It could not be matched to an invoice (PRE-9, REM-4).
        case unmatched

        package var word: String { "billing.prepaid.origin.\(rawValue)" }
    }
}

extension PrepaidMovement {
    init(_ row: Row) throws {
        let currency: Currency = try row["currency"]
        id = try row["id"]
        amount = Money(minorUnits: try row["amount"], currency)
        balance = Money(minorUnits: try row["balance_after"], currency)
        origin = try row["origin"]
        payment = try row["payment_id"]
        document = try row["document_id"]
        documentNumber = try row["number"]
        happenedAt = try row["happened_at"]
    }
}
