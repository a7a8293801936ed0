extension String {
    /// Without what people write between the groups of a number: blanks, also those that do not break, and these marks.
    /// By scalars, since letters that are put together would be taken apart first, for each reference of a bank's file.
    package func ungrouped(marks: String = "") -> String {
        var kept = UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case " ", "\u{a0}", "\u{202f}": continue
            default: if !marks.unicodeScalars.contains(scalar) { kept.append(scalar) }
            }
        }
        return String(kept)
    }
}
