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

/// A receipt, and whose it is.
struct Transfer {
    let receipt: Receipt
    let target: TransferTarget
    /// Nil asks the purpose what becomes true.
    var fulfilment: Fulfilment?
}

extension Payments {
    /// One transaction of the caller's: a payment that is posted, what it was for is fulfilled, the money is in the books.
    /// - Parameter fulfilment: nil asks the purpose what becomes true.
    func postTransfer(
        _ receipt: Receipt, to target: TransferTarget, as fulfilment: Fulfilment?, in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws -> (payment: PaymentID, transaction: LedgerTransactionID) {
        let account = try connection.lockBooks(of: target.organization)
        return try postTransfers(
            [Transfer(receipt: receipt, target: target, fulfilment: fulfilment)],
            with: [target.organization: account], in: connection, by: actor, at: now)[0]
    }

    /// The same for several, in as many statements as for one.
    /// - Parameters:
    ///   - transfers: no two are for the same thing, unless it takes any amount.
    ///   - accounts: of all their organisations, which proves that the books are held.
    /// - Returns: in the order of the transfers.
    func postTransfers(
        _ transfers: [Transfer], with accounts: [OrganizationID: PrepaidAccount], in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws -> [(payment: PaymentID, transaction: LedgerTransactionID)] {
        if transfers.isEmpty { return [] }
        let payments = try connection.insertTransfers(transfers, at: now)
        let fulfilments = try fulfil(payments, transfers, in: connection, at: now)
        var accounts = accounts
        var splits: [PaymentSplit] = []
        for (payment, fulfilment) in zip(payments, fulfilments) {
            guard let account = accounts[payment.organization] else {
                preconditionFailure("Whoever moves an organisation's money holds its books.")
            }
            let split = try PaymentSplit(of: payment, for: fulfilment, account: account)
            accounts[payment.organization] = try account.adding(split.toPrepaid)
            splits.append(split)
        }
        let posted = try connection.post(
            try zip(transfers, splits).map { try $0.receipt.transaction($1, at: now) }
                + splits.compactMap { try remainder(of: $0, at: now) })
        try connection.allocate(zip(splits, posted).map { (split: $0, transaction: $1) }, actor: actor, at: now)
        return zip(payments, posted).map { ($0.id, $1) }
    }

    /// What each brings about, asked of each purpose together.
    private func fulfil(
        _ payments: [Payment], _ transfers: [Transfer], in connection: Connection, at now: Instant
    ) throws -> [Fulfilment] {
        var found: [PaymentID: Fulfilment] = [:]
        var open: [String: [Payment]] = [:]
        for (payment, transfer) in zip(payments, transfers) {
            if let fulfilment = transfer.fulfilment {
                found[payment.id] = fulfilment
            } else {
                open[payment.purpose, default: []].append(payment)
            }
        }
        for (_, payments) in open.sorted(by: { $0.key < $1.key }) {
            let fulfilments = try purpose(of: payments[0]).fulfil(connection, payments, now)
            for (payment, fulfilment) in zip(payments, fulfilments) { found[payment.id] = fulfilment }
        }
        return payments.compactMap { found[$0.id] }
    }

    /// A transfer that was too low by small change settles the invoice: 6990 / 1100.
    private func remainder(of split: PaymentSplit, at now: Instant) throws -> LedgerTransaction? {
        guard let document = split.document, let rest = split.rest, rest.isPositive,
            rest.minorUnits <= BankMatch.toleranceMinorUnits
        else { return nil }
        return try LedgerTransaction(
            key: "tolerance:\(split.payment.id)", kind: .tolerance, organization: document.organization,
            effectiveOn: issuer.zone.day(of: now), happenedAt: now,
            postings: [
                .debit(.rounding, rest, document.organization, document.id),
                .credit(.receivable, rest, document.organization, document.id),
            ])
    }
}

extension Receipt {
    fileprivate func transaction(_ split: PaymentSplit, at now: Instant) throws -> LedgerTransaction {
        let owner = split.payment.organization
        return try LedgerTransaction(
            key: key, kind: kind, organization: owner, effectiveOn: bookedOn, happenedAt: now,
            postings: before + split.postings(from: source, of: source == .bank ? owner : nil, detail: key))
    }
}

extension PrepaidAccount {
    fileprivate func adding(_ amount: Money) throws -> PrepaidAccount {
        PrepaidAccount(organization: organization, balance: try balance + amount, held: held)
    }
}
