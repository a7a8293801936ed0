import Kernel
import Storage

/// A part of money that a bank took back, and what it had paid: an invoice, or nothing in particular (prepaid, or 2031 where it did
/// not fit there).
struct PaymentShare: Hashable, Sendable {
    let document: DocumentID?
    let amount: Money
}

/// Money that a bank took back for good: what it had paid is open again (1100). What it had put aside is taken from where it is
/// kept for the customer, from 2031 and then from prepaid, as far as that goes; the rest is lost (3805).
struct Reclaim {
    /// What told of it.
    enum Cause {
        case dispute, transfer

        var kind: LedgerTransaction.Kind { self == .dispute ? .disputeLost : .takenBack }
        fileprivate var origin: PrepaidMovement.Origin { self == .dispute ? .disputeLost : .takenBack }
        fileprivate var adjustment: AdjustmentKind { self == .dispute ? .disputeLost : .takenBack }
    }

    let cause: Cause
    let organization: OrganizationID
    let payment: PaymentID
    let shares: [PaymentShare]
    private(set) var fromPrepaid: Money
    private(set) var postings: [Posting] = []

    /// - Precondition: the books are held.
    init(
        _ shares: [PaymentShare], by cause: Cause, of payment: PaymentID, in organization: OrganizationID,
        _ currency: Currency, _ connection: Connection
    ) throws {
        self.cause = cause
        self.shares = shares
        self.organization = organization
        self.payment = payment
        var rest: Int64 = 0
        for share in shares {
            if let document = share.document {
                postings.append(.debit(.receivable, share.amount, organization, document))
            } else {
                rest += share.amount.minorUnits
            }
        }
        let kept = -(try connection.balance(.unidentifiedReceipts, of: organization, in: currency).minorUnits)
        let available = try connection.prepaidAccount(of: organization).available.minorUnits
        let fromKept = min(rest, max(0, kept))
        let fromPrepaid = min(rest - fromKept, available)
        self.fromPrepaid = Money(minorUnits: fromPrepaid, currency)
        postings += [
            .debit(.unidentifiedReceipts, Money(minorUnits: fromKept, currency), organization),
            .debit(.prepaid, self.fromPrepaid, organization),
            .debit(.badDebt, Money(minorUnits: rest - fromKept - fromPrepaid, currency), organization),
        ]
    }
}

extension Connection {
    /// What a payment had paid, in the order it did: invoices first, then what was put aside.
    /// - Parameter before: how much of it was taken back earlier.
    func shares(of payment: PaymentID, _ amount: Money, after before: Int64 = 0) throws -> [PaymentShare] {
        var skipped = before
        var rest = amount.minorUnits
        var shares: [PaymentShare] = []
        let rows = try rows(
            """
            SELECT document_id, CAST(SUM(amount) AS BIGINT) AS amount FROM allocation
            WHERE payment_id = \(payment) AND target = \(AllocationTarget.document)
            GROUP BY document_id ORDER BY document_id
            """)
        for row in rows {
            let paid: Int64 = try row["amount"]
            let share = min(rest, max(0, paid - skipped))
            skipped = max(0, skipped - paid)
            rest -= share
            if share > 0 {
                shares.append(
                    PaymentShare(document: try row["document_id"], amount: Money(minorUnits: share, amount.currency)))
            }
        }
        if rest > 0 { shares.append(PaymentShare(document: nil, amount: Money(minorUnits: rest, amount.currency))) }
        return shares
    }

    /// Writes down what a transaction with these postings did, and brings the invoices to their states.
    func write(
        _ reclaim: Reclaim, reason: String, by transaction: LedgerTransactionID, actor: Event.Actor, at now: Instant
    ) throws {
        if reclaim.fromPrepaid.isPositive {
            try movePrepaid(
                NewPrepaidMovement(
                    organization: reclaim.organization, amount: -reclaim.fromPrepaid, origin: reclaim.cause.origin,
                    payment: reclaim.payment, document: nil, transaction: transaction), at: now)
        }
        for share in reclaim.shares {
            guard let document = share.document else { continue }
            try insertAdjustment(
                reclaim.cause.adjustment, of: document, share.amount, reason: reason, by: transaction, at: now)
        }
        try updateStates(of: reclaim.shares, in: reclaim.organization, by: actor, at: now)
    }

    func updateStates(
        of shares: [PaymentShare], in organization: OrganizationID, by actor: Event.Actor, at now: Instant
    ) throws {
        try updateStates(
            of: shares.compactMap { try $0.document.flatMap { try document($0, in: organization) } }, by: actor, at: now
        )
    }
}
