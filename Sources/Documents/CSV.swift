/// A table for other programs (RFC 4180, UTF-8), row by row.
package struct CSV: Sendable {
    package private(set) var bytes: [UInt8] = []

    package enum Cell: Hashable, Sendable {
        case text(String)
        /// What a spreadsheet shall compute with: `-12.50`, `2026`. Anything else becomes text.
        case number(String)
    }

    package init() {}

    package mutating func row(_ cells: [Cell]) {
        bytes += cells.map(CSV.field).joined(separator: ",").utf8
        bytes += [13, 10]
    }

    package mutating func row(_ texts: [String]) { row(texts.map { Cell.text($0) }) }

    /// Quoted where it has to be. A text that a spreadsheet would take for a formula gets a quote in front, and stays text.
    package static func field(_ cell: Cell) -> String {
        switch cell {
        case .number(let text) where isNumber(text): text
        case .number(let text), .text(let text): field(text)
        }
    }

    private static func field(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
        let guarded = isFormula ? "'\(text)" : text
        // By scalars: CR and LF together are one character, and so is a quote with an accent on it.
        let scalars = guarded.unicodeScalars
        guard scalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return guarded }
        let parts = scalars.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        return "\"\(parts.joined(separator: "\"\""))\""
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }
    }
}
