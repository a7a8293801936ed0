package import Kernel
package import Storage

extension Migration {
    static let payoutFreeze = Migration(
        "accounts-008-payout-freeze", "ALTER TABLE person ADD COLUMN payouts_frozen_until BIGINT;")
}

/// Whoever has just recovered an account may be somebody else: for a while they get no money out of it (security.md,
/// "Recovery").
package enum PayoutFreeze {
    package static let duration: Duration = .hours(72)

    /// Called by whatever gives an account back without its password. A second time begins anew; it never gets shorter.
    /// - Throws: 404 for somebody unknown or erased.
    package static func begin(for person: PersonID, at now: Instant, in connection: Connection) throws {
        let until = now.adding(duration)
        let changed = try connection.execute(
            """
            UPDATE person SET payouts_frozen_until =
                CASE WHEN payouts_frozen_until > \(until) THEN payouts_frozen_until ELSE \(until) END
            WHERE id = \(person) AND erased_at IS NULL
            """)
        if changed == 0 { throw Problem.notFound }
    }

    /// - Returns: when the person may have money paid out again; nil where they may now.
    package static func end(for person: PersonID, at now: Instant, in connection: Connection) throws -> Instant? {
        let until: Instant? = try connection.row("SELECT payouts_frozen_until FROM person WHERE id = \(person)")?[
            "payouts_frozen_until"]
        return until.flatMap { now < $0 ? $0 : nil }
    }
}
