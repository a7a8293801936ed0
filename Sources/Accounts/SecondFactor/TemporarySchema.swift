package import Kernel
package import Storage
package import Web

extension Migration {
    static let temporary = Migration(
        "accounts-005-temporary",
        """
        ALTER TABLE person ADD COLUMN blocked_at BIGINT;
        ALTER TABLE person ADD COLUMN erased_at BIGINT;
        ALTER TABLE person ADD COLUMN block_reason TEXT;
        ALTER TABLE person ADD COLUMN support_code TEXT;
        ALTER TABLE session ADD COLUMN confirmed_at BIGINT;
        CREATE TABLE totp (id IDENTITY, person_id BIGINT NOT NULL UNIQUE, confirmed_at BIGINT);
        """)
}

extension Person {
    /// In a statement that reads from `person`: whether a second step is asked at sign-in.
    package static let hasSecondFactor: SQL = """
        EXISTS (SELECT 1 FROM totp WHERE totp.person_id = person.id AND totp.confirmed_at IS NOT NULL)
        """
}

extension Accounts {
    package func confirm(_ visit: Visit, password: String, code: String) async throws {}
}

extension Accounts {
    package static func block(
        _ person: PersonID, reason: String, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let changed = try connection.execute(
            """
            UPDATE person SET blocked_at = \(now), block_reason = \(reason) WHERE id = \(person) AND blocked_at IS NULL
            """)
        guard changed == 1 else { return }
        _ = try Session.endAll(of: person, but: nil, in: connection)
        try connection.announce(
            Event("PersonBlocked", by: actor, subject: "person", person.rawValue, payload: ["reason": reason]), at: now)
    }

    package static func unblock(
        _ person: PersonID, reason: String, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let changed = try connection.execute(
            """
            UPDATE person SET blocked_at = NULL, block_reason = NULL WHERE id = \(person) AND blocked_at IS NOT NULL
            """)
        guard changed == 1 else { return }
        try connection.announce(
            Event("PersonUnblocked", by: actor, subject: "person", person.rawValue, payload: ["reason": reason]),
            at: now)
    }
}

extension Person {
    package static func find(supportCode: String, in connection: Connection) throws -> Person? {
        let digits = supportCode.filter { !$0.isWhitespace && $0 != "-" }
        guard digits.utf8.count == 9 else { return nil }
        return try connection.row("\(select) WHERE support_code = \(digits)").map(Person.init)
    }
}
