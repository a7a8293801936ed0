import Kernel
import Storage

/// One side of an exchange that the bank told of.
struct ExchangeHalf: Hashable, Sendable {
    let entry: BankEntry
    /// What the bank named for the other side.
    let counter: Money?

    /// Days between the booking of both: a long weekend.
    static let nearDays = 7

    /// Whether the bank says that both are one exchange: by the amounts that it names, or, where it names none, by a reference
    /// of both.
    func belongs(to other: ExchangeHalf) -> Bool {
        guard entry.canBeExchanged(for: other.entry) else { return false }
        if counter == nil, other.counter == nil {
            return !entry.endToEndID.isEmpty && entry.endToEndID == other.entry.endToEndID
        }
        return (counter ?? other.entry.size) == other.entry.size && (other.counter ?? entry.size) == entry.size
    }
}

extension BankEntry {
    /// Without its sign.
    fileprivate var size: Money { amount.isNegative ? -amount : amount }

    /// One went out, the other came in, in another currency and about then.
    func canBeExchanged(for other: BankEntry) -> Bool {
        amount.currency != other.amount.currency && amount.isNegative != other.amount.isNegative
            && abs(bookedOn.days(until: other.bookedOn)) <= ExchangeHalf.nearDays
    }
}

extension WaitingConversion {
    /// Conversions, and those that were taken back: what of each is neither exchanged nor made good by another.
    static let leftovers: SQL = """
        SELECT c.entry_id, b.receipt_id AS takes_back, e.booked_on, e.currency AS came_in, c.currency AS booked_in,
            CASE WHEN c.amount > 0 THEN 0 ELSE 1 END AS is_back, CAST(ABS(e.amount) - COALESCE((
                SELECT SUM(CASE WHEN c.amount > 0 THEN p.sold ELSE p.bought END) FROM bank_exchange_part p
                WHERE p.entry_id = c.entry_id AND \(ExchangePart.isStanding)
            ), 0) - COALESCE((
                SELECT SUM(o.amount) FROM bank_conversion_offset o
                WHERE o.entry_id = c.entry_id OR o.taken_back_id = c.entry_id
            ), 0) AS BIGINT) AS came, CAST(ABS(c.amount) - COALESCE((
                SELECT SUM(p.converted) FROM bank_exchange_part p
                WHERE p.entry_id = c.entry_id AND \(ExchangePart.isStanding)
            ), 0) - COALESCE((
                SELECT SUM(CASE WHEN c.amount > 0 THEN o.booked ELSE o.taken END) FROM bank_conversion_offset o
                WHERE o.entry_id = c.entry_id OR o.taken_back_id = c.entry_id
            ), 0) AS BIGINT) AS booked
        FROM bank_conversion c JOIN bank_entry e ON e.id = c.entry_id LEFT JOIN bank_take_back b ON b.entry_id = c.entry_id
        """
}

extension ExchangePart {
    /// Of a row `p`: its exchange was not taken back.
    static let isStanding: SQL =
        "NOT EXISTS (SELECT 1 FROM bank_exchange_reversal r WHERE r.exchange_id = p.exchange_id)"
}

extension Connection {
    func insertHalf(_ entry: BankEntryID, counter: Money?) throws {
        try execute(
            """
            INSERT INTO bank_exchange_half (entry_id, counter_currency, counter_amount)
            VALUES (\(entry), \(counter?.currency), \(counter?.minorUnits))
            """)
    }

    /// Halves whose other one the bank has not told of.
    func waitingHalves() throws -> [ExchangeHalf] {
        let counters = try rows(
            """
            SELECT h.entry_id, h.counter_currency, h.counter_amount FROM bank_exchange_half h
            WHERE NOT EXISTS (SELECT 1 FROM bank_exchange x WHERE x.sold_entry_id = h.entry_id)
                AND NOT EXISTS (SELECT 1 FROM bank_exchange x WHERE x.bought_entry_id = h.entry_id)
                AND NOT EXISTS (SELECT 1 FROM bank_exchange_reversal r WHERE r.sold_entry_id = h.entry_id)
                AND NOT EXISTS (SELECT 1 FROM bank_exchange_reversal r WHERE r.bought_entry_id = h.entry_id)
            ORDER BY h.entry_id
            """)
        return try counters.compactMap { row in
            let (currency, amount): (Currency?, Int64?) = (try row["counter_currency"], try row["counter_amount"])
            let counter = currency.flatMap { currency in amount.map { Money(minorUnits: $0, currency) } }
            return try bankEntry(row["entry_id"]).map { ExchangeHalf(entry: $0, counter: counter) }
        }
    }

