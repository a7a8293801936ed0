/// A number for value added tax, checked by its form: in the European Union by the structure that its country gives it, in
/// Switzerland by its check digit too. Whether a number is given to anybody, and to whom, is known to nobody but the tax
/// offices; VIES, which tells, is not asked.
package struct VATNumber: Hashable, Sendable, CustomStringConvertible {
    /// With its country and without blanks: `DE123456789`, `CHE-123.456.788 MWST`.
    package let description: String
    private let prefix: String

    /// Reads it with or without its country, blanks, dots and hyphens: `DE 123 456 789`, `123456789`.
    /// - Returns: nil where the country writes its numbers differently.
    package init?(_ text: String, in country: Country) {
        let plain = text.uppercased().ungrouped(marks: ".-")
        if country.code == "CH" || country.code == "LI" && plain.hasPrefix("CHE") {
            guard let number = VATNumber.swiss(plain) else { return nil }
            description = number
            prefix = "CH"
        } else if let forms = VATNumber.forms[country.code] {
            let code = country.code == "GR" ? "EL" : country.code
            let body = plain.hasPrefix(code) ? String(plain.dropFirst(code.count)) : plain
            guard forms.contains(where: { VATNumber.fits(body, $0) }) else { return nil }
            description = code + body
            prefix = code
        } else {
            // Other countries have no form that is agreed on.
            guard (2...20).contains(plain.count),
                plain.utf8.allSatisfy({ VATNumber.isDigit($0) || VATNumber.isLetter($0) })
            else { return nil }
            description = plain
            prefix = country.code
        }
    }

    /// As EN 16931 wants it: it begins with its country (`EL` for Greece), and has no marks.
    package var electronic: String {
        let plain = description.filter { !" .-".contains($0) }
        return plain.hasPrefix(prefix) ? plain : prefix + plain
    }

    /// `CHE-123.456.788 MWST`: nine digits, the last of them a check digit modulo 11 (eCH-0097), and the tax in one of three
    /// languages.
    private static func swiss(_ plain: String) -> String? {
        guard plain.hasPrefix("CHE") else { return nil }
        let rest = plain.dropFirst(3)
        let digits = rest.prefix(9).utf8.map { Int($0) - 48 }
        let tax = String(rest.dropFirst(9))
        guard digits.count == 9, digits.allSatisfy({ (0...9).contains($0) }),
            ["", "MWST", "TVA", "IVA"].contains(tax)
        else { return nil }
        let sum = zip(digits, [5, 4, 3, 2, 7, 6, 5, 4]).reduce(0) { $0 + $1.0 * $1.1 }
        guard (11 - sum % 11) % 11 == digits[8] else { return nil }
        let text = digits.map(String.init).joined()
        let groups = [text.prefix(3), text.dropFirst(3).prefix(3), text.dropFirst(6)].joined(separator: ".")
        return "CHE-\(groups)\(tax.isEmpty ? "" : " \(tax)")"
    }

    /// `9` stands for a digit, `a` for a letter, `*` for either; everything else for itself.
    private static func fits(_ text: String, _ form: String) -> Bool {
        guard text.utf8.count == form.utf8.count else { return false }
        return zip(text.utf8, form.utf8).allSatisfy { have, want in
            switch want {
            case UInt8(ascii: "9"): isDigit(have)
            case UInt8(ascii: "a"): isLetter(have)
            case UInt8(ascii: "*"): isDigit(have) || isLetter(have)
            default: have == want
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }

    /// The structures of the member states, without their prefix (European Commission, VIES: "VAT identification number
    /// structure").
    private static let forms: [String: [String]] = [
        "AT": ["U99999999"], "BE": ["0999999999", "1999999999"], "BG": ["999999999", "9999999999"],
        "CY": ["99999999a"], "CZ": ["99999999", "999999999", "9999999999"], "DE": ["999999999"], "DK": ["99999999"],
        "EE": ["999999999"], "ES": ["*9999999*"], "FI": ["99999999"], "FR": ["**999999999"], "GR": ["999999999"],
        "HR": ["99999999999"], "HU": ["99999999"], "IE": ["9*99999a", "9999999aa"], "IT": ["99999999999"],
        "LT": ["999999999", "999999999999"], "LU": ["99999999"], "LV": ["99999999999"], "MT": ["99999999"],
        "NL": ["*********B99"], "PL": ["9999999999"], "PT": ["999999999"],
        "RO": (2...10).map { String(repeating: "9", count: $0) }, "SE": ["999999999999"], "SI": ["99999999"],
        "SK": ["9999999999"],
    ]
}
