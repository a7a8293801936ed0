package import Kernel
package import Storage

extension Payments {
    /// An operator says whose receipt the bank took back: what it had paid is open again, what it had put aside is taken from 2031
    /// and prepaid as far as that goes, against what lies on 2031 (billing.md, "RvslInd reverses"). What had been converted is taken
    /// at what it was booked for, over 1190. A receipt that nobody had told whose it is goes the way it came.
    /// - Throws: a `Problem`: 409 `not_open` where it was decided before, 422 on `receipt` where no receipt of that number can be
    ///   it.
    package func takeBack(
        _ id: BankEntryID, receipt: BankEntryID?, reason: String, by actor: Event.Actor, at now: Instant
    ) async throws {
        try await database.write { connection in
            try connection.holdBank()
            let entry = try connection.holdUnidentified(id)
            guard let receipt = try receipt.flatMap(connection.holdEntry), receipt.canBe(takenBackBy: entry) else {
                throw Problem.field("receipt", "billing.bank.no_receipt")
            }
            if let payment = try receipt.payment.flatMap(connection.payment) {
                try take(entry, from: payment, of: receipt, in: connection, by: actor, at: now)
            } else {
                guard receipt.amount == -entry.amount else {
                    throw Problem.field("receipt", "billing.bank.no_receipt")
                }
                try connection.execute(
                    "UPDATE bank_entry SET state = \(BankEntry.State.assigned) WHERE id IN \([id, receipt.id])")
            }
            try connection.announce(
                Event(
                    "BankEntryAssigned", by: actor, organization: receipt.organization, subject: "bank_entry",
                    id.rawValue,
                    payload: [
                        "amount": entry.amount.plain, "currency": entry.amount.currency.rawValue, "reason": reason,
                        "receipt": receipt.id.description,
                    ]), at: now)
        }
    }

