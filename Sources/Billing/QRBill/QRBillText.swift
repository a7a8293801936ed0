import Foundation

/// A text as the QR-bill takes it: U+0020–7E, U+00A0–17F, U+0218–21B, U+20AC, in composed form, up to a length.
struct QRBillText: Hashable {
    let text: String
    let changes: Set<QRBill.Change>

    /// - Parameters:
    ///   - max: in characters, which after this are code points.
    ///   - isPlain: without accents too, so that each character is one byte.
    init(_ original: String, max: Int, isPlain: Bool = false) {
        let composed = QRBillText.tidied(original.precomposedStringWithCanonicalMapping)
        var written = String.UnicodeScalarView()
        for scalar in composed.unicodeScalars {
            if QRBillText.isAllowed(scalar), !isPlain || scalar.isASCII {
                written.append(scalar)
            } else {
                written.append(contentsOf: QRBillText.transliterated(scalar, isPlain: isPlain).unicodeScalars)
            }
        }
        let fitted = QRBillText.tidied(String(written))
        var changes: Set<QRBill.Change> = fitted == composed ? [] : [.transliterated]
        if fitted.unicodeScalars.count > max {
            changes.insert(.shortened)
            text = QRBillText.shortened(fitted, max: max)
        } else {
            text = fitted
        }
        self.changes = changes
    }

    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // A soft hyphen and an unbreakable blank are allowed, but are not what is meant.
        case 0xA0, 0xAD: false
        case 0x20...0x7E, 0xA0...0x17F, 0x218...0x21B, 0x20AC: true
        default: false
        }
    }

    /// Blanks of all kinds and line breaks become one blank each; none at the ends. What cannot be seen goes.
    private static func tidied(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .format: false
            case .control: scalar.properties.isWhitespace
            default: true
            }
        }
        return scalars.split { $0.properties.isWhitespace }.map { String(String.UnicodeScalarView($0)) }
            .joined(separator: " ")
    }

    /// At the end of a word where one ends in the last quarter, else in the middle of it.
    private static func shortened(_ text: String, max: Int) -> String {
        let scalars = Array(text.unicodeScalars)
        var cut = scalars[..<max]
        if scalars[max] != " ", let blank = cut.lastIndex(of: " "), blank > max * 3 / 4 { cut = cut[..<blank] }
        var kept = String.UnicodeScalarView(cut)
        while let last = kept.last, last == " " || last == "," { kept.removeLast() }
        return String(kept)
    }

    /// By table, else without its accents, else as a dot.
    private static func transliterated(_ scalar: Unicode.Scalar, isPlain: Bool) -> String {
        if let known = QRBillTable.letters[scalar] { return isPlain ? plain(known) : known }
        if isPlain, let known = QRBillTable.plain[scalar] { return known }
        // Compatible forms are what is meant: full width, ligatures, small figures.
        let simpler = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        let written = simpler.map { part -> String in
            if isAllowed(part), !isPlain || part.isASCII { return String(part) }
            if let known = QRBillTable.letters[part] ?? QRBillTable.plain[part] {
                return isPlain ? plain(known) : known
            }
            return "."
        }.joined()
        return simpler.isEmpty ? "" : written
    }

    private static func plain(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.isASCII ? String(scalar) : transliterated(scalar, isPlain: true)
        }.joined()
    }
}
