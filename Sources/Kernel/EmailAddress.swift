/// An e-mail address as a person wrote it, checked for the shape that mail servers deliver to (RFC 5321, 4.1.2):
/// one local part of at most 64 bytes, a domain of letters, digits and hyphens with at least one dot, 254 bytes in all.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains(".."),
            parts[0].unicodeScalars.allSatisfy(EmailAddress.isAllowedInLocalPart)
        else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(EmailAddress.isLabel),
            labels.last?.utf8.contains(where: { $0 > 57 }) == true
        else { return nil }
        description = text
    }

    /// What makes two addresses the same one here: case does not count.
    package var key: String { description.lowercased() }

    private static func isAllowedInLocalPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 127
            ? scalar.properties.isAlphabetic
            : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "!#$%&'*+-/=?^_`{|}~.".unicodeScalars.contains(scalar)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            }
    }
}
