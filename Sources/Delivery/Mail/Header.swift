import FoundationEssentials
import Kernel

/// One header field. Whatever it is made from, its line has no line break but those of folding: nothing typed by a person
/// can start another header (CWE-93).
struct Header: Equatable {
    let line: String

    init(_ name: String, raw value: String) {
        line = "\(name): \(Header.onOneLine(value))"
    }

    /// Text as a person wrote it: plain where that is possible, else as encoded words.
    init(_ name: String, text: String) {
        let text = Header.onOneLine(text)
        line =
            Header.isPlain(text, room: Header.lineMax - name.utf8.count - 2)
            ? "\(name): \(text)" : "\(name): \(Header.encodedWords(text))"
    }

    /// `Atelier Rossier <info@atelier.example>`, the name quoted or encoded where it needs to be (RFC 5322, 3.4).
    init(_ field: String, name displayName: String, address: EmailAddress) {
        let displayed = Header.onOneLine(displayName)
        guard !displayed.isEmpty else {
            line = "\(field): \(address)"
            return
        }
        let phrase: String
        if !Header.isPlain(displayed, room: Header.lineMax - field.utf8.count - 4) {
            phrase = Header.encodedWords(displayed)
        } else if displayed.utf8.allSatisfy(Header.isAtomOrSpace) {
            phrase = displayed
        } else {
            let escaped = displayed.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
            phrase = "\"\(String(escaped))\""
        }
        // Folded before the address, which may be as long as a line itself.
        line = "\(field): \(phrase)\r\n <\(address)>"
    }

    /// What RFC 2047 allows for a line with encoded words; a plain one may be longer but needs no more.
    static let lineMax = 76
    /// Bytes of text in one encoded word: 52 characters of base 64, and the frame around them, leave room for the
    /// longest of our header names on the first line.
    private static let wordBytesMax = 39

    /// RFC 2047, 4.1: base 64, each word whole characters, words on lines of their own.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > wordBytesMax { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Line breaks and control characters become blanks, runs of blanks one.
    private static func onOneLine(_ text: String) -> String {
        text.unicodeScalars.split { $0 == " " || isBreak($0) }.map(String.init).joined(separator: " ")
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func isPlain(_ text: String, room: Int) -> Bool {
        text.utf8.count <= room && text.utf8.allSatisfy { (32...126).contains($0) } && !text.contains("=?")
    }

    private static func isAtomOrSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "'"),
            UInt8(ascii: "&"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
