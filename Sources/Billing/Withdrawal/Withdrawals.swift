package import Access
import Accounts
package import Kernel
import Organizations
package import Storage
package import Web

/// Taking money off the prepaid account and out of the house: asked for, put into a file for the bank, and settled once.
package struct Withdrawals: Sendable {
    let keys: Keys
    /// Where its day begins, the books' days follow it.
    let issuer: LegalEntity

    package init(keys: Keys, issuer: LegalEntity) {
        self.keys = keys
        self.issuer = issuer
    }

    /// Takes the money off the prepaid account: 2030 / 2032.
    /// - Returns: the first withdrawal where the client key was used before for the same.
    /// - Throws: `PayoutsFrozen`; a `Problem`: 422 on the field `amount`, 409 `changed_meanwhile` where another withdrawal was
    ///   made since the form was shown, 409 `idempotency_conflict`, 404 where the organisation is deleted.
    @discardableResult
    package func request(
        _ request: WithdrawalRequest, by permit: Permit<ManageBilling>, actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws -> Withdrawal {
        guard (1...PaymentRequest.clientKeyLengthMax).contains(request.clientKey.utf8.count) else {
            throw Problem(.invalid, code: "stale_form", word: "form.stale")
        }
        let organization = permit.organization
        let account = try connection.lockBooks(of: organization)
        if let first = try connection.withdrawal(clientKey: request.clientKey, in: organization, keys: keys) {
            guard first.amount == request.amount, first.target == request.target else {
                throw Problem.idempotencyConflict
            }
            return first
        }
        try Organization.hold(organization, in: connection)
        if let until = try PayoutFreeze.end(for: permit.person, at: now, in: connection) {
            throw PayoutsFrozen(until: until)
        }
        guard try connection.newestWithdrawal(of: organization) == request.newestSeen else {
            throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
        }
        try Withdrawal.check(request.amount, against: account)
        let id = try connection.insertWithdrawal(
            request, of: organization, by: permit.person, keys: keys, at: now)
        let withdrawal = try existing(id, in: connection)
        let transaction = try post(
            withdrawal, "requested",
            [
                .debit(.prepaid, withdrawal.amount, organization),
                .credit(.refundsInTransit, withdrawal.amount, organization, detail: withdrawal.reference),
            ], in: connection, at: now)
        try connection.movePrepaid(
            NewPrepaidMovement(
                organization: organization, amount: -withdrawal.amount, origin: .withdrawal, payment: nil,
                document: nil, transaction: transaction), at: now)
        try connection.announce(withdrawal.event(.requested, by: actor), at: now)
        return withdrawal
    }

    /// The customer changed their mind, while it is not with the bank: the money is back at once.
    /// - Throws: 404 where it is not the organisation's; 409 `withdrawal_under_way` where it is too late.
    package func cancel(
        _ id: WithdrawalID, by permit: Permit<ManageBilling>, actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws {
        let account = try connection.lockBooks(of: permit.organization)
        // A refund is the operator's.
        guard let withdrawal = try connection.withdrawal(id, in: permit.organization, keys: keys),
            withdrawal.refund == nil
        else { throw Problem.notFound }
        // The second click.
        if withdrawal.state == .cancelled { return }
        guard try connection.moveWithdrawal(id, from: [.requested], to: .cancelled, at: now) else {
            throw Problem(.conflict, code: "withdrawal_under_way", word: "billing.withdrawal.too_late")
        }
        try giveBack(withdrawal, "cancelled", account, from: .refundsInTransit, in: connection, at: now)
        try connection.announce(withdrawal.event(.cancelled, by: actor), at: now)
    }

    func existing(_ id: WithdrawalID, in connection: Connection) throws -> Withdrawal {
        guard let withdrawal = try connection.withdrawal(id, keys: keys) else { throw Problem.notFound }
        return withdrawal
    }

    func post(
        _ withdrawal: Withdrawal, _ step: String, _ postings: [Posting], in connection: Connection, at now: Instant
    ) throws -> LedgerTransactionID {
        try connection.post(
            LedgerTransaction(
                key: "withdrawal:\(withdrawal.id):\(step)", kind: withdrawal.refund == nil ? .withdrawal : .refund,
                organization: withdrawal.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now, postings: postings))
    }

    /// Back onto the prepaid account; what does not fit there any more is kept for the operator on 2031.
    func giveBack(
        _ withdrawal: Withdrawal, _ step: String, _ account: PrepaidAccount, from source: LedgerAccount,
        in connection: Connection, at now: Instant
    ) throws {
        let organization = withdrawal.organization
        let currency = withdrawal.amount.currency
        let fits = min(withdrawal.amount.minorUnits, account.room.minorUnits)
        let credited = Money(minorUnits: fits, currency)
        let kept = Money(minorUnits: withdrawal.amount.minorUnits - fits, currency)
        let transaction = try post(
            withdrawal, step,
            [
                .debit(
                    source, withdrawal.amount, source == .bank ? nil : organization, detail: withdrawal.reference),
                .credit(.prepaid, credited, organization),
                .credit(.unidentifiedReceipts, kept, organization, detail: withdrawal.reference),
            ], in: connection, at: now)
        if credited.isPositive {
            let refund = try withdrawal.refund.flatMap { try connection.refund($0) }
            try connection.movePrepaid(
                NewPrepaidMovement(
                    organization: organization, amount: credited,
                    origin: refund == nil ? .withdrawalReturned : .refundReturned, payment: refund?.payment,
                    document: refund?.document, transaction: transaction), at: now)
        }
    }
}

extension Withdrawal {
    /// - Throws: a `Problem` on the field `amount`.
    static func check(_ amount: Money, against account: PrepaidAccount) throws(Problem) {
        guard amount.minorUnits >= amountMinMinorUnits else {
            throw .field(
                "amount", "billing.withdrawal.too_little", code: "validation_rule_min",
                [
                    "currency": amount.currency.rawValue,
                    "min": Money(minorUnits: amountMinMinorUnits, amount.currency).plain,
                ])
        }
        guard amount.minorUnits <= account.available.minorUnits else {
            throw .field(
                "amount", "billing.withdrawal.too_much", code: "validation_rule_max",
                ["currency": amount.currency.rawValue, "available": account.available.plain])
        }
    }
}

/// The account was given back to whoever asks only lately (security.md, "Recovery").
package struct PayoutsFrozen: Error, Hashable {
    package let until: Instant

    package init(until: Instant) {
        self.until = until
    }
}
