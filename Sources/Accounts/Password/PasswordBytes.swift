import CArgon2
import Foundation

/// A password on its way to be hashed: the bytes of its normal form C, overwritten when the last user lets go of them.
final class PasswordBytes: Sendable {
    /// Written once in `init`, wiped in `deinit`, only read in between: safe to hand to the hashing thread.
    nonisolated(unsafe) let buffer: UnsafeMutableBufferPointer<UInt8>

    /// A character is at most 4 bytes in UTF-8, and a password at most 1,024 of them (`PasswordPolicy`).
    static let bytesMax = 4 * PasswordPolicy.charactersMax

    /// - Returns: nil for a text that is too long to be anyone's password.
    init?(_ password: String) {
        // Composing can shorten a text, to a third at most; what is longer still need not be composed to be refused.
        guard password.utf8.count <= 3 * PasswordBytes.bytesMax else { return nil }
        let composed = password.precomposedStringWithCanonicalMapping.utf8
        guard composed.count <= PasswordBytes.bytesMax else { return nil }
        buffer = .allocate(capacity: composed.count)
        _ = buffer.initialize(from: composed)
    }

    private init() {
        buffer = .allocate(capacity: 0)
    }

    static let empty = PasswordBytes()

    deinit {
        kontor_wipe(buffer.baseAddress, buffer.count)
        buffer.deallocate()
    }
}
