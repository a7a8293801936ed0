import Accounts
package import Kernel
package import Storage
package import Web

/// The room of programs that speak for people. Today: personal API tokens; the pages to manage them and OAuth 2 come later.
package enum OAuth {
    package static let migrations: [Migration] = [.tokens]

    /// Who a bearer token speaks for, for `Web.Recognition`: token and person in one statement.
    package static func recognise(
        _ text: String, at now: Instant, in connection: Connection
    ) throws -> (person: SignedIn, scopes: Set<String>)? {
        guard let token = Token(text),
            let row = try connection.row(
                """
                SELECT secret_hash, scopes, \(Person.recognised)
                FROM api_token JOIN person ON person.id = api_token.person_id
                WHERE public_id = \(token.publicID) AND (expires_at IS NULL OR expires_at > \(now))
                    AND blocked_at IS NULL AND erased_at IS NULL
                """), try token.isSecret(of: row["secret_hash"])
        else { return nil }
        let scopes: String = try row["scopes"]
        return (try Accounts.recognise(row), Set(scopes.split(separator: " ").map(String.init)))
    }
}
