/// Text that stays readable in seven bits (RFC 2045, 6.7): lines of at most 76 characters, broken softly with `=`.
enum QuotedPrintable {
    private static let lineMax = 76

    /// - Parameter text: its lines may end in LF, CRLF or CR; all come out as CRLF.
    static func encode(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        return lines.map(encodeLine).joined(separator: "\r\n")
    }

    private static func encodeLine(_ line: Substring) -> String {
        let bytes = Array(line.utf8)
        var encoded: [UInt8] = []
        var column = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let token = isLiteral(byte, isLast: isLast) ? [byte] : hexadecimal(byte)
            // The last place of a line is kept for the soft break, unless nothing follows.
            if column + token.count > lineMax - (isLast ? 0 : 1) {
                encoded += [UInt8(ascii: "="), 13, 10]
                column = 0
            }
            encoded += token
            column += token.count
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Blanks at the end of a line would be lost on the way.
    private static func isLiteral(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        case UInt8(ascii: "="): false
        default: (33...126).contains(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
