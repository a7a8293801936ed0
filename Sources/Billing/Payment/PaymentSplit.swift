import Kernel
import Storage

/// Where a payment's money goes: the invoice it is for, up to what is open; the rest to prepaid, as far as it may hold; and
/// what is over that to unidentified receipts, for the operator. The parts sum to the payment.
struct PaymentSplit {
    let payment: Payment
    let document: Document?
    let toDocument: Money
    let toPrepaid: Money
    let unidentified: Money
    /// Why there is a part for prepaid, or would be if it fitted.
    let origin: PrepaidMovement.Origin
    let receipt: DocumentID?

    init(of payment: Payment, for fulfilment: Fulfilment, account: PrepaidAccount, in connection: Connection) throws {
        var document: Document?
        var receipt: DocumentID?
        switch fulfilment {
        case .document(let id):
            document = try connection.document(id, in: payment.organization)
            guard document?.currency == payment.amount.currency else { throw PaymentError.foreignDocument(id) }
            origin = .excess
        case .nothingOpen(.duplicate):
            origin = .duplicate
        case .nothingOpen(.crossing):
            origin = .crossing
        case .nothingOpen(.tooLittle):
            origin = .tooLittle
        case .nothingOpen(.unmatched):
            origin = .unmatched
        case .prepaid(let id):
            receipt = id
            origin = .topUp
        }
        let currency = payment.amount.currency
        let share = min(payment.amount.minorUnits, document?.open.minorUnits ?? 0)
        let rest = payment.amount.minorUnits - share
        let credit = min(rest, account.room.minorUnits)
        self.payment = payment
        self.document = document
        self.receipt = receipt
        toDocument = Money(minorUnits: share, currency)
        toPrepaid = Money(minorUnits: credit, currency)
        unidentified = Money(minorUnits: rest - credit, currency)
    }

    /// - Parameter owner: whose the money is on the account it comes from; nil where that was not known there.
    func postings(from source: LedgerAccount, of owner: OrganizationID?, detail: String = "") -> [Posting] {
        let organization = payment.organization
        return [
            .debit(source, payment.amount, owner, detail: detail),
            .credit(.receivable, toDocument, organization, document?.id),
            .credit(.prepaid, toPrepaid, organization),
            .credit(.unidentifiedReceipts, unidentified, organization),
        ]
    }
}

extension Connection {
    /// Writes down where the money went, moves the prepaid account, brings the invoice to its new state, and tells.
    func allocate(
        _ split: PaymentSplit, by transaction: LedgerTransactionID, actor: Event.Actor, at now: Instant
    ) throws {
        let payment = split.payment
        try announce(payment.succeededEvent(split.document, by: actor), at: now)
        if let document = split.document, split.toDocument.isPositive {
            try insertAllocation(
                payment, .document, split.toDocument, document.id, reason: "", by: transaction, at: now)
            try updateState(of: document, by: actor, at: now)
        }
        if split.toPrepaid.isPositive {
            try insertAllocation(
                payment, .prepaid, split.toPrepaid, split.receipt, reason: split.origin.rawValue, by: transaction,
                at: now)
            try movePrepaid(
                NewPrepaidMovement(
                    organization: payment.organization, amount: split.toPrepaid, origin: split.origin,
                    payment: payment.id, document: split.receipt, transaction: transaction), at: now)
            try announce(payment.creditedEvent(split, by: actor), at: now)
        }
        if split.unidentified.isPositive {
            try insertAllocation(
                payment, .unidentified, split.unidentified, split.receipt, reason: split.origin.rawValue,
                by: transaction, at: now)
            try announce(payment.unidentifiedEvent(split, by: actor), at: now)
        }
    }

    func insertAllocation(
        _ payment: Payment, _ target: AllocationTarget, _ amount: Money, _ document: DocumentID?, reason: String,
        by transaction: LedgerTransactionID, at now: Instant
    ) throws {
        try execute(
            """
            INSERT INTO allocation (payment_id, target, document_id, currency, amount, reason, transaction_id,
                allocated_at)
            VALUES (\(payment.id), \(target), \(document), \(amount.currency), \(amount.minorUnits), \(reason),
                \(transaction), \(now))
            """)
    }
}

/// What part of a payment went where.
enum AllocationTarget: String, Sendable, StoredAsText {
    case document, prepaid, unidentified
}
