package import Kernel
package import Storage

extension Payments {
    /// An operator says which payout, or which of our own payments, an unidentified movement is: it is on account 1020 twice until
    /// now, so 2031 / 1020 for what comes in, and the other way round for what went out.
    /// - Parameter name: `po_…`, as the processor calls its payout, or `WD-…` for a payment of ours.
    /// - Throws: a `Problem`: 409 `not_open` where it was decided before, 422 on `own` where nothing of that name and amount
    ///   waits for the bank to tell of it.
    package func assignOwn(
        _ id: BankEntryID, named name: String, reason: String, by actor: Event.Actor, at now: Instant
    ) async throws {
        let issuer = issuer
        try await database.write { connection in
            try connection.holdBank()
            let entry = try connection.holdUnidentified(id)
            guard let own = try connection.ownMoney(named: name, of: entry.amount) else {
                throw Problem.field("own", "billing.bank.not_own", ["amount": entry.amount.plain])
            }
            try connection.post(
                LedgerTransaction(
                    key: "identified:\(entry.key)", kind: .identification, organization: nil,
                    effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                    postings: [
                        .debit(.unidentifiedReceipts, entry.amount, nil, detail: name),
                        .credit(.bank, entry.amount, nil, detail: name),
                    ]))
            try connection.claim(own, for: id)
            try connection.announce(
                Event(
                    "BankEntryAssigned", by: actor, subject: "bank_entry", id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue, "reason": reason,
                        "own": name,
                    ]), at: now)
        }
    }
}

extension Connection {
    /// For the work list: payouts of exactly this amount that the bank has not told of, as the processor calls them.
    func ownMoneySuggestions(for entry: BankEntry) throws -> [String] {
        try ownMoney(for: entry.told).filter { $0.amount == entry.amount && !$0.isTold }.map(\.reference)
    }
}
