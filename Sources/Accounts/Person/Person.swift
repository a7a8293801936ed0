package import Kernel
package import Storage

/// A person with an account (ACC-1). The login is an e-mail address that was proved to be theirs.
package struct Person: Sendable {
    package let id: PersonID
    package let login: EmailAddress
    package let firstName: String
    package let lastName: String
    package let phone: PhoneNumber
    package let country: Country
    package let language: Language
    package let zone: Zone
    package let pictureVersion: String?
    package let isStaff: Bool
    package let passwordChangedAt: Instant
    package let createdAt: Instant
    /// Counts the changes, so that a form filled in from an older state is told so.
    package let revision: Int

    package var name: String { "\(firstName) \(lastName)" }

    static let select: SQL = """
        SELECT person.id, login, first_name, last_name, phone, country, language, time_zone, picture_version, is_staff,
            password_changed_at, created_at, revision
        FROM person
        """

    /// What is read of a person with the session or token that names them, in one statement: see `Accounts.recognise`.
    package static let recognised: SQL = """
        person.id AS person_id, login, first_name, last_name, phone, country, language, time_zone, picture_version,
            is_staff, person.created_at AS person_created_at
        """

    init(_ row: Row) throws {
        id = try row["id"]
        login = try row["login"]
        firstName = try row["first_name"]
        lastName = try row["last_name"]
        phone = try row["phone"]
        country = try row["country"]
        language = try row["language"]
        zone = try row["time_zone"]
        pictureVersion = try row["picture_version"]
        isStaff = try row["is_staff"]
        passwordChangedAt = try row["password_changed_at"]
        createdAt = try row["created_at"]
        revision = try row["revision"]
    }
}

extension Country {
    /// The zone to begin with; the profile changes it (ACC-17).
    package var usualZone: Zone {
        let names = [
            "CH": "Europe/Zurich", "LI": "Europe/Vaduz", "FR": "Europe/Paris", "DE": "Europe/Berlin",
            "AT": "Europe/Vienna", "IT": "Europe/Rome", "ES": "Europe/Madrid", "BE": "Europe/Brussels",
            "LU": "Europe/Luxembourg", "NL": "Europe/Amsterdam", "GB": "Europe/London", "IE": "Europe/Dublin",
            "PT": "Europe/Lisbon", "US": "America/New_York", "CA": "America/Toronto",
        ]
        return names[code].flatMap(Zone.init(_:)) ?? .zurich
    }
}
