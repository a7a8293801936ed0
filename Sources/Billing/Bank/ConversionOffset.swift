import Kernel
import Storage

/// Money that waited to be exchanged, and paid for what was taken back instead.
struct ConversionOffset: Hashable, Sendable {
    let takenBack: BankEntryID
    let entry: BankEntryID
    let amount: Int64
    /// What the money that waited had been booked for, and what was taken back.
    let booked: Int64
    let taken: Int64

    var difference: Int64 { taken - booked }

    /// Its own receipt first, then the oldest.
    static func of(_ takenBack: [WaitingConversion], _ waiting: [WaitingConversion]) -> [ConversionOffset] {
        var waiting = waiting
        var offsets: [ConversionOffset] = []
        for var back in takenBack {
            let own = waiting.indices.filter { waiting[$0].entry == back.takesBack }
            for index in own + waiting.indices.filter({ waiting[$0].entry != back.takesBack }) {
                let amount = min(back.came, waiting[index].came)
                if amount <= 0 { continue }
                let offset = ConversionOffset(
                    takenBack: back.entry, entry: waiting[index].entry, amount: amount,
                    booked: ExchangePart.share(amount, of: waiting[index].came, waiting[index].booked),
                    taken: ExchangePart.share(amount, of: back.came, back.booked))
                offsets.append(offset)
                back.came -= amount
                back.booked -= offset.taken
                waiting[index].came -= amount
                waiting[index].booked -= offset.booked
            }
        }
        return offsets
    }
}

extension Connection {
    /// What became of a receipt that was converted, and how much of it was taken back until now.
    func conversion(of receipt: BankEntryID) throws -> (rate: Int64, booked: Money, taken: Int64)? {
        let row = try row(
            """
            SELECT c.rate, c.currency, c.amount, CAST(COALESCE((
                    SELECT SUM(-t.amount) FROM bank_take_back b JOIN bank_entry t ON t.id = b.entry_id
                    WHERE b.receipt_id = c.entry_id
                ), 0) AS BIGINT) AS taken
            FROM bank_conversion c WHERE c.entry_id = \(receipt)
            """)
        return try row.map {
            (try $0["rate"], Money(minorUnits: try $0["amount"], try $0["currency"]), try $0["taken"])
        }
    }

    func insertOffset(_ offset: ConversionOffset) throws -> Identifier<ConversionOffset> {
        try insert(
            """
            INSERT INTO bank_conversion_offset (taken_back_id, entry_id, amount, booked, taken)
            VALUES (\(offset.takenBack), \(offset.entry), \(offset.amount), \(offset.booked), \(offset.taken))
            RETURNING id
            """)
    }
}

extension Migration {
    /// A conversion that was taken back is a conversion of less than nothing. An exchange that the bank took back has its two halves
    /// once more, the other way; and what it was counted against may come to the same exchange again.
    static let undoneExchanges = Migration(
        "billing-040-undone-exchanges",
        """
        CREATE TABLE bank_conversion_offset (
            id IDENTITY,
            taken_back_id BIGINT NOT NULL REFERENCES bank_conversion (entry_id),
            entry_id BIGINT NOT NULL REFERENCES bank_conversion (entry_id),
            amount BIGINT NOT NULL CHECK (amount > 0),
            booked BIGINT NOT NULL CHECK (booked >= 0),
            taken BIGINT NOT NULL CHECK (taken >= 0)
        );
        CREATE INDEX bank_conversion_offset_of_entry ON bank_conversion_offset (entry_id);
        CREATE INDEX bank_conversion_offset_of_taken ON bank_conversion_offset (taken_back_id);
        CREATE TABLE bank_exchange_reversal (
            exchange_id BIGINT PRIMARY KEY REFERENCES bank_exchange (id),
            sold_entry_id BIGINT NOT NULL UNIQUE REFERENCES bank_exchange_half (entry_id),
            bought_entry_id BIGINT NOT NULL UNIQUE REFERENCES bank_exchange_half (entry_id),
            happened_at BIGINT NOT NULL
        );
        ALTER TABLE bank_exchange_part RENAME TO bank_exchange_part_before;
        CREATE TABLE bank_exchange_part (
            id IDENTITY,
            exchange_id BIGINT NOT NULL REFERENCES bank_exchange (id),
            entry_id BIGINT NOT NULL REFERENCES bank_conversion (entry_id),
            sold BIGINT NOT NULL CHECK (sold > 0),
            bought BIGINT NOT NULL CHECK (bought >= 0),
            converted BIGINT NOT NULL CHECK (converted >= 0)
        );
        INSERT INTO bank_exchange_part (exchange_id, entry_id, sold, bought, converted)
        SELECT exchange_id, entry_id, sold, bought, converted FROM bank_exchange_part_before
        ORDER BY exchange_id, entry_id;
        DROP TABLE bank_exchange_part_before;
        CREATE INDEX bank_exchange_part_of_entry ON bank_exchange_part (entry_id);
        CREATE INDEX bank_exchange_part_of_exchange ON bank_exchange_part (exchange_id);
        """, appendOnly: ["bank_conversion_offset", "bank_exchange_reversal", "bank_exchange_part"],
        checks: [
            CheckChange(
                "bank_conversion", "bank_conversion_amount_check", "CHECK (amount > 0)", "CHECK (amount <> 0)")
        ])
}
