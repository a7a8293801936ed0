import Kernel
import Storage

/// Money that the bank exchanged: it went out of one account and came to another, each half told by an entry of its own. What
/// was converted before at a rate of ours (`BankConversion`) was worth something else by then: the difference is 6949.
struct CurrencyExchange: Hashable, Sendable {
    let id: Int64
    let on: Day
    /// What is not counted against a conversion yet, in the currency that was sold.
    var sold: Int64
    /// And what came for it, in the other.
    var bought: Int64
}

/// A conversion that waits for the bank to exchange the money. One that was taken back, in the currency it came in, is a conversion
/// the other way, at what it was booked for: it is paid with money of that currency that waits, and what is missing has to be bought.
struct WaitingConversion: Hashable, Sendable {
    let entry: BankEntryID
    /// The receipt that was taken back with it; nil for a receipt.
    let takesBack: BankEntryID?
    /// When the money came, or was taken: what was exchanged before was other money.
    let cameOn: Day
    /// What is neither exchanged nor made good, in the currency that came.
    var came: Int64
    /// And what it was booked for.
    var booked: Int64
}

/// What an exchange came to for one conversion, or for one that was taken back: then the currency that was taken is bought.
struct ExchangePart: Hashable, Sendable {
    let exchange: Int64
    let entry: BankEntryID
    let sold: Int64
    /// What the bank gave for it.
    let bought: Int64
    /// What it was booked for.
    let converted: Int64
    let isBack: Bool

    /// In the currency that the conversion was booked in.
    var difference: Int64 { isBack ? converted - sold : bought - converted }

    /// The same of a row `p` and its conversion `c`.
    static let differenceColumn: SQL =
        "CASE WHEN c.amount > 0 THEN p.bought - p.converted ELSE p.converted - p.sold END"

    /// The oldest money is exchanged first; what is exchanged in parts is worth its part, to the cent, and the last part the rest.
    /// - Parameters:
    ///   - exchanges: out of the currency that came, or into it where they buy what was taken back.
    ///   - conversions: all of receipts, or all taken back.
    static func of(_ exchanges: [CurrencyExchange], _ conversions: [WaitingConversion]) -> [ExchangePart] {
        var conversions = conversions
        var parts: [ExchangePart] = []
        for var exchange in exchanges {
            for index in conversions.indices where conversions[index].cameOn <= exchange.on {
                let conversion = conversions[index]
                let isBack = conversion.takesBack != nil
                let came = min(isBack ? exchange.bought : exchange.sold, conversion.came)
                if came <= 0 { continue }
                let (sold, bought) =
                    isBack
                    ? (share(came, of: exchange.bought, exchange.sold), came)
                    : (came, share(came, of: exchange.sold, exchange.bought))
                // So little that nothing was sold for it waits for more.
                if sold <= 0 { continue }
                let booked = share(came, of: conversion.came, conversion.booked)
                parts.append(
                    ExchangePart(
                        exchange: exchange.id, entry: conversion.entry, sold: sold, bought: bought, converted: booked,
                        isBack: isBack))
                exchange.sold -= sold
                exchange.bought -= bought
                conversions[index].came -= came
                conversions[index].booked -= booked
            }
        }
        return parts
    }

    /// Half-up. The product is of amounts that come in one transfer (`ExchangeRate.amountMaxMinorUnits`), or fits in twice the width.
    static func share(_ part: Int64, of whole: Int64, _ value: Int64) -> Int64 {
        if part == whole { return value }
        let product = part.multipliedFullWidth(by: value)
        let (quotient, remainder) = whole.dividingFullWidth(product)
        return quotient + (remainder * 2 >= whole ? 1 : 0)
    }
}

extension Migration {
    /// A half waits for the other one; an exchange has both; its parts are what it came to for what was converted before.
    static let currencyExchanges = Migration(
        "billing-034-currency-exchanges",
        """
        CREATE TABLE bank_exchange_half (
            entry_id BIGINT PRIMARY KEY REFERENCES bank_entry (id),
            counter_currency TEXT CHECK (counter_currency IN ('CHF', 'EUR')),
            counter_amount BIGINT CHECK (counter_amount > 0),
            CHECK ((counter_currency IS NULL) = (counter_amount IS NULL))
        );
        CREATE TABLE bank_exchange (
            id IDENTITY,
            sold_entry_id BIGINT NOT NULL UNIQUE REFERENCES bank_exchange_half (entry_id),
            bought_entry_id BIGINT NOT NULL UNIQUE REFERENCES bank_exchange_half (entry_id),
            exchanged_on TEXT NOT NULL,
            happened_at BIGINT NOT NULL
        );
        CREATE TABLE bank_exchange_part (
            exchange_id BIGINT NOT NULL REFERENCES bank_exchange (id),
            entry_id BIGINT NOT NULL REFERENCES bank_conversion (entry_id),
            sold BIGINT NOT NULL CHECK (sold > 0),
            bought BIGINT NOT NULL CHECK (bought >= 0),
            converted BIGINT NOT NULL CHECK (converted >= 0),
            PRIMARY KEY (exchange_id, entry_id)
        );
        CREATE INDEX bank_exchange_part_of_entry ON bank_exchange_part (entry_id);
        """, appendOnly: ["bank_exchange_half", "bank_exchange", "bank_exchange_part"])
}
