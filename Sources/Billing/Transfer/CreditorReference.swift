import Kernel

/// A structured creditor reference (ISO 11649): `RF`, two check digits, up to 21 letters and digits.
package struct CreditorReference: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter body: 1 to 21 of A–Z and 0–9.
    package init?(body: String) {
        guard (1...21).contains(body.utf8.count), body.utf8.allSatisfy(CreditorReference.isAllowed) else { return nil }
        let check = 98 - IBAN.remainder(Array("\(body)RF00".utf8))
        description = "RF\(check < 10 ? "0" : "")\(check)\(body)"
    }

    /// Reads one as it was typed or sent, with spaces and in small letters too.
    package init?(_ text: String) {
        let characters = text.ungrouped().uppercased()
        let bytes = Array(characters.utf8)
        guard (5...25).contains(bytes.count), bytes.starts(with: "RF".utf8),
            bytes.allSatisfy(CreditorReference.isAllowed),
            let check = Int(String(decoding: bytes[2...3], as: UTF8.self)), (2...98).contains(check),
            IBAN.remainder(bytes[4...] + bytes[..<4]) == 1
        else { return nil }
        description = characters
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

    private static func isAllowed(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...90).contains(byte) }
}
