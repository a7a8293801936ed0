import Kernel
import Storage
import Web

extension Migration {
    static let secondFactors = Migration(
        "accounts-005-second-factors",
        """
        ALTER TABLE person ADD COLUMN support_code TEXT;
        CREATE UNIQUE INDEX person_support_code ON person (support_code);
        ALTER TABLE person ADD COLUMN blocked_at BIGINT;
        ALTER TABLE person ADD COLUMN block_reason TEXT;
        ALTER TABLE person ADD COLUMN erased_at BIGINT;
        ALTER TABLE session ADD COLUMN confirmed_at BIGINT;
        CREATE TABLE totp (
            id IDENTITY,
            person_id BIGINT NOT NULL UNIQUE REFERENCES person (id),
            secret BYTES NOT NULL,
            confirmed_at BIGINT,
            last_step BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        );
        CREATE TABLE backup_code (
            person_id BIGINT NOT NULL REFERENCES person (id),
            code_hash BYTES NOT NULL,
            used_at BIGINT,
            PRIMARY KEY (person_id, code_hash)
        );
        """)
}

/// The second step of a person: an authenticator app, and the backup codes that stand in for it.
struct SecondFactor: Sendable {
    let totp: TOTP
    let confirmedAt: Instant?
    let createdAt: Instant
    /// Backup codes that were not used yet.
    let codesLeft: Int

    var isOn: Bool { confirmedAt != nil }

    /// A secret that lay on a screen for longer is made anew.
    static let enrolmentLifetime: Duration = .hours(1)

    func isEnrolling(at now: Instant) -> Bool {
        !isOn && now < createdAt.adding(SecondFactor.enrolmentLifetime)
    }

    /// What proved the second step.
    enum Proof: Sendable {
        case app
        case backupCode(left: Int)
    }
}

extension SecondFactor {
    static func find(_ person: PersonID, keys: Keys, in connection: Connection) throws -> SecondFactor? {
        try connection.row(
            """
            SELECT secret, confirmed_at, created_at,
                (SELECT COUNT(*) FROM backup_code
                WHERE backup_code.person_id = totp.person_id AND used_at IS NULL) AS codes_left
            FROM totp WHERE person_id = \(person)
            """
        ).map { row in
            SecondFactor(
                totp: TOTP(secret: try keys.open(try row["secret"], for: "totp", context: "person \(person)")),
                confirmedAt: try row["confirmed_at"], createdAt: try row["created_at"],
                codesLeft: try row["codes_left"])
        }
    }

    /// Keeps a secret that has yet to be proved, in place of an earlier one; one that is in use stays.
    static func begin(
        _ totp: TOTP, of person: PersonID, keys: Keys, at now: Instant, in connection: Connection
    ) throws {
        let sealed = try keys.seal(totp.secret, for: "totp", context: "person \(person)")
        try connection.execute(
            """
            INSERT INTO totp (person_id, secret, last_step, created_at) VALUES (\(person), \(sealed), 0, \(now))
            ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
            WHERE totp.confirmed_at IS NULL
            """)
    }

    /// - Returns: false where it was switched on, or begun anew, meanwhile.
    func confirm(step: Int64, of person: PersonID, at now: Instant, in connection: Connection) throws -> Bool {
        try connection.execute(
            """
            UPDATE totp SET confirmed_at = \(now), last_step = \(step)
            WHERE person_id = \(person) AND confirmed_at IS NULL AND created_at = \(createdAt)
            """) == 1
    }

    static func replaceCodes(of person: PersonID, with codes: [BackupCode], in connection: Connection) throws {
        try connection.execute("DELETE FROM backup_code WHERE person_id = \(person)")
        for code in codes {
            try connection.execute(
                "INSERT INTO backup_code (person_id, code_hash) VALUES (\(person), \(code.hash))")
        }
    }

    /// Takes a code of the app or of the sheet, each only once: the last step moves forward by compare-and-set, a backup code
    /// is marked.
    /// - Returns: nil where it is neither, or was used before.
    static func accept(
        _ typed: String, of person: PersonID, keys: Keys, at now: Instant, in connection: Connection
    ) throws -> Proof? {
        guard let factor = try find(person, keys: keys, in: connection), factor.isOn else { return nil }
        if let code = BackupCode(typed: typed) {
            let used = try connection.execute(
                """
                UPDATE backup_code SET used_at = \(now)
                WHERE person_id = \(person) AND code_hash = \(code.hash) AND used_at IS NULL
                """)
            return used == 1 ? .backupCode(left: factor.codesLeft - 1) : nil
        }
        guard let step = factor.totp.step(of: typed.filter { !$0.isWhitespace }, at: now) else { return nil }
        let moved = try connection.execute(
            "UPDATE totp SET last_step = \(step) WHERE person_id = \(person) AND last_step < \(step)")
        return moved == 1 ? .app : nil
    }

    /// - Returns: whether there was one in use.
    @discardableResult
    static func remove(of person: PersonID, in connection: Connection) throws -> Bool {
        try connection.execute("DELETE FROM backup_code WHERE person_id = \(person)")
        return try connection.execute("DELETE FROM totp WHERE person_id = \(person)") == 1
    }
}
