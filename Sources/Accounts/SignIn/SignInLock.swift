import Kernel
import Storage

/// How failures slow down whoever guesses, without giving them a lock to close on the owner (security.md, "Rate limits and
/// lock-out"): counted per login and kind of device, for logins that exist and for those that do not.
struct SignInLock {
    static let threshold = 5
    static let window: Duration = .minutes(15)
    static let delayMaxSeconds = 900

    /// From the fifth failure on: 1, 2, 4 … 900 seconds in which even the right password is answered like a wrong one.
    static func delay(afterFailures count: Int) -> Duration {
        guard count >= threshold else { return .zero }
        return .seconds(min(1 << min(count - threshold, 20), delayMaxSeconds))
    }
}

extension Migration {
    static let signInFailures = Migration(
        "accounts-004-sign-in-failures",
        """
        CREATE TABLE sign_in_failure (
            login_hash BYTES NOT NULL,
            device TEXT NOT NULL CHECK (device IN ('known', 'unknown')),
            count INTEGER NOT NULL,
            last_at BIGINT NOT NULL,
            locked_until BIGINT NOT NULL,
            PRIMARY KEY (login_hash, device)
        );
        """)
}

extension SignInLock {
    /// Counts the attempt as a failure before the password is looked at, so that a hundred parallel tries count as a hundred.
    /// - Returns: until when the account is locked for this kind of device; nil where it is not.
    static func begin(_ loginHash: [UInt8], isKnownDevice: Bool, at now: Instant, in connection: Connection) throws
        -> Instant?
    {
        let device = isKnownDevice ? "known" : "unknown"
        let fresh = now.adding(.milliseconds(-window.wholeMilliseconds))
        let row = try connection.row(
            """
            INSERT INTO sign_in_failure (login_hash, device, count, last_at, locked_until)
            VALUES (\(loginHash), \(device), 1, \(now), 0)
            ON CONFLICT (login_hash, device) DO UPDATE SET
                count = CASE WHEN sign_in_failure.last_at < \(fresh) THEN 1 ELSE sign_in_failure.count + 1 END,
                last_at = \(now)
            RETURNING count, locked_until
            """)
        guard let row else { return nil }
        let lockedUntil: Instant = try row["locked_until"]
        let until = now.adding(delay(afterFailures: try row["count"]))
        if until > lockedUntil {
            try connection.execute(
                "UPDATE sign_in_failure SET locked_until = \(until) WHERE login_hash = \(loginHash) AND device = \(device)"
            )
        }
        return now < lockedUntil ? lockedUntil : nil
    }

    static func clear(_ loginHash: [UInt8], isKnownDevice: Bool, in connection: Connection) throws {
        let device = isKnownDevice ? "known" : "unknown"
        try connection.execute("DELETE FROM sign_in_failure WHERE login_hash = \(loginHash) AND device = \(device)")
    }
}
