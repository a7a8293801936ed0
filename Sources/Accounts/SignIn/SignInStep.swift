import Delivery
import Kernel
import Storage
import Web

/// A sign-in whose password was right and whose second step is to come (AUTH-1). Bound to the browser that typed the password:
/// the address of its page alone opens nothing.
struct SignInStep: Sendable {
    let id: Identifier<SignInStep>
    let nonce: String
    let person: PersonID
    let nextPath: String
    let browserHash: [UInt8]
    let expiresAt: Instant
    let tries: Int
    let usedAt: Instant?

    static let lifetime: Duration = .minutes(10)
    /// With one million codes of which two are right, five tries are nearly nothing.
    static let triesMax = 5

    enum State: Sendable {
        case open, expired, void, used
    }

    func state(at now: Instant) -> State {
        usedAt != nil ? .used : now >= expiresAt ? .expired : tries >= SignInStep.triesMax ? .void : .open
    }

    func token(_ keys: Keys) -> LinkToken { LinkToken("sign-in", id.rawValue, nonce: nonce, keys: keys) }
}

extension Migration {
    static let signInSteps = Migration(
        "accounts-006-sign-in-steps",
        """
        CREATE TABLE sign_in_step (
            id IDENTITY,
            nonce TEXT NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            next_path TEXT NOT NULL,
            browser_hash BYTES NOT NULL,
            tries INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            used_at BIGINT
        );
        CREATE INDEX sign_in_step_of_person ON sign_in_step (person_id);
        CREATE INDEX sign_in_step_expiry ON sign_in_step (expires_at);
        """)
}

extension SignInStep {
    private static let select: SQL = """
        SELECT id, nonce, person_id, next_path, browser_hash, expires_at, tries, used_at FROM sign_in_step
        """

    init(_ row: Row) throws {
        id = try row["id"]
        nonce = try row["nonce"]
        person = try row["person_id"]
        nextPath = try row["next_path"]
        browserHash = try row["browser_hash"]
        expiresAt = try row["expires_at"]
        tries = try row["tries"]
        usedAt = try row["used_at"]
    }

    static func find(_ id: Identifier<SignInStep>, in connection: Connection) throws -> SignInStep? {
        try connection.row("\(select) WHERE id = \(id)").map(SignInStep.init)
    }

    static func insert(
        of person: PersonID, nextPath: String, nonce: String, browser: String, at now: Instant,
        in connection: Connection
    ) throws -> SignInStep {
        let id: Identifier<SignInStep> = try connection.insert(
            """
            INSERT INTO sign_in_step (nonce, person_id, next_path, browser_hash, tries, created_at, expires_at)
            VALUES (\(nonce), \(person), \(nextPath), \(Keys.sha256(browser)), 0, \(now), \(now.adding(lifetime)))
            RETURNING id
            """)
        return SignInStep(
            id: id, nonce: nonce, person: person, nextPath: nextPath, browserHash: Keys.sha256(browser),
            expiresAt: now.adding(lifetime), tries: 0, usedAt: nil)
    }

    /// Counts a try before its code is looked at, so that parallel ones are counted too.
    /// - Returns: false where there is none left, or the time is over.
    func takeTry(at now: Instant, in connection: Connection) throws -> Bool {
        try connection.execute(
            """
            UPDATE sign_in_step SET tries = tries + 1
            WHERE id = \(id) AND used_at IS NULL AND expires_at > \(now) AND tries < \(SignInStep.triesMax)
            """) == 1
    }

    func use(at now: Instant, in connection: Connection) throws {
        try connection.execute("UPDATE sign_in_step SET used_at = \(now) WHERE id = \(id)")
    }

    static func endAll(of person: PersonID, in connection: Connection) throws {
        try connection.execute("DELETE FROM sign_in_step WHERE person_id = \(person)")
    }
}

extension Accounts {
    /// Steps that nobody will take any more go by themselves; for a day they still say that they have expired.
    var expiringSignInSteps: Schedule {
        let kept: Duration = .hours(24)
        return Schedule(
            name: "accounts-expiring-sign-ins",
            nextDue: { connection in
                let oldest: Instant? = try connection.row("SELECT MIN(expires_at) AS due FROM sign_in_step")?["due"]
                return oldest?.adding(kept)
            },
            run: { [database] now in
                let end = now.adding(.milliseconds(-kept.wholeMilliseconds))
                return try await database.write {
                    try $0.execute("DELETE FROM sign_in_step WHERE expires_at <= \(end)")
                }
            })
    }
}
