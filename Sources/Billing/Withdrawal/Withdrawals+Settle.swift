package import Kernel
package import Storage

extension Withdrawals {
    /// The money has left: 2032 / 1020. A second time changes nothing.
    /// - Parameter outsideReference: what PayPal or the bank calls it.
    /// - Returns: whether this call settled it.
    /// - Throws: 404 for an unknown one; 409 `withdrawal_settled` where it was cancelled or came back.
    @discardableResult
    package func markPaid(
        _ id: WithdrawalID, outsideReference: String?, by actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws -> Bool {
        let found = try existing(id, in: connection)
        _ = try connection.lockBooks(of: found.organization)
        let withdrawal = try existing(id, in: connection)
        if withdrawal.state == .paid { return false }
        guard withdrawal.canBePaid,
            try connection.moveWithdrawal(
                id, from: [.requested, .inFile], to: .paid, outsideReference: outsideReference, at: now)
        else { throw Withdrawals.settled }
        _ = try post(
            withdrawal, "paid",
            [
                .debit(.refundsInTransit, withdrawal.amount, withdrawal.organization, detail: withdrawal.reference),
                .credit(.bank, withdrawal.amount, nil, detail: withdrawal.reference),
            ], in: connection, at: now)
        if let refund = withdrawal.refund {
            try connection.follow(withdrawal, refund, returnedBecause: nil, by: actor, at: now)
        } else {
            try connection.announce(withdrawal.event(.paid, by: actor), at: now)
        }
        return true
    }

    /// It did not arrive, and the money is back: 2032 / 2030, or 1020 / 2030 where it had been paid. A second time changes
    /// nothing.
    /// - Parameter reason: told to the customer.
    /// - Returns: whether this call settled it.
    /// - Throws: 404 for an unknown one; 409 `withdrawal_settled` where it was cancelled.
    @discardableResult
    package func markReturned(
        _ id: WithdrawalID, reason: String, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws -> Bool {
        let found = try existing(id, in: connection)
        let account = try connection.lockBooks(of: found.organization)
        let withdrawal = try existing(id, in: connection)
        if withdrawal.state == .returned { return false }
        guard
            try connection.moveWithdrawal(
                id, from: [.requested, .inFile, .paid], to: .returned, reason: reason, at: now)
        else { throw Withdrawals.settled }
        try giveBack(
            withdrawal, "returned", account, from: withdrawal.state == .paid ? .bank : .refundsInTransit,
            in: connection, at: now)
        if let refund = withdrawal.refund {
            try connection.follow(withdrawal, refund, returnedBecause: reason, by: actor, at: now)
        } else {
            try connection.announce(
                withdrawal.event(.returned, by: actor, ["reason": reason]), at: now)
        }
        return true
    }

    /// For the import of bank statements: a debit that was booked with one of our references. The same booking told twice is
    /// settled once.
    /// - Returns: the withdrawal, which is paid now; nil where the reference is none of ours, or the amount another one.
    /// - Throws: 409 `withdrawal_settled` where it was cancelled or came back before.
    package func settle(
        endToEnd reference: String, _ amount: Money, bankReference: String, by actor: Event.Actor,
        in connection: Connection, at now: Instant
    ) throws -> Withdrawal? {
        guard let id = Withdrawal.id(reference), let found = try connection.withdrawal(id, keys: keys),
            found.amount == amount, found.target.method == .bank
        else { return nil }
        try markPaid(id, outsideReference: bankReference, by: actor, in: connection, at: now)
        return try existing(id, in: connection)
    }

    private static let settled = Problem(
        .conflict, code: "withdrawal_settled", word: "billing.withdrawal.settled")
}

extension Withdrawal {
    /// A transfer that is in no file was not sent.
    fileprivate var canBePaid: Bool {
        switch target.method {
        case .bank: state == .inFile
        case .payPal: state == .requested
        }
    }
}
