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

    init(of payment: Payment, for fulfilment: Fulfilment, account: PrepaidAccount) throws(PaymentError) {
        var document: Document?
        var receipt: DocumentID?
        switch fulfilment {
        case .document(let paid):
            guard paid.organization == payment.organization, paid.currency == payment.amount.currency else {
                throw .foreignDocument(paid.id)
            }
            document = paid
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

    /// What is open of the document afterwards.
    var rest: Money? {
        document.map { Money(minorUnits: $0.open.minorUnits - toDocument.minorUnits, $0.currency) }
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
        try allocate([(split, transaction)], actor: actor, at: now)
    }

    /// The same for several payments, of which no two are for the same document.
    func allocate(
        _ splits: [(split: PaymentSplit, transaction: LedgerTransactionID)], actor: Event.Actor, at now: Instant
    ) throws {
        var parts: [Allocation] = []
        var movements: [NewPrepaidMovement] = []
        for (split, transaction) in splits {
            let payment = split.payment
            try announce(payment.succeededEvent(split.document, by: actor), at: now)
            func part(_ target: AllocationTarget, _ amount: Money, _ document: DocumentID?, _ reason: String) {
                if !amount.isPositive { return }
                parts.append(
                    Allocation(
                        payment: payment.id, target: target, amount: amount, document: document, reason: reason,
                        transaction: transaction))
            }
            part(.document, split.toDocument, split.document?.id, "")
            part(.prepaid, split.toPrepaid, split.receipt, split.origin.rawValue)
            part(.unidentified, split.unidentified, split.receipt, split.origin.rawValue)
            if split.toPrepaid.isPositive {
                movements.append(
                    NewPrepaidMovement(
                        organization: payment.organization, amount: split.toPrepaid, origin: split.origin,
                        payment: payment.id, document: split.receipt, transaction: transaction))
            }
        }
        try insertAllocations(parts, at: now)
        try movePrepaid(movements, at: now)
        try updateStates(
            of: splits.filter { $0.split.toDocument.isPositive }.compactMap(\.split.document), by: actor, at: now)
        for (split, _) in splits {
            if split.toPrepaid.isPositive { try announce(split.payment.creditedEvent(split, by: actor), at: now) }
            if split.unidentified.isPositive {
                try announce(split.payment.unidentifiedEvent(split, by: actor), at: now)
            }
        }
    }

    func insertAllocations(_ allocations: [Allocation], at now: Instant) throws {
        try insert(
            into: """
                allocation (payment_id, target, document_id, currency, amount, reason, transaction_id, allocated_at)
                """,
            allocations.map { part in
                """
                \(part.payment), \(part.target), \(part.document), \(part.amount.currency), \(part.amount.minorUnits),
                \(part.reason), \(part.transaction), \(now)
                """
            })
    }
}

/// A part of a payment, and what it is for.
struct Allocation {
    let payment: PaymentID
    let target: AllocationTarget
    let amount: Money
    let document: DocumentID?
    let reason: String
    let transaction: LedgerTransactionID
}

/// What part of a payment went where.
enum AllocationTarget: String, Sendable, StoredAsText {
    case document, prepaid, unidentified
}
