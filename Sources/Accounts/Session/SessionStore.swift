package import Kernel
package import Storage
package import Web

extension Migration {
    static let sessions = Migration(
        "accounts-003-sessions",
        """
        CREATE TABLE session (
            id IDENTITY,
            secret_hash BYTES NOT NULL UNIQUE,
            person_id BIGINT NOT NULL REFERENCES person (id),
            organization_id BIGINT,
            address TEXT NOT NULL,
            client TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            last_seen_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        );
        CREATE INDEX session_of_person ON session (person_id, last_seen_at);
        CREATE INDEX session_expiry ON session (expires_at);
        CREATE TABLE known_device (
            secret_hash BYTES NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            created_at BIGINT NOT NULL,
            PRIMARY KEY (person_id, secret_hash)
        );
        """)
}

extension Migration {
    /// The id a session had before its last confirmation, for the requests that were under way.
    static let renewedSessions = Migration(
        "accounts-008-renewed-sessions",
        """
        ALTER TABLE session ADD COLUMN former_hash BYTES;
        ALTER TABLE session ADD COLUMN renewed_at BIGINT;
        CREATE INDEX session_former ON session (former_hash) WHERE former_hash IS NOT NULL;
        CREATE TABLE known_country (
            person_id BIGINT NOT NULL REFERENCES person (id),
            country TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (person_id, country)
        );
        """)
}

extension Session {
    /// A second click, and a page that was being loaded, still come with the id before.
    static let formerFor: Duration = .seconds(60)

    /// Gives a session that was just confirmed a new id.
    static func renew(
        _ id: SessionID, secretHash: [UInt8], at now: Instant, in connection: Connection
    ) throws {
        try connection.execute(
            """
            UPDATE session SET confirmed_at = \(now), renewed_at = \(now), former_hash = secret_hash,
                secret_hash = \(secretHash)
            WHERE id = \(id)
            """)
    }

    /// - Returns: whether the country is new to the person while others are known: then its owner is told (SES-9).
    static func remember(
        country: Country, of person: PersonID, at now: Instant, in connection: Connection
    ) throws -> Bool {
        let knowsOthers =
            try connection.row("SELECT person_id FROM known_country WHERE person_id = \(person) LIMIT 1") != nil
        let isNew =
            try connection.execute(
                """
                INSERT INTO known_country (person_id, country, created_at) VALUES (\(person), \(country), \(now))
                ON CONFLICT (person_id, country) DO NOTHING
                """) == 1
        return isNew && knowsOthers
    }

    static func insert(
        secretHash: [UInt8], person: PersonID, address: String, client: String, at now: Instant,
        in connection: Connection
    ) throws -> SessionID {
        try connection.insert(
            """
            INSERT INTO session (secret_hash, person_id, address, client, created_at, last_seen_at, expires_at,
                confirmed_at)
            VALUES (\(secretHash), \(person), \(address), \(client), \(now), \(now), \(now.adding(lifetime)),
                \(now))
            RETURNING id
            """)
    }

    static func all(of person: PersonID, at now: Instant, in connection: Connection) throws -> [Session] {
        try connection.rows(
            """
            SELECT id, person_id, address, client, created_at, last_seen_at FROM session
            WHERE person_id = \(person) AND expires_at > \(now) ORDER BY last_seen_at DESC LIMIT 200
            """
        ).map { row in
            Session(
                id: try row["id"], person: try row["person_id"], address: try row["address"],
                client: Client(userAgent: try row["client"]), createdAt: try row["created_at"],
                lastSeenAt: try row["last_seen_at"])
        }
    }

    /// - Returns: whether there was such a session of this person.
    static func end(_ id: SessionID, of person: PersonID, in connection: Connection) throws -> Bool {
        try connection.execute("DELETE FROM session WHERE id = \(id) AND person_id = \(person)") == 1
    }

    static func endAll(of person: PersonID, but kept: SessionID?, in connection: Connection) throws -> Int {
        try connection.execute("DELETE FROM session WHERE person_id = \(person) AND id <> \(kept?.rawValue ?? 0)")
    }

