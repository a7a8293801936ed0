package import Kernel
import Storage

/// An organisation's money with us (PRE-1): never below zero, never above 9999.00.
package struct PrepaidAccount: Hashable, Sendable {
    package let organization: OrganizationID
    package let balance: Money
    /// The part that is set aside for payments that are under way: it is still there, and promised (PAYM-8).
    package let held: Money

    /// - Parameter held: nil for nothing.
    package init(organization: OrganizationID, balance: Money, held: Money? = nil) {
        self.organization = organization
        self.balance = balance
        self.held = held ?? .zero(balance.currency)
    }

    /// What can be spent: the balance without what is held.
    package var available: Money {
        Money(minorUnits: balance.minorUnits - held.minorUnits, balance.currency)
    }

    package static let balanceMaxMinorUnits: Int64 = 999_900
    /// What one deposit may be (PRE-5).
    package static let depositMinorUnits: ClosedRange<Int64> = 10...999_900

    /// How much more fits.
    package var room: Money {
        Money(minorUnits: PrepaidAccount.balanceMaxMinorUnits - balance.minorUnits, balance.currency)
    }

    package func covers(_ amount: Money) -> Bool {
        amount.currency == balance.currency && amount.minorUnits <= available.minorUnits
    }

    /// Reads the amount of a top-up as it was typed.
    /// - Throws: a `Problem` on the field `amount`.
    package static func deposit(_ text: String, _ currency: Currency) throws(Problem) -> Money {
        let amount = try amount(text, currency)
        try checkDeposit(amount)
        return amount
    }

    /// Reads an amount as people write one, `50`, `49.90`, `CHF 50`, and says what is wrong with it: no number, another
    /// currency, a sign, more than two decimals.
    /// - Throws: a `Problem` on the field `amount`.
    package static func amount(_ text: String, _ currency: Currency) throws(Problem) -> Money {
        var digits = text.filter { !$0.isWhitespace }.uppercased()
        for other in Currency.allCases where digits.hasPrefix(other.rawValue) || digits.hasSuffix(other.rawValue) {
            guard other == currency else {
                throw .field(
                    "amount", "billing.prepaid.amount_currency", code: "validation_rule_in",
                    ["currency": currency.rawValue])
            }
            digits = digits.replacing(other.rawValue, with: "")
        }
        if digits.hasPrefix("-") || digits.hasPrefix("\u{2212}") {
            throw .field("amount", "billing.prepaid.amount_negative", code: "validation_rule_min")
        }
        if let amount = Money(digits, currency) { return amount }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, parts[1].utf8.count > 2, Money("\(parts[0]).00", currency) != nil,
            parts[1].utf8.allSatisfy({ (48...57).contains($0) })
        {
            throw .field("amount", "billing.prepaid.amount_decimals", code: "validation_rule_decimal")
        }
        throw .field("amount", "billing.prepaid.amount_unreadable", code: "validation_rule_numeric")
    }

    static func checkDeposit(_ amount: Money) throws(Problem) {
        guard depositMinorUnits.contains(amount.minorUnits) else {
            throw .field(
                "amount", "billing.prepaid.deposit_out_of_range", code: "validation_rule_between",
                ["currency": amount.currency.rawValue, "min": "0.10", "max": "9999.00"])
        }
    }

    /// - Parameter underWay: top-ups that are not decided yet; they count, or two at once could go over.
    func checkRoom(for amount: Money, underWay: Int64) throws(Problem) {
        let left = max(0, room.minorUnits - underWay)
        if amount.minorUnits > left {
            throw .field(
                "amount", "billing.prepaid.balance_too_high", code: "validation_rule_max",
                [
                    "currency": amount.currency.rawValue, "max": "9999.00",
                    "room": Money(minorUnits: left, amount.currency).plain,
                ])
        }
    }

    func checkCovers(_ amount: Money) throws(Problem) {
        if !covers(amount) {
            throw Problem(
                .invalid, code: "prepaid_balance_too_low", word: "billing.prepaid.balance_too_low",
                arguments: [
                    "currency": amount.currency.rawValue, "amount": amount.plain, "balance": available.plain,
                ], field: "method")
        }
    }
}
