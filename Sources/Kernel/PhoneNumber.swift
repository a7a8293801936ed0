/// A phone number in international form (ITU-T E.164): `+41791234567`.
package struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Reads `+41 79 123 45 67`, `0041791234567` or, in a country whose prefix we know, `079 123 45 67`.
    package init?(_ text: String, in country: Country? = nil) {
        // In this form already, as the database keeps it.
        if text.utf8.first == UInt8(ascii: "+"), PhoneNumber.isNumber(text.utf8.dropFirst()) {
            description = text
            return
        }
        // `+41 (0)79 …` is how the Swiss and the Germans write both ways at once; the zero is not dialled after a prefix.
        let isInternational = text.hasPrefix("+") || text.hasPrefix("00")
        var digits = (isInternational ? text.replacing("(0)", with: "") : text).ungrouped(marks: "-./()")
        if digits.hasPrefix("+") {
            digits.removeFirst()
        } else if digits.hasPrefix("00") {
            digits.removeFirst(2)
        } else if let prefix = country?.callingCode {
            // Italy and Spain keep the leading digit; elsewhere the trunk zero goes.
            digits = prefix + (digits.hasPrefix("0") && country?.code != "IT" ? String(digits.dropFirst()) : digits)
        } else {
            return nil
        }
        guard PhoneNumber.isNumber(digits.utf8[...]) else { return nil }
        description = "+\(digits)"
    }

    private static func isNumber(_ digits: Substring.UTF8View) -> Bool {
        (8...15).contains(digits.count) && digits.allSatisfy { (48...57).contains($0) }
            && digits.first != UInt8(ascii: "0")
    }
}
