/// The currencies an organisation can be billed in (ORG-18). Both have two decimal places.
package enum Currency: String, CaseIterable, Sendable, Codable {
    case chf = "CHF"
    case eur = "EUR"
}

/// An amount in minor units (centimes, cents) of one currency. Never a `Double`.
package struct Money: Hashable, Sendable {
    package let minorUnits: Int64
    package let currency: Currency

    package init(minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    package static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency) }

    package var isZero: Bool { minorUnits == 0 }
    package var isNegative: Bool { minorUnits < 0 }
    package var isPositive: Bool { minorUnits > 0 }

    package static prefix func - (amount: Money) -> Money { Money(minorUnits: -amount.minorUnits, amount.currency) }

    /// Adds two amounts of one currency.
    /// - Throws: `MoneyError.mixedCurrencies` for francs and euros, `.overflow` beyond 64 bits.
    package static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        guard left.currency == right.currency else { throw .mixedCurrencies(left.currency, right.currency) }
        let (sum, overflow) = left.minorUnits.addingReportingOverflow(right.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: sum, left.currency)
    }

    package static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        guard left.currency == right.currency else { throw .mixedCurrencies(left.currency, right.currency) }
        let (difference, overflow) = left.minorUnits.subtractingReportingOverflow(right.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: difference, left.currency)
    }

    /// Reads what a person or a file wrote: `119`, `119.4`, `119.40`, `1'119.40`. No sign, at most two decimals.
    package init?(_ text: String, _ currency: Currency) {
        let digits = text.filter { $0 != "'" && $0 != "’" && $0 != " " }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
            parts.joined().utf8.allSatisfy({ (48...57).contains($0) }), let whole = Int64(parts[0])
        else { return nil }
        var cents: Int64 = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].utf8.count), let fraction = Int64(parts[1]) else { return nil }
            cents = parts[1].utf8.count == 1 ? fraction * 10 : fraction
        }
        self.init(minorUnits: whole * 100 + cents, currency)
    }

    /// `119.40`, `-0.05`: for machines, files and bank references.
    package var plain: String {
        let cents = minorUnits.magnitude % 100
        return "\(minorUnits < 0 ? "-" : "")\(minorUnits.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

package enum MoneyError: Error, Equatable {
    case mixedCurrencies(Currency, Currency)
    case overflow
}

/// A percentage in hundredths of a per cent: 8.1 % is 810.
package struct Percentage: Hashable, Sendable {
    package let basisPoints: Int64

    package init(basisPoints: Int64) {
        self.basisPoints = basisPoints
    }

    /// `8.1`, `20`, `2.55`
    package var plain: String {
        let hundredths = basisPoints % 100
        if hundredths == 0 { return "\(basisPoints / 100)" }
        if hundredths % 10 == 0 { return "\(basisPoints / 100).\(hundredths / 10)" }
        return "\(basisPoints / 100).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }

    /// This share of an amount, rounded half up to the cent, away from zero.
    package func of(_ amount: Money) -> Money {
        Money(minorUnits: roundedHalfUp(amount.minorUnits * basisPoints, over: 10_000), amount.currency)
    }
}

/// Divides and rounds halves away from zero. `divisor` is positive.
package func roundedHalfUp(_ value: Int64, over divisor: Int64) -> Int64 {
    precondition(divisor > 0, "Rounding needs a positive divisor.")
    let (quotient, remainder) = value.magnitude.quotientAndRemainder(dividingBy: UInt64(divisor))
    // Doubling the value instead would overflow above half of the range.
    let magnitude = remainder >= UInt64(divisor) - remainder ? quotient + 1 : quotient
    return value < 0 ? -Int64(magnitude) : Int64(magnitude)
}
