import Crypto
import Foundation
package import Kernel

/// Whether a message is Stripe's: `Stripe-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body">`, not older than five minutes.
package enum StripeSignature {
    static let ageMaxSeconds: Int64 = 300
    /// A header with more parts is none of Stripe's.
    private static let partsMax = 20

    package static func isValid(_ header: String, body: [UInt8], secret: String, at now: Instant) -> Bool {
        var time: String?
        var signatures: [String] = []
        let parts = header.split(separator: ",", maxSplits: partsMax)
        guard parts.count <= partsMax else { return false }
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { return false }
            switch sides[0].filter({ $0 != " " }) {
            case "t": time = String(sides[1])
            case "v1": signatures.append(String(sides[1]))
            default: break
            }
        }
        guard let time, let seconds = Int64(time), abs(now.milliseconds / 1000 - seconds) <= ageMaxSeconds else {
            return false
        }
        let key = SymmetricKey(data: Data(secret.utf8))
        let signed = Data("\(time).".utf8) + Data(body)
        // The comparison takes the same time wherever they differ.
        return signatures.contains { text in
            guard let bytes = hexadecimal(text) else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: signed, using: key)
        }
    }

    private static func hexadecimal(_ text: String) -> Data? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes = Data()
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
