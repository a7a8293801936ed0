/// A string literal of a Swift file, with a hole where something is interpolated.
struct Literal: Sendable, CustomStringConvertible {
    static let hole: Character = "\u{fffc}"

    let path: String
    let line: Int
    /// Escapes and continued lines are resolved; literals inside a hole are literals of their own.
    let text: String

    var description: String { "\(path):\(line) “\(text.replacing(String(Literal.hole), with: "\\(…)").prefix(120))”" }

    /// What stands before the first hole.
    var beforeHole: Substring { text.prefix { $0 != Literal.hole } }

    var hasHole: Bool { text.contains(Literal.hole) }

    static let all: [Literal] = Tree.sources.flatMap { LiteralReader($0).read() }
}

/// Finds the literals of one file. Knows comments, raw and multi-line literals, and interpolations within each other; that is
/// all of Swift that it takes.
private struct LiteralReader {
    private let path: String
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var found: [Literal] = []

    init(_ file: Tree.File) {
        path = file.path
        bytes = Array(file.text.utf8)
    }

    func read() -> [Literal] {
        var reader = self
        reader.code(isInterpolated: false)
        return reader.found
    }

    private func has(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func step(_ count: Int = 1) {
        for byte in bytes[position..<min(position + count, bytes.count)] where byte == 10 { line += 1 }
        position = min(position + count, bytes.count)
    }

    /// Reads code to its end, or to the bracket that ends an interpolation.
    private mutating func code(isInterpolated: Bool) {
        var depth = 0
        while position < bytes.count {
            if has("//") {
                while position < bytes.count, bytes[position] != 10 { step() }
            } else if has("/*") {
                while position < bytes.count, !has("*/") { step() }
                step(2)
            } else if has("#\"") || has("##\"") || has("\"") {
                literal()
            } else {
                if has("(") { depth += 1 }
                if has(")") {
                    if isInterpolated, depth == 0 { return }
                    depth -= 1
                }
                step()
            }
        }
    }

    private mutating func literal() {
        let start = line
        let marks = String(decoding: bytes[position...].prefix { $0 == UInt8(ascii: "#") }, as: UTF8.self)
        step(marks.utf8.count)
        let quote = has("\"\"\"") ? "\"\"\"" : "\""
        step(quote.utf8.count)
        var text: [UInt8] = []
        while position < bytes.count, !has(quote + marks) {
            guard has("\\" + marks) else {
                text.append(bytes[position])
                step()
                continue
            }
            step(1 + marks.utf8.count)
            if has("(") {
                step()
                code(isInterpolated: true)
                text += Array(String(Literal.hole).utf8)
            } else if has("\n") {
                // A continued line: its indentation is not part of the text.
                step()
                while has(" ") { step() }
                continue
            } else {
                text += has("n") ? [10] : [bytes[position]]
            }
            step()
        }
        step((quote + marks).utf8.count)
        found.append(Literal(path: path, line: start, text: String(decoding: text, as: UTF8.self)))
    }
}
