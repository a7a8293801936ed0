import Kernel
import Web

/// A code on paper that stands in for the second factor once (SEC-8, SEC-9); never for the password as well. 120 bits, so
/// its SHA-256 is all that has to be kept.
struct BackupCode: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    static let count = 10
    static let bytes = 15
    static let characters = 24
    /// When so few are left, the owner is told to make new ones.
    static let fewLeft = 3

    init(_ random: [UInt8]) {
        precondition(random.count == BackupCode.bytes, "A backup code is made of 15 bytes.")
        text = Base32.encode(random, Base32.crockford)
    }

    /// Reads what was typed: any case, any blanks and hyphens, O for 0, I and L for 1.
    /// - Returns: nil for what cannot be a code.
    init?(typed: String) {
        guard typed.utf8.count <= 100 else { return nil }
        let misread: [Character: Character] = ["O": "0", "I": "1", "L": "1"]
        let plain = typed.uppercased().filter { $0 != "-" && $0 != "–" && !$0.isWhitespace }
        let text = String(plain.map { misread[$0] ?? $0 })
        guard text.utf8.count == BackupCode.characters, text.utf8.allSatisfy(Base32.crockford.contains) else {
            return nil
        }
        self.text = text
    }

    static func sheet(_ random: (Int) -> [UInt8]) -> [BackupCode] {
        (0..<count).map { _ in BackupCode(random(bytes)) }
    }

    var hash: [UInt8] { Keys.sha256(text) }

    /// As it is shown, once: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    var shown: String { Base32.grouped(text, by: 4, separator: "-") }

    var description: String { "•••" }
}
