/// An e-mail address as a person wrote it, checked for the shape that mail servers deliver to (RFC 5321, 4.1.2):
/// one local part of at most 64 bytes, a domain of letters, digits and hyphens with at least one dot, 254 bytes in all.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        // By bytes: every row of a person is read through here, and characters cost ten times as much.
        let dot = UInt8(ascii: ".")
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count), parts[0].first != dot,
            parts[0].last != dot, !zip(parts[0], parts[0].dropFirst()).contains(where: { $0 == dot && $1 == dot }),
            Substring(parts[0]).unicodeScalars.allSatisfy(EmailAddress.isAllowedInLocalPart)
        else { return nil }
        let labels = parts[1].split(separator: dot, omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(EmailAddress.isLabel),
            labels.last?.contains(where: { $0 > 57 }) == true
        else { return nil }
        description = text
    }

    /// What makes two addresses the same one here: case does not count.
    package var key: String { description.lowercased() }

    private static func isAllowedInLocalPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "\u{80}"...: scalar.properties.isAlphabetic
        default: "!#$%&'*+-/=?^_`{|}~.".unicodeScalars.contains(scalar)
        }
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count) && label.first != 45 && label.last != 45
            && label.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            }
    }
}
