import Kernel
import Storage

/// Money that came over the bank, on its way into the books.
struct Receipt {
    let amount: Money
    /// The event's own identity: the movement's key, or that of the decision about it.
    let key: String
    let kind: LedgerTransaction.Kind
    /// Where it is taken from: the bank, or account 2031 where it lay until somebody told whose it is.
    let source: LedgerAccount
    let bookedOn: Day
    /// What else is posted with it: the other side of a conversion.
    var before: [Posting] = []
}

extension Payments {
    /// One transaction of the caller's: a payment that is posted, what it was for is fulfilled, the money is in the books.
    /// - Parameter fulfilment: nil asks the purpose what becomes true.
    func postTransfer(
        _ receipt: Receipt, to target: TransferTarget, as fulfilment: Fulfilment? = nil, in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws -> (PaymentID, LedgerTransactionID) {
        let account = try connection.lockBooks(of: target.organization)
        let payment = try connection.insertTransfer(receipt, for: target, at: now)
        let fulfilment = try fulfilment ?? purpose(of: payment).fulfil(connection, payment, now)
        let split = try PaymentSplit(of: payment, for: fulfilment, account: account, in: connection)
        let isFromBank = receipt.source == .bank
        let transaction = try connection.post(
            LedgerTransaction(
                key: receipt.key, kind: receipt.kind, organization: payment.organization,
                effectiveOn: receipt.bookedOn, happenedAt: now,
                postings: receipt.before
                    + split.postings(
                        from: receipt.source, of: isFromBank ? payment.organization : nil, detail: receipt.key)))
        try connection.allocate(split, by: transaction, actor: actor, at: now)
        if let document = split.document {
            try writeOffRemainder(of: document, after: payment, in: connection, by: actor, at: now)
        }
        return (payment.id, transaction)
    }

    /// A transfer that was too low by small change settles the invoice: 6990 / 1100.
    private func writeOffRemainder(
        of document: Document, after payment: Payment, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws {
        let open = try connection.balance(
            .receivable, of: document.organization, document: document.id, in: document.currency)
        guard open.isPositive, open.minorUnits <= BankMatch.toleranceMinorUnits else { return }
        try connection.post(
            LedgerTransaction(
                key: "tolerance:\(payment.id)", kind: .tolerance, organization: document.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(.rounding, open, document.organization, document.id),
                    .credit(.receivable, open, document.organization, document.id),
                ]))
        try connection.updateState(of: document, by: actor, at: now)
    }
}

extension Connection {
    /// Never pending: when the bank tells of it, the money is there.
    fileprivate func insertTransfer(_ receipt: Receipt, for target: TransferTarget, at now: Instant) throws -> Payment {
        let inserted = try row(
            """
            INSERT INTO payment (organization_id, purpose, purpose_id, currency, amount, method, state, client_key,
                charge_key, processor, reference, created_at, settled_at)
            VALUES (\(target.organization), \(target.purpose), \(target.purposeID), \(receipt.amount.currency),
                \(receipt.amount.minorUnits), \(PaymentMethod.transfer), \(PaymentState.posted), \(receipt.key),
                \(receipt.key), 'bank', \(receipt.key), \(now), \(now))
            RETURNING \(Payment.columns)
            """)
        guard let inserted else { preconditionFailure("An INSERT that returns its row returns a row.") }
        return try Payment(inserted)
    }
}
