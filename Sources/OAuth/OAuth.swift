import Accounts
package import Kernel
package import Storage
package import Web

/// The room of programs that speak for people. Today: personal API tokens; the pages to manage them and OAuth 2 come later.
package enum OAuth {
    package static let migrations: [Migration] = [.tokens]

    /// Who a bearer token speaks for, for `Web.Recognition`.
    package static func recognise(
        _ text: String, at now: Instant, in connection: Connection
    ) throws -> (person: SignedIn, scopes: Set<String>)? {
        guard let token = try Token.find(text, at: now, in: connection),
            let person = try Accounts.recognise(token.person, in: connection)
        else { return nil }
        return (person, token.scopes)
    }
}
