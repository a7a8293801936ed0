import Foundation

/// Small documents kept as JSON text, never queried into.
package enum JSONText {
    /// Keys sorted, so that the same content is the same text.
    package static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("A value of type \(type(of: value)) cannot be written as JSON.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The same without an encoder: every event has one of these or two, and an encoder takes ten times as long.
    package static func encode(_ value: [String: String]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, key) in value.keys.sorted().enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            write(value[key] ?? "", to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func encode(_ values: [String]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 8259, section 7: what has to be escaped, and nothing else.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case ..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u00\(byte < 16 ? "0" : "")\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Empty where it is no object of texts.
    package static func decode(_ text: String) -> [String: String] {
        plain(text) ?? (try? decode([String: String].self, text)) ?? [:]
    }

    /// An object of texts as it is written here, without a decoder, for the same reason.
    /// - Returns: nil for whatever else JSON may be, escapes too.
    private static func plain(_ text: String) -> [String: String]? {
        if text == "{}" { return [:] }
        // Escapes, and what would have to be one.
        if text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 < 0x20 }) { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        // `{`, key, `:`, value, `,`, key, `:`, value, `}`
        guard parts.count % 4 == 1, parts.count > 1 else { return nil }
        var content: [String: String] = [:]
        for start in stride(from: 0, to: parts.count - 1, by: 4) {
            guard parts[start].elementsEqual(start == 0 ? "{".utf8 : ",".utf8),
                parts[start + 2].elementsEqual(":".utf8),
                content.updateValue(String(parts[start + 3]) ?? "", forKey: String(parts[start + 1]) ?? "") == nil
            else { return nil }
        }
        return parts[parts.count - 1].elementsEqual("}".utf8) ? content : nil
    }

    package static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
