package import Storage
package import Web

extension Migration {
    static let temporary = Migration(
        "accounts-005-temporary",
        """
        ALTER TABLE person ADD COLUMN blocked_at BIGINT;
        ALTER TABLE person ADD COLUMN erased_at BIGINT;
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
