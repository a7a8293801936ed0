import Delivery
import Kernel
import Storage

extension Migration {
    static let signUps = Migration(
        "accounts-002-sign-ups",
        """
        CREATE TABLE sign_up (
            id IDENTITY,
            email TEXT NOT NULL,
            email_key TEXT NOT NULL,
            language TEXT NOT NULL,
            next_path TEXT NOT NULL,
            nonce TEXT NOT NULL,
            is_staff BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            used_at BIGINT,
            person_id BIGINT REFERENCES person (id)
        );
        CREATE INDEX sign_up_of_address ON sign_up (email_key, id);
        CREATE TABLE sign_up_mail (
            email_key TEXT NOT NULL,
            sent_at BIGINT NOT NULL
        );
        CREATE INDEX sign_up_mail_of_address ON sign_up_mail (email_key, sent_at);
        """)

    /// Invitations belong to a room above, so that the column has no foreign key.
    static let invitedSignUps = Migration(
        "accounts-007-invited-sign-ups", "ALTER TABLE sign_up ADD COLUMN invitation_id BIGINT;")

    /// What is forgotten next is one look.
    static let forgottenSignUps = Migration(
        "accounts-010-forgotten-sign-ups",
        """
        CREATE INDEX sign_up_expiry ON sign_up (expires_at);
        CREATE INDEX sign_up_mail_age ON sign_up_mail (sent_at);
        """)
}

extension SignUp {
    private static let select: SQL = """
        SELECT id, email, language, next_path, nonce, is_staff, invitation_id, expires_at, used_at, person_id
        FROM sign_up
        """

    init(_ row: Row) throws {
        id = try row["id"]
        email = try row["email"]
        language = try row["language"]
        nextPath = try row["next_path"]
        nonce = try row["nonce"]
        isStaff = try row["is_staff"]
        invitation = try row["invitation_id"]
        expiresAt = try row["expires_at"]
        usedAt = try row["used_at"]
        person = try row["person_id"]
    }

    static func find(_ id: SignUpID, in connection: Connection) throws -> SignUp? {
        try connection.row("\(select) WHERE id = \(id)").map(SignUp.init)
    }

    static func insert(
        email: EmailAddress, language: Language, nextPath: String, nonce: String, isStaff: Bool,
        invitation: InvitationID? = nil, at now: Instant, in connection: Connection
    ) throws -> SignUp {
        let id: SignUpID = try connection.insert(
            """
            INSERT INTO sign_up (email, email_key, language, next_path, nonce, is_staff, invitation_id, created_at,
                expires_at)
            VALUES (\(email), \(email.key), \(language), \(nextPath), \(nonce), \(isStaff), \(invitation), \(now),
                \(now.adding(lifetime)))
            RETURNING id
            """)
        guard let made = try find(id, in: connection) else { throw Problem.notFound }
        return made
    }

    /// Asks for the mail, unless the address was written to too often; nobody is told which.
    func requestMail(by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        let sent: [Instant] = try connection.rows(
            "SELECT sent_at FROM sign_up_mail WHERE email_key = \(email.key) AND sent_at > \(now.adding(.hours(-24)))"
        ).map { try $0["sent_at"] }
        guard SignUp.maySend(sentAt: sent, now: now) else { return }
        try connection.execute("INSERT INTO sign_up_mail (email_key, sent_at) VALUES (\(email.key), \(now))")
        try connection.announce(Event("SignUpRequested", by: actor, subject: "sign_up", id.rawValue), at: now)
    }

    /// - Returns: false where it was used or has expired meanwhile; then nothing has changed.
    func use(by person: PersonID?, at now: Instant, in connection: Connection) throws -> Bool {
        try connection.execute(
            """
            UPDATE sign_up SET used_at = \(now), person_id = \(person)
            WHERE id = \(id) AND used_at IS NULL AND expires_at > \(now)
            """) == 1
    }
}

extension Accounts {
    /// Addresses that somebody typed are not kept: an account has its own by then, and the others never became one. For a week
    /// their link still says that it has expired or was used, and sends another one.
    var forgettingSignUps: Schedule {
        let kept: Duration = .days(7)
        return Schedule(
            name: "accounts-forgetting-sign-ups",
            nextDue: { connection in
                let oldest: Instant? = try connection.row(
                    """
                    SELECT MIN(due) AS due FROM (
                        SELECT MIN(expires_at) AS due FROM sign_up UNION ALL SELECT MIN(sent_at) FROM sign_up_mail
                    ) AS oldest
                    """)?["due"]
                return oldest?.adding(kept)
            },
            run: { [database] now in
                let end = now.adding(.zero - kept)
                return try await database.write { connection in
                    let mails = try connection.execute("DELETE FROM sign_up_mail WHERE sent_at <= \(end)")
                    return try connection.execute("DELETE FROM sign_up WHERE expires_at <= \(end)") + mails
                }
            })
    }
}
