import Crypto
import Foundation
import Kernel
import Web

/// Codes that follow from a shared secret and the time (RFC 6238 over RFC 4226): SHA-1, six digits, thirty seconds, which is
/// what every authenticator app can do.
struct TOTP: Sendable, CustomStringConvertible {
    let secret: [UInt8]

    /// 160 bits, the length of the hash (RFC 4226, section 4).
    static let secretBytes = 20
    static let stepSeconds: Int64 = 30
    static let digits = 6

    /// A secret in a log is a second factor less.
    var description: String { "•••" }

    static func step(at now: Instant) -> Int64 { now.epochSeconds / stepSeconds }

    /// The code of a step (RFC 4226, section 5.3).
    func code(at step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(mac[mac.count - 1] & 15)
        let word = mac[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        let text = String(word % 1_000_000)
        return String(repeating: "0", count: TOTP.digits - text.count) + text
    }

    /// The step whose code was typed: the current one or, for those who type slowly, the one before.
    func step(of code: String, at now: Instant) -> Int64? {
        let current = TOTP.step(at: now)
        // Both are computed and compared in full, so that the time does not tell how close a guess was.
        let matches = [current, current - 1].filter { step in
            zip(self.code(at: step).utf8, code.utf8).reduce(code.utf8.count ^ TOTP.digits) { $0 | Int($1.0 ^ $1.1) }
                == 0
        }
        return matches.first
    }

    /// As it is typed into an app by hand.
    var key: String { Base32.encode(secret, Base32.standard) }

    /// What the QR code says to the app.
    func address(login: String, provider: String) -> String {
        let label = "\(Link.encode(provider)):\(Link.encode(login))"
        return "otpauth://totp/\(label)?secret=\(key)&issuer=\(Link.encode(provider))"
            + "&algorithm=SHA1&digits=\(TOTP.digits)&period=\(TOTP.stepSeconds)"
    }
}
