package import Kernel
package import Storage
import Web

/// A personal API token, `kontor_pat_` with 22 characters of id, 30 of secret and a checksum of 6, so that scanners of leaked
/// code can find it (security.md, "One-time secrets"). Only the SHA-256 of the secret is kept.
package struct Token: Sendable {
    let publicID: String
    private let secret: String

    private static let prefix = "kontor_pat_"

    /// A new one, that nobody knows yet.
    package init(_ surroundings: Surroundings) {
        publicID = Base62.encode(surroundings.random(22))
        secret = Base62.encode(surroundings.random(30))
    }

    /// What is handed over, once.
    package var text: String {
        let body = publicID + secret
        return Token.prefix + body + Base62.checksum(of: body)
    }

    /// From now on it opens the door. Stored already is stored.
    package func store(
        for person: PersonID, name: String, scopes: [String], at now: Instant, expiresAt: Instant?,
        in connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO api_token (public_id, secret_hash, person_id, name, scopes, created_at, expires_at)
            VALUES (\(publicID), \(Keys.sha256(secret)), \(person), \(name), \(scopes.joined(separator: " ")), \(now),
                \(expiresAt))
            ON CONFLICT (public_id) DO NOTHING
            """)
    }

    /// - Returns: nil for what cannot be a token of ours.
    init?(_ text: String) {
        guard text.hasPrefix(Token.prefix), text.utf8.count == Token.prefix.utf8.count + 58 else { return nil }
        let body = text.dropFirst(Token.prefix.count).prefix(52)
        guard Base62.checksum(of: String(body)) == text.suffix(6) else { return nil }
        publicID = String(body.prefix(22))
        secret = String(body.suffix(30))
    }

    /// Compares in constant time.
    func isSecret(of hash: [UInt8]) -> Bool {
        let given = Keys.sha256(secret)
        return hash.count == given.count && zip(hash, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Migration {
    static let tokens = Migration(
        "oauth-001-tokens",
        """
        CREATE TABLE api_token (
            id IDENTITY,
            public_id TEXT NOT NULL UNIQUE,
            secret_hash BYTES NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT
        );
        """)
}
