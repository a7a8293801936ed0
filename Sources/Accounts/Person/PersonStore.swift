package import Kernel
package import Storage

extension Migration {
    static let people = Migration(
        "accounts-001-people",
        """
        CREATE TABLE person (
            id IDENTITY,
            login TEXT NOT NULL,
            login_key TEXT NOT NULL UNIQUE,
            first_name TEXT NOT NULL CHECK (first_name <> ''),
            last_name TEXT NOT NULL CHECK (last_name <> ''),
            phone TEXT NOT NULL,
            country TEXT NOT NULL,
            language TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            password_changed_at BIGINT NOT NULL,
            picture_version TEXT,
            is_staff BOOLEAN NOT NULL,
            revision INTEGER NOT NULL,
            created_at BIGINT NOT NULL
        );
        CREATE TABLE person_picture (
            person_id BIGINT PRIMARY KEY REFERENCES person (id),
            content_type TEXT NOT NULL,
            bytes BYTES NOT NULL
        );
        """)
}

extension Person {
    package static func find(_ id: PersonID, in connection: Connection) throws -> Person? {
        try connection.row("\(select) WHERE id = \(id)").map(Person.init)
    }

    package static func find(login: EmailAddress, in connection: Connection) throws -> Person? {
        try connection.row("\(select) WHERE login_key = \(login.key)").map(Person.init)
    }

    /// Whether anyone runs this installation.
    package static func hasStaff(in connection: Connection) throws -> Bool {
        try connection.row("SELECT id FROM person WHERE is_staff LIMIT 1") != nil
    }

    static func insert(_ new: NewPerson, hash: PasswordHash, at now: Instant, in connection: Connection) throws
        -> PersonID
    {
        try connection.insert(
            """
            INSERT INTO person (login, login_key, first_name, last_name, phone, country, language, time_zone,
                password_hash, password_changed_at, is_staff, revision, created_at)
            VALUES (\(new.login), \(new.login.key), \(new.firstName), \(new.lastName), \(new.phone), \(new.country),
                \(new.language), \(new.country.usualZone), \(hash.phc), \(now), \(new.isStaff), 1, \(now))
            RETURNING id
            """)
    }

    static func passwordHash(of id: PersonID, in connection: Connection) throws -> PasswordHash? {
        let text: String? = try connection.row("SELECT password_hash FROM person WHERE id = \(id)")?["password_hash"]
        return text.flatMap(PasswordHash.init(phc:))
    }

    static func setPasswordHash(
        _ hash: PasswordHash, of id: PersonID, changedAt: Instant?, in connection: Connection
    ) throws {
        try connection.execute(
            """
            UPDATE person SET password_hash = \(hash.phc),
                password_changed_at = COALESCE(\(changedAt), password_changed_at)
            WHERE id = \(id)
            """)
    }

    /// - Throws: 409 where the person was changed since the form was filled in.
    static func rename(
        _ id: PersonID, firstName: String, lastName: String, revision: Int, in connection: Connection
    ) throws {
        try changed(
            connection.execute(
                """
                UPDATE person SET first_name = \(firstName), last_name = \(lastName), revision = revision + 1
                WHERE id = \(id) AND revision = \(revision)
                """))
    }

    /// - Throws: 409 as above.
    static func settle(
        _ id: PersonID, country: Country, zone: Zone, revision: Int, in connection: Connection
    ) throws {
        try changed(
            connection.execute(
                """
                UPDATE person SET country = \(country), time_zone = \(zone), revision = revision + 1
                WHERE id = \(id) AND revision = \(revision)
                """))
    }

    static func speak(_ id: PersonID, _ language: Language, in connection: Connection) throws {
        try connection.execute("UPDATE person SET language = \(language) WHERE id = \(id)")
    }

    private static func changed(_ rows: Int) throws(Problem) {
        guard rows == 1 else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
    }
}

/// What a sign-up brings together.
package struct NewPerson: Sendable {
    package let login: EmailAddress
    package let firstName: String
    package let lastName: String
    package let phone: PhoneNumber
    package let country: Country
    package let language: Language
    package let isStaff: Bool

    package init(
        login: EmailAddress, firstName: String, lastName: String, phone: PhoneNumber, country: Country,
        language: Language, isStaff: Bool = false
    ) {
        self.login = login
        self.firstName = firstName
        self.lastName = lastName
        self.phone = phone
        self.country = country
        self.language = language
        self.isStaff = isStaff
    }
}
