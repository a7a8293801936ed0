package import Kernel
package import Storage
package import Web

extension Accounts {
    /// The form that makes an account for an invited address (ACC-7). Whoever opened the link in the invitation's mail has
    /// proved the address as well as with a mail of our own, so that the details are asked at once; the account joins what the
    /// invitation says and founds nothing. Asked twice, it is the same form.
    /// - Parameter page: of the invitation, to come back to.
    /// - Returns: nil where the address has an account; its owner signs in instead.
    package static func signUpLink(
        for email: EmailAddress, from invitation: InvitationID, page: Link, language: Language, nonce: String,
        keys: Keys, at now: Instant, in connection: Connection
    ) throws -> Link? {
        guard try Person.find(login: email, in: connection) == nil else { return nil }
        let open = try connection.row(
            """
            SELECT id FROM sign_up
            WHERE email_key = \(email.key) AND invitation_id = \(invitation) AND used_at IS NULL AND expires_at > \(now)
            ORDER BY id DESC LIMIT 1
            """)
        let signUp =
            try open.flatMap { try SignUp.find(try $0["id"], in: connection) }
            ?? SignUp.insert(
                email: email, language: language, nextPath: page.text, nonce: nonce, isStaff: false,
                invitation: invitation, at: now, in: connection)
        return "/sign-up/\(signUp.token(keys).text)"
    }
}