    /// For the work list: what may be the other half of an entry, nearest first.
    func exchangeCandidates(for entry: BankEntry) throws -> [BankEntry] {
        let (from, until) = (
            entry.bookedOn.adding(days: -ExchangeHalf.nearDays), entry.bookedOn.adding(days: ExchangeHalf.nearDays)
        )
        let open = try rows(
            """
            \(BankEntry.select) WHERE state IN ('unidentified', 'outgoing') AND organization_id IS NULL
                AND currency <> \(entry.amount.currency) AND booked_on BETWEEN \(from) AND \(until)
            ORDER BY id DESC LIMIT \(OwnMoney.listMax)
            """
        ).map(BankEntry.init)
        return (try waitingHalves().map(\.entry) + open).filter(entry.canBeExchanged).prefix(10).sorted {
            abs(entry.bookedOn.days(until: $0.bookedOn)) < abs(entry.bookedOn.days(until: $1.bookedOn))
        }
    }

    func insertExchange(sold: BankEntry, bought: BankEntry, at now: Instant) throws {
        try execute(
            """
            INSERT INTO bank_exchange (sold_entry_id, bought_entry_id, exchanged_on, happened_at)
            VALUES (\(sold.id), \(bought.id), \(sold.bookedOn), \(now))
            """)
    }

    /// Exchanges of which something is not counted against a conversion, oldest first.
    func openExchanges(from sold: Currency, to bought: Currency) throws -> [CurrencyExchange] {
        try rows(
            """
            SELECT id, exchanged_on, sold, bought FROM (
                SELECT x.id, x.exchanged_on, CAST(-s.amount - COALESCE((
                        SELECT SUM(p.sold) FROM bank_exchange_part p WHERE p.exchange_id = x.id
                    ), 0) AS BIGINT) AS sold, CAST(b.amount - COALESCE((
                        SELECT SUM(p.bought) FROM bank_exchange_part p WHERE p.exchange_id = x.id
                    ), 0) AS BIGINT) AS bought
                FROM bank_exchange x JOIN bank_entry s ON s.id = x.sold_entry_id JOIN bank_entry b ON b.id = x.bought_entry_id
                WHERE s.currency = \(sold) AND b.currency = \(bought)
                    AND NOT EXISTS (SELECT 1 FROM bank_exchange_reversal r WHERE r.exchange_id = x.id)
            ) exchanges
            WHERE sold > 0 ORDER BY id
            """
        ).map {
            CurrencyExchange(
                id: try $0["id"], on: try $0["exchanged_on"], sold: try $0["sold"], bought: try $0["bought"])
        }
    }

    /// Conversions of which something was not exchanged, oldest first.
    /// - Parameter isBack: those that were taken back and are not made good, instead.
    func waitingConversions(
        from came: Currency, to booked: Currency, isBack: Bool = false
    ) throws -> [WaitingConversion] {
        try rows(
            """
            SELECT entry_id, takes_back, booked_on, came, booked FROM (\(WaitingConversion.leftovers)) conversions
            WHERE is_back = \(isBack ? 1 : 0) AND came_in = \(came) AND booked_in = \(booked) AND came > 0 ORDER BY entry_id
            """
        ).map {
            WaitingConversion(
                entry: try $0["entry_id"], takesBack: try $0["takes_back"], cameOn: try $0["booked_on"],
                came: try $0["came"], booked: try $0["booked"])
        }
    }

    func insertPart(_ part: ExchangePart) throws -> Identifier<ExchangePart> {
        try insert(
            """
            INSERT INTO bank_exchange_part (exchange_id, entry_id, sold, bought, converted)
            VALUES (\(part.exchange), \(part.entry), \(part.sold), \(part.bought), \(part.converted))
            RETURNING id
            """)
    }
}
