import Kernel
import Storage

extension Payments {
    /// An exchange that the bank took back was none: what it had come to for conversions is booked back (6949 / 1190), and they
    /// wait for the next one.
    func undo(
        _ exchange: Int64, soldBack: BankEntry, boughtBack: BankEntry, in connection: Connection, at now: Instant
    ) throws {
        for part in try connection.parts(of: exchange) {
            try postDifference(-part.difference, key: "exchange:part:\(part.id):reversed", in: connection, at: now)
        }
        try connection.execute(
            """
            INSERT INTO bank_exchange_reversal (exchange_id, sold_entry_id, bought_entry_id, happened_at)
            VALUES (\(exchange), \(soldBack.id), \(boughtBack.id), \(now))
            """)
        try settleExchanges(
            from: soldBack.amount.currency, to: boughtBack.amount.currency, in: connection, at: now)
    }

    /// What something came to more or less than it was booked for: 1190 / 6949.
    func postDifference(_ difference: Money, key: String, in connection: Connection, at now: Instant) throws {
        if difference.isZero { return }
        try connection.post(
            LedgerTransaction(
                key: key, kind: .exchangeDifference, organization: nil, effectiveOn: issuer.zone.day(of: now),
                happenedAt: now,
                postings: [
                    .debit(.currencyExchange, difference, nil, detail: key),
                    .credit(.exchangeDifference, difference, nil, detail: key),
                ]))
    }
}

extension Connection {
    /// The newest exchange of which these are the halves, taken back by the bank: exactly the opposite, and not before.
    func exchange(undoneBy one: BankEntry, _ other: BankEntry) throws -> Int64? {
        guard one.reason == .takenBack, other.reason == .takenBack else { return nil }
        let (soldBack, boughtBack) = one.amount.isPositive ? (one, other) : (other, one)
        return try row(
            """
            SELECT x.id FROM bank_exchange x
            JOIN bank_entry s ON s.id = x.sold_entry_id JOIN bank_entry b ON b.id = x.bought_entry_id
            WHERE s.currency = \(soldBack.amount.currency) AND s.amount = \(-soldBack.amount.minorUnits)
                AND b.currency = \(boughtBack.amount.currency) AND b.amount = \(-boughtBack.amount.minorUnits)
                AND s.booked_on <= \(soldBack.bookedOn) AND b.booked_on <= \(boughtBack.bookedOn)
                AND NOT EXISTS (SELECT 1 FROM bank_exchange_reversal r WHERE r.exchange_id = x.id)
            ORDER BY x.id DESC LIMIT 1
            """)?["id"]
    }

    /// What an exchange came to for each conversion.
    fileprivate func parts(of exchange: Int64) throws -> [(id: Int64, difference: Money)] {
        try rows(
            """
            SELECT p.id, c.currency, \(ExchangePart.differenceColumn) AS difference
            FROM bank_exchange_part p JOIN bank_conversion c ON c.entry_id = p.entry_id
            WHERE p.exchange_id = \(exchange) ORDER BY p.id
            """
        ).map { (try $0["id"], Money(minorUnits: try $0["difference"], try $0["currency"])) }
    }
}
