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

    package static func decode(_ text: String) -> [String: String] {
        (try? decode([String: String].self, text)) ?? [:]
    }

    package static func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
