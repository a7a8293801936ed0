import CArgon2
import Foundation

/// A password's Argon2id hash as it is stored: a PHC string that carries its own parameters and salt,
/// `$argon2id$v=19$m=47104,t=1,p=1$<salt>$<digest>`, base64 without padding.
package struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    let parameters: PasswordParameters
    let salt: [UInt8]
    let digest: [UInt8]

    static let saltBytes = 16
    static let digestBytes = 32

    init(parameters: PasswordParameters, salt: [UInt8], digest: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.digest = digest
    }

    /// - Returns: nil for anything that is not exactly such a string: another variant or version, padding, leading zeros,
    ///   parameters out of bounds, a salt or digest of an odd length.
    package init?(phc: String) {
        let parts = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard phc.utf8.count <= 300, parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19"
        else { return nil }
        let costs = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard costs.count == 3, let memoryKiB = PasswordHash.number(costs[0], named: "m"),
            let iterations = PasswordHash.number(costs[1], named: "t"),
            let parallelism = PasswordHash.number(costs[2], named: "p"),
            let parameters = PasswordParameters(readable: memoryKiB, iterations: iterations, parallelism: parallelism),
            let salt = PasswordHash.bytes(parts[4]), (8...64).contains(salt.count),
            let digest = PasswordHash.bytes(parts[5]), (16...64).contains(digest.count)
        else { return nil }
        self.init(parameters: parameters, salt: salt, digest: digest)
        // Base64 has several spellings for the same bytes; only the one we print is ours.
        guard self.phc == phc else { return nil }
    }

    /// The text to store.
    package var phc: String {
        let costs = "m=\(parameters.memoryKiB),t=\(parameters.iterations),p=\(parameters.parallelism)"
        return "$argon2id$v=19$\(costs)$\(PasswordHash.text(salt))$\(PasswordHash.text(digest))"
    }

    /// A hash in a log is a gift to whoever reads the log.
    package var description: String { "•••" }

    /// Whether a fresh digest is this one; takes the same time wherever they differ.
    func matches(_ other: [UInt8]) -> Bool {
        digest.count == other.count && kontor_same_bytes(digest, other, digest.count) != 0
    }

    private static func number(_ text: Substring, named name: String) -> Int? {
        guard text.hasPrefix("\(name)=") else { return nil }
        let digits = text.dropFirst(2)
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: "\(text)\(padding)").map { Array($0) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }
}
