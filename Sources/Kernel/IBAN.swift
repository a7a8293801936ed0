/// An account number of ISO 13616: letters and digits without spaces, its check digits right and its length that of its country.
package struct IBAN: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Reads `CH93 0076 2011 6238 5295 7` too.
    package init?(_ text: String) {
        let characters = text.uppercased().ungrouped(marks: "-.")
        let bytes = Array(characters.utf8)
        guard bytes.count >= 15, let length = IBAN.lengths[String(characters.prefix(2))], bytes.count == length,
            bytes.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) }),
            bytes[2...3].allSatisfy({ (48...57).contains($0) }), IBAN.remainder(bytes[4...] + bytes[..<4]) == 1
        else { return nil }
        description = characters
    }

    package var countryCode: String { String(description.prefix(2)) }

    /// Swiss and Liechtenstein accounts whose institution is 30000 to 31999: only for transfers with a QR reference.
    package var isQR: Bool {
        guard countryCode == "CH" || countryCode == "LI" else { return false }
        return (30_000...31_999).contains(Int(description.dropFirst(4).prefix(5)) ?? 0)
    }

    /// In groups of four, as people read it.
    package var grouped: String {
        var text = ""
        for (index, character) in description.enumerated() {
            if index > 0, index.isMultiple(of: 4) { text.append(" ") }
            text.append(character)
        }
        return text
    }

    /// ISO 7064 modulo 97 over digits and letters (A is 10, Z is 35).
    package static func remainder(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { rest, byte in
            byte >= 65 ? (rest * 100 + Int(byte) - 55) % 97 : (rest * 10 + Int(byte) - 48) % 97
        }
    }

    /// Characters by country, of the IBAN registry.
    private static let lengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21,
        "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18,
        "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23,
        "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
        "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28,
        "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24,
        "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    ]
}
