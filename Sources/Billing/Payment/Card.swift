package import Kernel

/// A payment card as it was typed, on its way to the processor. Lives in memory only: it is never stored, logged or announced,
/// and prints itself masked.
package struct Card: Sendable {
    /// Digits only.
    package let number: String
    package let expires: CardExpiry
    package let cvc: String

    /// - Throws: `Problems` for the fields `card_number`, `card_expiry` and `card_cvc`, all that are wrong at once.
    package init(number: String, expiry: String, cvc: String, on today: Day) throws(Problems) {
        var problems: [Problem] = []
        let digits = number.ungrouped(marks: "-")
        let code = cvc.filter { $0 != " " }
        if digits.isEmpty {
            problems.append(.field("card_number", "billing.card.number_missing", code: "validation_rule_required"))
        } else if !Card.isNumber(digits) {
            problems.append(.field("card_number", "billing.card.number_wrong"))
        }
        let expires = CardExpiry(expiry)
        if expiry.allSatisfy(\.isWhitespace) {
            problems.append(.field("card_expiry", "billing.card.expiry_missing", code: "validation_rule_required"))
        } else if let expires {
            if expires.lastDay < today { problems.append(.field("card_expiry", "billing.card.expired")) }
        } else {
            problems.append(.field("card_expiry", "billing.card.expiry_wrong"))
        }
        if code.isEmpty {
            problems.append(.field("card_cvc", "billing.card.cvc_missing", code: "validation_rule_required"))
        } else if !(3...4).contains(code.utf8.count) || !code.utf8.allSatisfy({ (48...57).contains($0) }) {
            problems.append(.field("card_cvc", "billing.card.cvc_wrong"))
        }
        guard problems.isEmpty, let expires else { throw Problems(problems) }
        self.number = digits
        self.expires = expires
        self.cvc = code
    }

    package var last4: String { String(number.suffix(4)) }

    /// By the first digits (ISO/IEC 7812 ranges of the two networks).
    package var brand: String {
        let first4 = Int(number.prefix(4)) ?? 0
        return switch first4 {
        case 4000...4999: "visa"
        case 5100...5599, 2221...2720: "mastercard"
        default: "card"
        }
    }

    /// 12 to 19 digits with a Luhn check digit (ISO/IEC 7812-1, annex B).
    private static func isNumber(_ digits: String) -> Bool {
        guard (12...19).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return false
        }
        var sum = 0
        for (index, byte) in digits.utf8.reversed().enumerated() {
            let digit = Int(byte) - 48
            let doubled = digit * 2
            sum += index % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }
}

extension Card: CustomStringConvertible, CustomReflectable {
    package var description: String { "•••• \(last4)" }
    package var customMirror: Mirror { Mirror(self, children: ["card": description]) }
}

/// The month a card is good until, its last day included.
package struct CardExpiry: Hashable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int

    /// Reads `12/28`, `12 / 28`, `1228`, `12/2028`.
    package init?(_ text: String) {
        let characters = text.filter { !$0.isWhitespace && $0 != "/" && $0 != "-" }
        guard characters.utf8.count == 4 || characters.utf8.count == 6,
            characters.utf8.allSatisfy({ (48...57).contains($0) }), let month = Int(characters.prefix(2)),
            let year = Int(characters.dropFirst(2)), (1...12).contains(month)
        else { return nil }
        self.month = month
        self.year = characters.utf8.count == 4 ? 2000 + year : year
        guard (2000...2099).contains(self.year) else { return nil }
    }

    package var lastDay: Day {
        guard let first = Day(year: year, month: month, day: 1) else {
            preconditionFailure("Every month between 2000 and 2099 has a first day.")
        }
        return first.adding(months: 1).adding(days: -1)
    }

    /// `12/28`
    package var description: String {
        "\(month < 10 ? "0" : "")\(month)/\(year % 100 < 10 ? "0" : "")\(year % 100)"
    }
}