    /// - Returns: whether the device is new to the person while others are known: then its owner is told (SES-9).
    static func remember(
        deviceHash: [UInt8], of person: PersonID, at now: Instant, in connection: Connection
    ) throws -> Bool {
        let knowsOthers =
            try connection.row("SELECT person_id FROM known_device WHERE person_id = \(person) LIMIT 1") != nil
        let isNew =
            try connection.execute(
                """
                INSERT INTO known_device (secret_hash, person_id, created_at) VALUES (\(deviceHash), \(person), \(now))
                ON CONFLICT (person_id, secret_hash) DO NOTHING
                """) == 1
        return isNew && knowsOthers
    }

    static func isKnown(deviceHash: [UInt8], of person: PersonID, in connection: Connection) throws -> Bool {
        try connection.row(
            "SELECT person_id FROM known_device WHERE person_id = \(person) AND secret_hash = \(deviceHash)") != nil
    }
}

extension Accounts {
    /// Who a session cookie belongs to, for `Web.Recognition`. The organisations are the upper room's to add.
    package static func recognise(
        _ secretHash: [UInt8], at now: Instant, in connection: Connection,
        places: (PersonID) throws -> (own: [OrganizationSummary], client: OrganizationSummary?)
    ) throws -> SignedIn? {
        let row = try connection.row(
            """
            SELECT session.id AS session_id, last_seen_at, session.organization_id, session.confirmed_at,
                \(Person.recognised)
            FROM session JOIN person ON person.id = session.person_id
            WHERE secret_hash = \(secretHash) AND expires_at > \(now) AND blocked_at IS NULL AND erased_at IS NULL
            """)
        guard let row = try row ?? former(secretHash, at: now, in: connection) else { return nil }
        return try signedIn(
            row, session: row["session_id"], seenAt: row["last_seen_at"], confirmedAt: row["confirmed_at"],
            at: row["organization_id"], places: places(row["person_id"]))
    }

    private static func former(_ secretHash: [UInt8], at now: Instant, in connection: Connection) throws -> Row? {
        try connection.row(
            """
            SELECT session.id AS session_id, last_seen_at, session.organization_id, session.confirmed_at,
                \(Person.recognised)
            FROM session JOIN person ON person.id = session.person_id
            WHERE former_hash = \(secretHash) AND renewed_at > \(now.adding(.zero - Session.formerFor))
                AND expires_at > \(now) AND blocked_at IS NULL AND erased_at IS NULL
            """)
    }

    /// Who a program speaks for, from a row with the columns of `Person.recognised`; without the organisations, which a
    /// program names in its paths.
    package static func recognise(_ row: Row) throws -> SignedIn {
        try signedIn(row, session: nil, seenAt: nil, confirmedAt: nil, at: nil, places: ([], nil))
    }

    private static func signedIn(
        _ row: Row, session: SessionID?, seenAt: Instant?, confirmedAt: Instant?,
        at organization: OrganizationID?,
        places: (own: [OrganizationSummary], client: OrganizationSummary?)
    ) throws -> SignedIn {
        SignedIn(
            id: try row["person_id"], login: try row["login"], firstName: try row["first_name"],
            lastName: try row["last_name"], phone: try row["phone"], country: try row["country"],
            language: try row["language"], zone: try row["time_zone"], pictureVersion: try row["picture_version"],
            isStaff: try row["is_staff"], createdAt: try row["person_created_at"], session: session,
            sessionSeenAt: seenAt, hasSecondFactor: try row["has_second_factor"], confirmedAt: confirmedAt,
            currentOrganization: organization, organizations: places.own, client: places.client)
    }

    /// Notes that a session is in use (SES-14).
    package static func seen(_ session: SessionID, at now: Instant, in connection: Connection) throws {
        try connection.execute("UPDATE session SET last_seen_at = \(now) WHERE id = \(session)")
    }

    /// Where the person is now, so that the next visit of this browser begins there.
    package static func remember(_ organization: OrganizationID, in session: SessionID, connection: Connection) throws {
        try connection.execute("UPDATE session SET organization_id = \(organization) WHERE id = \(session)")
    }
}