    private func take(
        _ entry: BankEntry, from payment: Payment, of receipt: BankEntry, in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws {
        _ = try connection.lockBooks(of: payment.organization)
        let conversion = try connection.conversion(of: receipt.id)
        // What was refunded meanwhile is no longer there, and the bank has taken it all the same.
        let before = try connection.takenBack(of: payment.id)
        let left = (
            came: receipt.amount.minorUnits - (conversion?.taken ?? before), booked: payment.amount.minorUnits - before
        )
        guard -entry.amount.minorUnits <= left.came else {
            throw Problem.field("receipt", "billing.bank.receipt_gone")
        }
        let amount = Money(
            minorUnits: ExchangePart.share(-entry.amount.minorUnits, of: left.came, left.booked),
            payment.amount.currency)
        // A cent of another currency may have been booked for nothing.
        guard amount.isPositive else { throw Problem.field("receipt", "billing.bank.receipt_gone") }
        let reclaim = try Reclaim(
            try connection.shares(of: payment.id, amount, after: before), by: .transfer, of: payment.id,
            in: payment.organization, amount.currency, connection)
        let transaction = try connection.post(
            LedgerTransaction(
                key: "identified:\(entry.key)", kind: reclaim.cause.kind, organization: payment.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: reclaim.postings
                    + [.credit(.unidentifiedReceipts, -entry.amount, nil, detail: entry.key)]
                    + (conversion == nil
                        ? []
                        : [
                            .debit(.currencyExchange, -entry.amount, nil, detail: entry.key),
                            .credit(.currencyExchange, amount, nil, detail: entry.key),
                        ])))
        try connection.execute(
            """
            INSERT INTO bank_take_back (entry_id, receipt_id, payment_id, currency, amount, transaction_id)
            VALUES (\(entry.id), \(receipt.id), \(payment.id), \(amount.currency), \(amount.minorUnits), \(transaction))
            """)
        try connection.execute(
            """
            UPDATE bank_entry SET state = \(BankEntry.State.assigned), organization_id = \(payment.organization)
            WHERE id = \(entry.id)
            """)
        if let conversion {
            try connection.execute(
                """
                INSERT INTO bank_conversion (entry_id, rate, currency, amount, transaction_id)
                VALUES (\(entry.id), \(conversion.rate), \(amount.currency), \(-amount.minorUnits), \(transaction))
                """)
            try settleExchanges(from: entry.amount.currency, to: amount.currency, in: connection, at: now)
        }
        let told = -entry.amount
        try connection.announce(
            Event(
                "TransferTakenBack", by: actor, organization: payment.organization, subject: "payment",
                payment.id.rawValue,
                payload: [
                    "amount": told.plain, "currency": told.currency.rawValue, "into": amount.currency.rawValue,
                    "prepaid": reclaim.fromPrepaid.plain,
                    "documents": reclaim.shares.compactMap { $0.document?.description }.joined(separator: " "),
                ]), at: now)
        try connection.write(reclaim, reason: entry.key, by: transaction, actor: actor, at: now)
    }
}

extension BankEntry {
    /// Money that came before, at least as much, and that was not decided to be something else.
    fileprivate func canBe(takenBackBy entry: BankEntry) -> Bool {
        guard entry.amount.isNegative, amount.isPositive, amount.currency == entry.amount.currency,
            amount.minorUnits >= -entry.amount.minorUnits, bookedOn <= entry.bookedOn
        else { return false }
        switch state {
        case .posted, .assigned: return payment != nil
        case .unidentified, .returning: return true
        case .returned, .batch, .outgoing, .recognised: return false
        }
    }
}

extension Connection {
    /// How much of a payment the bank took back.
    fileprivate func takenBack(of payment: PaymentID) throws -> Int64 {
        try row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM bank_take_back
            WHERE payment_id = \(payment)
            """)?["amount"] ?? 0
    }

    /// For the work list: which receipt the bank may have taken back. Under the same reference, or of the same amount, with so
    /// much left of it; the newest first.
    func receipts(takenBackBy entry: BankEntry) throws -> [(entry: BankEntry, name: String?)] {
        guard entry.amount.isNegative else { return [] }
        return try rows(
            """
            SELECT e.id, o.name FROM bank_entry e LEFT JOIN organization o ON o.id = e.organization_id
            WHERE e.currency = \(entry.amount.currency) AND e.amount >= \(-entry.amount.minorUnits)
                AND (e.amount = \(-entry.amount.minorUnits) OR e.reference = \(entry.reference) AND e.reference <> '')
                AND (e.state IN ('posted', 'assigned') AND e.payment_id IS NOT NULL
                    OR e.state IN ('unidentified', 'returning'))
                AND e.booked_on <= \(entry.bookedOn)
                AND e.amount + CAST(COALESCE((
                    SELECT SUM(t.amount) FROM bank_take_back b JOIN bank_entry t ON t.id = b.entry_id
                    WHERE b.receipt_id = e.id
                ), 0) AS BIGINT) >= \(-entry.amount.minorUnits)
            ORDER BY CASE WHEN e.reference = \(entry.reference) AND e.reference <> '' THEN 0 ELSE 1 END, e.id DESC LIMIT 10
            """
        ).compactMap { row in
            let name: String? = try row["name"]
            return try bankEntry(row["id"]).map { ($0, name) }
        }
    }
}

extension Migration {
    /// Receipts that the bank took back, and what they had paid with.
    static let bankTakeBacks = Migration(
        "billing-035-bank-take-backs",
        """
        CREATE TABLE bank_take_back (
            entry_id BIGINT PRIMARY KEY REFERENCES bank_entry (id),
            receipt_id BIGINT NOT NULL REFERENCES bank_entry (id),
            payment_id BIGINT NOT NULL REFERENCES payment (id),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id)
        );
        CREATE INDEX bank_take_back_of_payment ON bank_take_back (payment_id);
        CREATE INDEX bank_take_back_of_receipt ON bank_take_back (receipt_id);
        """, appendOnly: ["bank_take_back"])
}
