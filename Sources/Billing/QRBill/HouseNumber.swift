/// Where the street ends and the number of the house begins: the QR-bill wants them apart.
enum HouseNumber {
    /// `Rue du Lac 3` → `Rue du Lac`, `3`; `12 bis, rue de la Paix` → `rue de la Paix`, `12 bis`. A line without a number, or
    /// of a post office box, is all street.
    static func split(_ line: String) -> (street: String, house: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let whole = (street: words.joined(separator: " "), house: "")
        let lowercased = whole.street.lowercased()
        guard words.count > 1, !boxes.contains(where: { lowercased.hasPrefix($0) }) else { return whole }
        if let split = split(words, atEnd: true) { return split }
        return split(words, atEnd: false) ?? whole
    }

    private static let boxes = [
        "postfach", "case postale", "casella postale", "po box", "p.o. box", "apartado", "boîte postale", "c.p.", "cp ",
    ]

    private static func split(_ words: [String], atEnd: Bool) -> (street: String, house: String)? {
        // With `bis` or a letter beside the number, where something of the street is left.
        for count in [2, 1] where words.count > count {
            let taken = atEnd ? words.suffix(count) : words.prefix(count)
            let rest = atEnd ? words.dropLast(count) : words.dropFirst(count)
            let parts = taken.map { $0.hasSuffix(",") ? String($0.dropLast()) : $0 }
            guard isNumber(parts[0]), parts.dropFirst().allSatisfy(isAddition) else { continue }
            // `5 Avenue 12` ends with its number, and `Strasse des 17. Juni` has none.
            let house = parts.joined(separator: " ")
            guard house.utf8.count <= QRBill.Party.houseMax, rest.contains(where: { $0.contains(where: \.isLetter) })
            else {
                continue
            }
            var street = rest.joined(separator: " ")
            if street.hasSuffix(",") { street.removeLast() }
            return (street, house)
        }
        return nil
    }

    /// `3`, `3a`, `12-14`, `7/9b`
    private static func isNumber(_ word: String) -> Bool {
        word.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }.allSatisfy { part in
            let digits = part.prefix { $0.isASCII && $0.isNumber }
            return !digits.isEmpty && part.count - digits.count <= 1
                && part.dropFirst(digits.count).allSatisfy(\.isLetter)
        }
    }

    private static func isAddition(_ word: String) -> Bool {
        ["bis", "ter", "quater"].contains(word.lowercased()) || word.count == 1 && word.allSatisfy(\.isLetter)
    }
}
