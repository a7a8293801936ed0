import Kernel
import Storage

extension Payments {
    /// Our own money on its way between our accounts, or on its way out: booked with what it belongs to, once, and not as
    /// somebody's receipt.
    /// - Parameter own: what it may be.
    /// - Returns: false where it is none, or where nobody could tell which.
    /// - Precondition: the bank is held (`holdBank`).
    func recognise(
        _ movement: BankMovement, among own: [OwnMoney], of file: BankImportID, in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws -> Bool {
        if try exchange(movement, of: file, in: connection, at: now) { return true }
        var transactions: [LedgerTransactionID] = []
        if movement.isReversal, movement.amount.isPositive {
            if try setOff(movement, of: file, in: connection, at: now) { return true }
            transactions = try paymentReturned(by: movement, in: connection, actor: actor, at: now).map { [$0] } ?? []
        } else if movement.amount.isNegative, !movement.isReversal {
            transactions =
                try paymentBooked(by: movement, in: connection, actor: actor, at: now).map { [$0] }
                ?? fileBooked(by: movement, in: connection, actor: actor, at: now)
        }
        if transactions.isEmpty, !movement.isBatch {
            transactions = OwnMoney.match(movement.told, among: own).map { [$0.transaction] } ?? []
        }
        if transactions.isEmpty { return false }
        try connection.insertRecognised(movement, as: transactions, of: file)
        return true
    }

    /// A payment of ours has left, by the reference that we gave it and the bank repeats.
    private func paymentBooked(
        by movement: BankMovement, in connection: Connection, actor: Event.Actor, at now: Instant
    ) throws -> LedgerTransactionID? {
        guard let withdrawal = try withdrawal(of: movement, in: connection) else { return nil }
        if withdrawal.state == .inFile {
            _ = try payouts.withdrawals.settle(
                endToEnd: movement.endToEndID, withdrawal.amount, bankReference: movement.key, by: actor,
                in: connection, at: now)
        }
        return try connection.freeBooking("withdrawal:\(withdrawal.id):paid", of: movement.amount)
    }

    /// A payment of ours came back. What the bank has not told of as gone until now has gone and come back.
    private func paymentReturned(
        by movement: BankMovement, in connection: Connection, actor: Event.Actor, at now: Instant
    ) throws -> LedgerTransactionID? {
        guard let withdrawal = try withdrawal(of: movement, in: connection) else { return nil }
        let withdrawals = payouts.withdrawals
        if withdrawal.state == .inFile {
            try withdrawals.markPaid(
                withdrawal.id, outsideReference: movement.key, by: actor, in: connection, at: now)
        }
        if withdrawal.state == .inFile || withdrawal.state == .paid {
            let reason = movement.returnReason.isEmpty ? Withdrawal.noReason : movement.returnReason
            try withdrawals.markReturned(withdrawal.id, reason: reason, by: actor, in: connection, at: now)
        }
        return try connection.freeBooking("withdrawal:\(withdrawal.id):returned", of: movement.amount)
    }

    /// All payments of one of our files in one sum, as some banks book them.
    private func fileBooked(
        by movement: BankMovement, in connection: Connection, actor: Event.Actor, at now: Instant
    ) throws -> [LedgerTransactionID] {
        let withdrawals = payouts.withdrawals
        guard movement.endToEndID.isEmpty, let file = try connection.payoutFile(named: movement.batchID) else {
            return []
        }
        var open: [Withdrawal] = []
        var sum: Int64 = 0
        for withdrawal in try connection.withdrawals(in: file, keys: withdrawals.keys)
        where withdrawal.amount.currency == movement.amount.currency {
            let isFree = try connection.freeBooking("withdrawal:\(withdrawal.id):paid", of: -withdrawal.amount) != nil
            guard withdrawal.state == .inFile || isFree else { continue }
            open.append(withdrawal)
            sum += withdrawal.amount.minorUnits
        }
        guard sum == -movement.amount.minorUnits else { return [] }
        for withdrawal in open where withdrawal.state == .inFile {
            try withdrawals.markPaid(
                withdrawal.id, outsideReference: movement.key, by: actor, in: connection, at: now)
        }
        return try open.compactMap {
            try connection.freeBooking("withdrawal:\($0.id):paid", of: -$0.amount)
        }
    }

    /// What the books never had as sent went out and came back: both lie on 2031, and are nothing together.
    private func setOff(
        _ movement: BankMovement, of file: BankImportID, in connection: Connection, at now: Instant
    ) throws -> Bool {
        guard Withdrawal.id(movement.endToEndID) != nil,
            let other = try connection.unidentifiedDebit(movement.endToEndID, of: -movement.amount)
        else { return false }
        let transaction = try connection.post(unidentified(movement, at: now))
        try connection.insertEntries(
            [NewBankEntry(movement: movement, state: .assigned, transaction: transaction)], of: file)
        try connection.execute(
            "UPDATE bank_entry SET state = \(BankEntry.State.assigned) WHERE id = \(other)")
        return true
    }

    /// A debit under a reference of ours that the books do not have as sent: the money has left all the same, so it is kept
    /// on 2031 until somebody says what happened. One that an entry stands for already is only told again.
    func contradictsTheBooks(_ movement: BankMovement, in connection: Connection) throws -> Bool {
        // Sent back, though it is not to be sent back any more: the bank took the receipt back before.
        if let id = BankEntry.returned(in: "\(movement.endToEndID) \(movement.message)"),
            try connection.bankEntry(id) != nil
        {
            return true
        }
        guard let id = Withdrawal.id(movement.endToEndID),
            try connection.withdrawal(id, keys: payouts.withdrawals.keys) != nil
        else { return false }
        return try connection.row(
            """
            SELECT 1 AS one FROM bank_entry_booking b JOIN ledger_transaction t ON t.id = b.transaction_id
            WHERE t.key = \("withdrawal:\(id):paid")
            """) == nil
    }

    private func withdrawal(of movement: BankMovement, in connection: Connection) throws -> Withdrawal? {
        guard let id = Withdrawal.id(movement.endToEndID),
            let found = try connection.withdrawal(id, keys: payouts.withdrawals.keys), found.target.method == .bank,
            found.amount.currency == movement.amount.currency,
            found.amount.minorUnits == abs(movement.amount.minorUnits)
        else { return nil }
        return found
    }
}

extension Withdrawal {
    /// Where the bank gives none: ISO 20022's code for a reason that is not specified.
    static let noReason = "MS03"
}

extension Connection {
    /// A file of ours, as the bank names it: by its message, or by the group of payments in one currency.
    fileprivate func payoutFile(named name: String) throws -> PayoutFileID? {
        if name.isEmpty { return nil }
        let suffix = Currency.allCases.map { "-\($0.rawValue)" }.first { name.hasSuffix($0) } ?? ""
        return try row(
            "SELECT id FROM payout_file WHERE message_id IN \([name, String(name.dropLast(suffix.count))])")?["id"]
    }

    /// The words of the index stand there as they do in it, or SQLite would not use it.
    fileprivate func unidentifiedDebit(_ endToEndID: String, of amount: Money) throws -> BankEntryID? {
        try row(
            """
            SELECT id FROM bank_entry WHERE state IN ('unidentified', 'outgoing') AND state = 'unidentified'
                AND currency = \(amount.currency) AND amount = \(amount.minorUnits) AND end_to_end_id = \(endToEndID)
            ORDER BY id LIMIT 1
            """)?["id"]
    }
}
