/// Five bits a character, so that people can read and type them.
enum Base32 {
    /// RFC 4648, section 6: what authenticator apps take.
    static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    /// Crockford's: without I, L, O and U, which are misread.
    static let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Without padding. What is left of the last character is zero.
    static func encode(_ bytes: [UInt8], _ alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 8 + 4) / 5)
        var bits = 0
        var buffer = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[buffer >> bits & 31])
            }
        }
        if bits > 0 { text.append(alphabet[buffer << (5 - bits) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// In groups, as it is read aloud: `ABCD EFGH`.
    static func grouped(_ text: String, by size: Int, separator: String) -> String {
        var groups: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return groups.joined(separator: separator)
    }
}
