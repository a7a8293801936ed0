package import Kernel
package import Storage

extension Payments {
    /// A half of an exchange between accounts of ours: 1190 stands between both, each is booked with its own entry.
    /// - Returns: false where it is none, as far as the bank says.
    /// - Precondition: the bank is held (`holdBank`).
    func exchange(
        _ movement: BankMovement, of file: BankImportID, in connection: Connection, at now: Instant
    ) throws -> Bool {
        guard isHalfOfExchange(movement), let told = movement.exchange else { return false }
        let transaction = try connection.post(
            LedgerTransaction(
                key: movement.key, kind: .transfer, organization: nil, effectiveOn: movement.bookedOn, happenedAt: now,
                postings: [
                    .debit(.bank, movement.amount, nil, detail: movement.key),
                    .credit(.currencyExchange, movement.amount, nil, detail: movement.key),
                ]))
        try connection.insertEntries(
            [NewBankEntry(movement: movement, state: .posted, transaction: transaction)], of: file)
        let entry = try connection.row("\(BankEntry.select) WHERE key = \(movement.key)").map(BankEntry.init)
        guard let entry else { preconditionFailure("An entry that was just written is there.") }
        let half = ExchangeHalf(entry: entry, counter: told.counter)
        let others = try connection.waitingHalves().filter(half.belongs)
        try connection.insertHalf(entry.id, counter: told.counter)
        if others.count == 1 { try complete(entry, others[0].entry, in: connection, at: now) }
        return true
    }

    func isHalfOfExchange(_ movement: BankMovement) -> Bool {
        guard let told = movement.exchange, !movement.isReversal, !movement.isBatch else { return false }
        if told.isTrade { return true }
        guard told.counter != nil, let iban = IBAN(told.otherIBAN) else { return false }
        return issuer.accounts.contains { $0.iban == iban } || payouts.accounts.contains { $0.iban == iban }
    }

    /// An operator says which two movements are one exchange, where the bank's file does not. Two that the bank booked to take an
    /// exchange back are the end of that one.
    /// - Throws: a `Problem`: 409 `not_open` where one was decided before, 422 on `other` where they cannot be one.
    package func assignExchange(
        _ id: BankEntryID, with other: BankEntryID?, reason: String, by actor: Event.Actor, at now: Instant
    ) async throws {
        try await database.write { connection in
            try connection.holdBank()
            guard let entry = try connection.holdEntry(id) else { throw Problem.notFound }
            guard let other = try other.flatMap(connection.holdEntry), entry.canBeExchanged(for: other) else {
                throw Problem.field("other", "billing.bank.no_exchange")
            }
            let waiting = Set(try connection.waitingHalves().map(\.entry.id))
            for half in [entry, other] where !waiting.contains(half.id) {
                try becomesHalf(half, in: connection, at: now)
            }
            if let undone = try connection.exchange(undoneBy: entry, other) {
                let (soldBack, boughtBack) = entry.amount.isPositive ? (entry, other) : (other, entry)
                try undo(undone, soldBack: soldBack, boughtBack: boughtBack, in: connection, at: now)
            } else {
                try complete(entry, other, in: connection, at: now)
            }
            try connection.announce(
                Event(
                    "BankEntryAssigned", by: actor, subject: "bank_entry", id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue, "reason": reason,
                        "exchanged": "\(other.amount.currency.rawValue) \(other.amount.plain)",
                    ]), at: now)
        }
    }

    /// What lies on 2031 goes from there to 1190; what went out was only noted until now.
    private func becomesHalf(_ entry: BankEntry, in connection: Connection, at now: Instant) throws {
        let key: String
        let kind: LedgerTransaction.Kind
        let source: Posting
        switch entry.state {
        case .unidentified:
            (key, kind) = ("identified:\(entry.key)", .identification)
            source = .debit(.unidentifiedReceipts, entry.amount, nil, detail: entry.key)
        case .outgoing:
            (key, kind) = (entry.key, .transfer)
            source = .debit(.bank, entry.amount, nil, detail: entry.key)
        default: throw Problem(.conflict, code: "not_open", word: "billing.bank.decided_before")
        }
        let transaction = try connection.post(
            LedgerTransaction(
                key: key, kind: kind, organization: nil,
                effectiveOn: entry.state == .outgoing ? entry.bookedOn : issuer.zone.day(of: now), happenedAt: now,
                postings: [source, .credit(.currencyExchange, entry.amount, nil, detail: entry.key)]))
        try connection.execute(
            """
            UPDATE bank_entry SET state = \(entry.state == .outgoing ? BankEntry.State.posted : .assigned),
                transaction_id = COALESCE(transaction_id, \(transaction))
            WHERE id = \(entry.id)
            """)
        try connection.insertHalf(entry.id, counter: nil)
    }

    private func complete(
        _ one: BankEntry, _ other: BankEntry, in connection: Connection, at now: Instant
    ) throws {
        let (sold, bought) = one.amount.isNegative ? (one, other) : (other, one)
        try connection.insertExchange(sold: sold, bought: bought, at: now)
        try settleExchanges(from: sold.amount.currency, to: bought.amount.currency, in: connection, at: now)
    }

    /// What the bank gave for money that had been converted at another rate: the difference leaves 1190 for 6949. Asked after
    /// each exchange and each conversion, for either may come first, and after each that was taken back.
    func settleExchanges(from sold: Currency, to bought: Currency, in connection: Connection, at now: Instant) throws {
        for (came, booked) in [(sold, bought), (bought, sold)] {
            try makeGood(came, booked, in: connection, at: now)
            try settle(
                ExchangePart.of(
                    try connection.openExchanges(from: came, to: booked),
                    try connection.waitingConversions(from: came, to: booked)), booked, in: connection, at: now)
            try settle(
                ExchangePart.of(
                    try connection.openExchanges(from: booked, to: came),
                    try connection.waitingConversions(from: came, to: booked, isBack: true)), booked, in: connection,
                at: now)
        }
    }

    private func settle(
        _ parts: [ExchangePart], _ booked: Currency, in connection: Connection, at now: Instant
    ) throws {
        for part in parts {
            let id = try connection.insertPart(part)
            try postDifference(
                Money(minorUnits: part.difference, booked), key: "exchange:part:\(id)", in: connection, at: now)
        }
    }

    /// What was taken back is paid with what waits to be exchanged.
    private func makeGood(
        _ came: Currency, _ booked: Currency, in connection: Connection, at now: Instant
    ) throws {
        let takenBack = try connection.waitingConversions(from: came, to: booked, isBack: true)
        if takenBack.isEmpty { return }
        for offset in ConversionOffset.of(takenBack, try connection.waitingConversions(from: came, to: booked)) {
            let id = try connection.insertOffset(offset)
            try postDifference(
                Money(minorUnits: offset.difference, booked), key: "exchange:offset:\(id)", in: connection, at: now)
        }
    }
}
