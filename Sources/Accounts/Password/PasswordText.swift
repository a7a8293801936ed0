import Foundation

/// A password as a guesser sees it: normal form C, case ignored, one element per code point.
struct PasswordText {
    let scalars: [Unicode.Scalar]

    /// - Returns: nil for a text far too long to be worth composing.
    init?(_ password: String) {
        guard password.utf8.count <= 3 * PasswordBytes.bytesMax else { return nil }
        // ASCII is composed already, and so is nearly all of the list that is read at each start.
        let isASCII = password.utf8.allSatisfy { $0 < 0x80 }
        let composed = isASCII ? password : password.precomposedStringWithCanonicalMapping
        // Lowercasing can change the length (İ becomes two code points), and the length is part of the rule.
        count = composed.unicodeScalars.count
        scalars = Array(composed.lowercased().unicodeScalars)
    }

    init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
        count = scalars.count
    }

    /// Code points of the password as it was typed.
    let count: Int

    var string: String { PasswordText.string(scalars[...]) }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    /// Letters of any script and the marks that belong to them; not digits, punctuation, blanks.
    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark:
            true
        default: false
        }
    }

    var letters: [Unicode.Scalar] { scalars.filter(PasswordText.isLetter) }

    /// Without the digits, punctuation and blanks at both ends.
    var trimmed: PasswordText {
        guard let first = scalars.firstIndex(where: PasswordText.isLetter),
            let last = scalars.lastIndex(where: PasswordText.isLetter)
        else { return PasswordText(scalars: []) }
        return PasswordText(scalars: Array(scalars[first...last]))
    }

    /// What the text is a repetition of: `abc` for `abcabcabc`, `pass ` for `pass pass` (the last one may lack its last
    /// character, so that a separator is found too). Nil where nothing repeats.
    var repeatedPart: PasswordText? {
        // The failure function of Knuth, Morris and Pratt: its last value leaves the shortest period.
        var borders = [Int](repeating: 0, count: scalars.count)
        for index in scalars.indices.dropFirst() {
            var border = borders[index - 1]
            while border > 0, scalars[border] != scalars[index] { border = borders[border - 1] }
            borders[index] = scalars[border] == scalars[index] ? border + 1 : border
        }
        let period = scalars.count - (borders.last ?? 0)
        return scalars.count >= 2 && period <= (scalars.count + 1) / 2 && period < scalars.count
            ? PasswordText(scalars: Array(scalars[..<period])) : nil
    }

    /// A repetition adds nothing, so what is repeated has to be a password by itself: as long as the shortest there is.
    var isShortPartRepeated: Bool {
        repeatedPart.map { $0.scalars.count < PasswordPolicy.charactersMinWithSecondFactor } ?? false
    }

    /// Whether less than half is left when every run of three or more (`aaa`, `345`, `cba`, `qwert`) counts as one.
    var isMostlyRuns: Bool {
        var left = 0
        var start = 0
        while start < scalars.count {
            let length = max(
                runLength(from: start, step: 0), runLength(from: start, step: 1), runLength(from: start, step: -1))
            start += length >= 3 ? length : 1
            left += 1
        }
        return left * 2 < scalars.count
    }

    private func runLength(from start: Int, step: Int) -> Int {
        var length = 1
        while start + length < scalars.count,
            PasswordText.follows(scalars[start + length], scalars[start + length - 1], step: step)
        { length += 1 }
        return length
    }

    /// The orders in which people walk over an alphabet or a keyboard (US, German, French), each a circle.
    private static let circles: [[Unicode.Scalar: Int]] = [
        "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
    ].map { Dictionary(uniqueKeysWithValues: $0.unicodeScalars.enumerated().map { ($1, $0) }) }

    private static func follows(_ next: Unicode.Scalar, _ previous: Unicode.Scalar, step: Int) -> Bool {
        if step == 0 { return next == previous }
        return circles.contains { circle in
            guard let from = circle[previous], let to = circle[next] else { return false }
            return (from + step + circle.count) % circle.count == to
        }
    }
}
