import Kernel

/// The reference of a Swiss QR-bill paid to a QR-IBAN: 27 digits, the last one a check digit (modulo 10, recursive).
///
/// The check digit does not catch every slip, so a reference that is well formed still has to be looked up.
package struct QRReference: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter body: up to 26 digits; filled up with zeros on the left.
    package init?(body: String) {
        guard (1...26).contains(body.utf8.count), body.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let filled = String(repeating: "0", count: 26 - body.utf8.count) + body
        description = "\(filled)\(QRReference.checkDigit(filled.utf8))"
    }

    /// Reads one as it was typed or sent, with spaces or without its leading zeros.
    package init?(_ text: String) {
        let digits = text.ungrouped()
        guard (2...27).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let last = digits.utf8.last
        else { return nil }
        guard QRReference.checkDigit(digits.utf8.dropLast()) == Int(last) - 48 else { return nil }
        description = String(repeating: "0", count: 27 - digits.utf8.count) + digits
    }

    /// `21 00000 00003 13947 14300 09017`
    package var grouped: String {
        var text = ""
        for (index, character) in description.enumerated() {
            if index % 5 == 2 { text.append(" ") }
            text.append(character)
        }
        return text
    }

    private static let table = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]

    private static func checkDigit(_ digits: some Sequence<UInt8>) -> Int {
        let carry = digits.reduce(0) { carry, digit in table[(carry + Int(digit) - 48) % 10] }
        return (10 - carry) % 10
    }
}
