package import Kernel
import Storage

/// How much of a currency one of another is worth, in millionths: `0.9412` francs for a euro.
package struct ExchangeRate: Hashable, Sendable {
    let millionths: Int64

    /// From 0.01 to 100: what lies beyond is a slip of the finger for the currencies there are.
    static let range: ClosedRange<Int64> = 10_000...100_000_000
    /// More money than ever came in one transfer; the product stays far below what a number holds.
    static let amountMaxMinorUnits: Int64 = 10_000_000_000

    /// Reads `0.9412`, with up to six decimals.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...3).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int64(parts[0])
        else { return nil }
        let decimals = parts.count == 2 ? String(parts[1]) : "0"
        guard (1...6).contains(decimals.utf8.count),
            let fraction = Int64(decimals + String(repeating: "0", count: 6 - decimals.utf8.count))
        else { return nil }
        let millionths = whole * 1_000_000 + fraction
        guard ExchangeRate.range.contains(millionths) else { return nil }
        self.millionths = millionths
    }

    /// Half-up to the cent.
    /// - Returns: nil for more than ever comes in one transfer, or for nothing.
    package func of(_ amount: Money, in currency: Currency) -> Money? {
        guard (1...ExchangeRate.amountMaxMinorUnits).contains(amount.minorUnits) else { return nil }
        let converted = (amount.minorUnits * millionths + 500_000) / 1_000_000
        return converted > 0 ? Money(minorUnits: converted, currency) : nil
    }

    package var plain: String {
        var decimals = String(millionths % 1_000_000)
        decimals = String(repeating: "0", count: 6 - decimals.utf8.count) + decimals
        while decimals.hasSuffix("0"), decimals.utf8.count > 2 { decimals.removeLast() }
        return "\(millionths / 1_000_000).\(decimals)"
    }
}

/// What an operator pays with a receipt.
package enum BankReceiver: Hashable, Sendable {
    /// What its reference was made for.
    case reference
    /// By its number.
    case document(String)
    case prepaid(OrganizationID)
}

/// Money that came in another currency, and what becomes of it.
package struct BankConversion: Hashable, Sendable {
    package let receiver: BankReceiver
    package let rate: ExchangeRate
    /// What the operator was shown: where it would come to another amount now, nothing is booked.
    package let shown: Money

    package init(to receiver: BankReceiver, at rate: ExchangeRate, shown: Money) {
        self.receiver = receiver
        self.rate = rate
        self.shown = shown
    }
}

extension Migration {
    static let bankConversions = Migration(
        "billing-031-bank-conversions",
        """
        CREATE TABLE bank_conversion (
            entry_id BIGINT PRIMARY KEY REFERENCES bank_entry (id),
            rate BIGINT NOT NULL CHECK (rate > 0),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id)
        );
        """, appendOnly: ["bank_conversion"])
}
