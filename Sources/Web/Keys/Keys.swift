import Crypto
import Foundation
package import Kernel

/// The server's secrets, derived from the one key file that is made at first start. A key for each purpose (HKDF-SHA256,
/// RFC 5869), so that a token made for one cannot be used for another.
package struct Keys: Sendable {
    private let root: SymmetricKey

    /// - Precondition: 32 bytes.
    package init(root: [UInt8]) {
        precondition(root.count == 32, "The root key has 32 bytes.")
        self.root = SymmetricKey(data: root)
    }

    /// HMAC-SHA256 under the key of a purpose: 32 bytes.
    package func sign(_ purpose: String, _ message: String) -> [UInt8] { signer(purpose)(message) }

    /// The same for many messages: deriving the key costs more than using it.
    func signer(_ purpose: String) -> @Sendable (_ message: String) -> [UInt8] {
        let key = key(purpose)
        return { Array(HMAC<SHA256>.authenticationCode(for: Data($0.utf8), using: key)) }
    }

    /// Compares in constant time.
    package func isSignature(_ signature: [UInt8], of message: String, for purpose: String) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Data(message.utf8), using: key(purpose))
    }

    /// Encrypts what has to be read again, such as the secret of an authenticator app (AES-256-GCM with a random nonce).
    /// - Parameter context: what it belongs to, such as a row; `open` needs the same, so that nobody swaps two rows.
    package func seal(_ secret: [UInt8], for purpose: String, context: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(secret, using: key("seal \(purpose)"), authenticating: Data(context.utf8))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// - Throws: where it was sealed for another purpose or context, by another key file, or was changed.
    package func open(_ sealed: [UInt8], for purpose: String, context: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Array(try AES.GCM.open(box, using: key("seal \(purpose)"), authenticating: Data(context.utf8)))
    }

    private func key(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, info: Data("kontor \(purpose)".utf8), outputByteCount: 32)
    }

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
    package static func sha256(_ text: String) -> [UInt8] { sha256(Array(text.utf8)) }
}

/// What stands in a link that is sent by e-mail: the row it is about and 256 bits that only this server can make. The row
/// keeps when it expires and whether it was used; nothing secret is stored, so nothing secret can leak from the database,
/// and the mail can be written again by the relay at any time.
package struct LinkToken: Sendable {
    package let text: String

    package init(_ purpose: String, _ id: Int64, nonce: String, keys: Keys) {
        text = "\(id)-\(Base64URL.encode(keys.sign("link \(purpose)", "\(id):\(nonce)")))"
    }

    /// The row that a token speaks of, before it is believed.
    package static func id(in text: String) -> Int64? {
        text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).first.flatMap { Int64($0) }.flatMap {
            $0 > 0 ? $0 : nil
        }
    }

    /// - Returns: whether the token was made by this server for this purpose, row and nonce.
    package static func isValid(_ text: String, _ purpose: String, _ id: Int64, nonce: String, keys: Keys) -> Bool {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let signature = Base64URL.decode(String(parts[1])) else { return false }
        return keys.isSignature(signature, of: "\(id):\(nonce)", for: "link \(purpose)")
    }
}

/// Base 64 with the URL alphabet and no padding (RFC 4648, section 5).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let rest = bytes[start...].prefix(3)
            let word = rest.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - rest.count))
            for position in 0...rest.count {
                text.append(alphabet[Int(word >> UInt32(18 - 6 * position)) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 4096 else { return nil }
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while standard.utf8.count % 4 != 0 { standard.append("=") }
        return Data(base64Encoded: standard).map(Array.init)
    }
}

extension Surroundings {
    /// 256 random bits for a cookie or a link, in URL-safe text.
    package func secret() -> String { Base64URL.encode(random(32)) }
}
