import Foundation

/// Reads a file of words: one flat JSON object of strings (RFC 8259).
///
/// Ours, because all of them are read at each start: Foundation's `JSONDecoder` takes thirteen times as long for it, some
/// thirty milliseconds of the hundred that a start may take.
struct WordFile {
    private let bytes: [UInt8]
    private var position = 0

    /// - Returns: false where it is anything else.
    static func read(_ bytes: [UInt8], each: (_ key: String, _ sentence: String) -> Void) -> Bool {
        var file = WordFile(bytes: bytes)
        return file.object(each)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func object(_ each: (String, String) -> Void) -> Bool {
        guard take("{") else { return false }
        var isOpen = !take("}")
        while isOpen {
            guard let key = string(), take(":"), let sentence = string() else { return false }
            each(key, sentence)
            isOpen = take(",")
            guard isOpen || take("}") else { return false }
        }
        skipBlanks()
        return position == bytes.count
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = position
        var isPlain = true
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return isPlain
                    ? String(validating: bytes[start..<position], as: UTF8.self)
                    : try? JSONDecoder().decode(String.self, from: Data(bytes[start - 1...position]))
            case UInt8(ascii: "\\"):
                isPlain = false
                position += 2
            case 0..<0x20: return nil
            default: position += 1
            }
        }
        return nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}
