package import Kernel
package import Storage
import Web

/// What the operator does with withdrawals: a file for the bank, and what became of it.
package struct Payouts: Sendable {
    package let withdrawals: Withdrawals
    let accounts: [PayingAccount]

    package init(withdrawals: Withdrawals, accounts: [PayingAccount]) {
        self.withdrawals = withdrawals
        self.accounts = accounts
    }

    /// Puts everything that waits for the bank into one file: each into one file only, however often this is called.
    /// - Parameter nonce: makes the message id unique for the bank, over databases that were started afresh too.
    /// - Throws: 422 on the field `execution_on` for a day that is over or too far away; 409 `nothing_to_pay_out`, 409
    ///   `no_paying_account`.
    package func makeFile(
        executionOn: Day, nonce: String, by person: PersonID, actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws -> PayoutFile {
        let today = withdrawals.issuer.zone.day(of: now)
        guard (0...Payouts.daysAheadMax).contains(today.days(until: executionOn)) else {
            throw Problem.field(
                "execution_on", "billing.payout.execution_wrong", ["days": String(Payouts.daysAheadMax)])
        }
        let waiting = try connection.withdrawalsRequested(
            .bank, limit: CreditTransferFile.transfersMax, keys: withdrawals.keys)
        guard !waiting.isEmpty else {
            throw Problem(.conflict, code: "nothing_to_pay_out", word: "billing.payout.nothing")
        }
        let file = try CreditTransferFile(
            messageID: "KONTOR-\(today.description.filter { $0 != "-" })-\(nonce)", payer: withdrawals.issuer.name,
            accounts: accounts, transfers: try waiting.map { try transfer($0, in: connection) },
            executionOn: executionOn, madeAt: now)
        let id = try connection.insertPayoutFile(file, by: person, keys: withdrawals.keys, at: now)
        for withdrawal in waiting {
            // Cancelled between the read and now: the file would pay what is back on the account.
            guard try connection.putWithdrawal(withdrawal.id, into: id) else {
                throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
            }
        }
        try connection.announce(
            Event(
                "PayoutFileMade", by: actor, subject: "payout_file", id.rawValue,
                payload: ["message_id": file.messageID, "transfers": String(file.transfers.count)]), at: now)
        guard let made = try connection.payoutFile(id) else {
            preconditionFailure("A file that was just kept is there.")
        }
        return made
    }

    /// Banks take orders for so long ahead.
    static let daysAheadMax = 60

    /// The address goes along where the account is the organisation's own.
    private func transfer(_ withdrawal: Withdrawal, in connection: Connection) throws -> CreditTransfer {
        guard case .bank(let iban, let holder) = withdrawal.target else {
            preconditionFailure("Only transfers wait for the bank.")
        }
        let recipient = try Billing.recipient(connection, withdrawal.organization)
        let isOwn = recipient.name.lowercased() == holder.lowercased() && !recipient.town.isEmpty
        let address = CreditTransfer.Address(
            street: recipient.street, postcode: recipient.postcode, town: recipient.town, country: recipient.country)
        return CreditTransfer(
            reference: withdrawal.reference, amount: withdrawal.amount, iban: iban, holder: holder,
            address: isOwn ? address : nil, message: "\(withdrawals.issuer.name) \(withdrawal.reference)")
    }

    /// All of a file that is not settled yet.
    /// - Parameter reason: nil where it was paid.
    /// - Returns: how many this call settled.
    package func settle(
        _ file: PayoutFileID, returnedBecause reason: String?, by actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws -> Int {
        guard try connection.payoutFile(file) != nil else { throw Problem.notFound }
        return try connection.withdrawals(in: file, keys: withdrawals.keys).filter { $0.state == .inFile }
            .reduce(0) { count, withdrawal in
                let isNew =
                    if let reason {
                        try withdrawals.markReturned(
                            withdrawal.id, reason: reason, by: actor, in: connection, at: now)
                    } else {
                        try withdrawals.markPaid(
                            withdrawal.id, outsideReference: nil, by: actor, in: connection, at: now)
                    }
                return isNew ? count + 1 : count
            }
    }
}
