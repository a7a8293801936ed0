/// Letters and digits only, so that a double click selects a whole token.
enum Base62 {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// One character for each random byte; the bias of 256 over 62 costs less than a tenth of a bit each.
    static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.map { alphabet[Int($0) % 62] }, as: UTF8.self)
    }

    /// CRC-32 (ISO-HDLC) in six characters.
    static func checksum(of text: String) -> String {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in text.utf8 {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        var rest = ~crc
        var characters = [UInt8](repeating: 0, count: 6)
        for place in (0..<6).reversed() {
            characters[place] = alphabet[Int(rest % 62)]
            rest /= 62
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
