package import Kernel
package import Storage

extension Payments {
    /// Somebody told whose an unidentified receipt is: 2031 / what it pays, or prepaid.
    /// - Throws: a `Problem`: 409 `not_open` where it was decided before, 422 where the currencies differ, or where the receiver is
    ///   none.
    package func assign(
        _ id: BankEntryID, to receiver: BankReceiver, reason: String, by actor: Event.Actor, at now: Instant
    ) async throws {
        try await database.write { connection in
            let entry = try connection.holdUnidentified(id)
            let target = try connection.target(receiver, of: entry)
            guard entry.amount.isPositive, entry.amount.currency == target.currency else {
                throw Problem.field(
                    "decision", "billing.bank.other_currency", code: "currency_mismatch",
                    ["currency": target.currency.rawValue])
            }
            let receipt = Receipt(
                amount: entry.amount, key: "identified:\(entry.key)", kind: .identification,
                source: .unidentifiedReceipts, bookedOn: issuer.zone.day(of: now))
            let fulfilment = BankMatch.fulfilment(of: entry.amount, for: target, receiver: receiver)
            let (payment, _) = try postTransfer(
                receipt, to: target, as: fulfilment, in: connection, by: actor, at: now)
            try connection.execute(
                """
                UPDATE bank_entry SET state = \(BankEntry.State.assigned), organization_id = \(target.organization),
                    payment_id = \(payment)
                WHERE id = \(id)
                """)
            try connection.announce(
                Event(
                    "BankEntryAssigned", by: actor, organization: target.organization, subject: "bank_entry",
                    id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue, "reason": reason,
                    ]), at: now)
        }
    }

    /// It goes back to whoever sent it: it stays on account 2031 until the bank tells of the transfer,
    /// under the text the page names.
    func sendBack(_ id: BankEntryID, reason: String, by actor: Event.Actor, at now: Instant) async throws {
        try await database.write { connection in
            let entry = try connection.holdUnidentified(id)
            guard entry.amount.isPositive else { throw Problem.field("decision", "billing.bank.nothing_to_return") }
            try connection.execute(
                "UPDATE bank_entry SET state = \(BankEntry.State.returning) WHERE id = \(id)")
            try connection.announce(
                Event(
                    "BankEntryReturned", by: actor, organization: entry.organization, subject: "bank_entry",
                    id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue, "reason": reason,
                    ]), at: now)
        }
    }

    /// Money that went out under the text of a return: 2031 / 1020.
    /// - Returns: nil where it is none.
    func confirmReturn(
        by movement: BankMovement, in connection: Connection, at now: Instant
    ) throws -> LedgerTransactionID? {
        guard let id = BankEntry.returned(in: "\(movement.endToEndID) \(movement.message)"),
            let entry = try connection.bankEntry(id), entry.state == .returning, entry.amount == -movement.amount
        else { return nil }
        try connection.execute("UPDATE bank_entry SET state = \(BankEntry.State.returned) WHERE id = \(id)")
        return try connection.post(
            LedgerTransaction(
                key: movement.key, kind: .transfer, organization: nil, effectiveOn: movement.bookedOn, happenedAt: now,
                postings: [
                    .debit(.unidentifiedReceipts, entry.amount, nil, detail: entry.returnText),
                    .credit(.bank, entry.amount, nil, detail: movement.key),
                ]))
    }
}

extension BankEntry {
    /// What the operator types into the transfer that sends it back, and recognises it by.
    var returnText: String { "RETURN-\(id)" }

    static func returned(in text: String) -> BankEntryID? {
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) where word.hasPrefix("RETURN-") {
            if let id = BankEntryID(String(word.dropFirst("RETURN-".count))) { return id }
        }
        return nil
    }
}

extension Connection {
    /// Nobody decides about it until the transaction ends. Whoever holds two of them holds the bank before.
    func holdEntry(_ id: BankEntryID) throws -> BankEntry? {
        try lock("bank_entry", id)
        return try bankEntry(id)
    }

    /// Two people who decide about the same receipt: the second is told.
    func holdUnidentified(_ id: BankEntryID) throws -> BankEntry {
        guard let entry = try holdEntry(id) else { throw Problem.notFound }
        guard entry.state == .unidentified else {
            throw Problem(.conflict, code: "not_open", word: "billing.bank.decided_before")
        }
        return entry
    }
}
