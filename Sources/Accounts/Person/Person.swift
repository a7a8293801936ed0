package import Kernel
package import Storage
package import Web

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
    /// Whether a second step follows the password (SEC-1, POL-7).
    package let hasSecondFactor: Bool
    /// Nine digits by which support knows a person quickly (SUP-1); nil until they were first shown.
    package let supportCode: String?
    /// Support keeps the person out (BLK-7).
    package let blockedAt: Instant?
    /// The account was deleted; the row stays for what refers to it, without a name (ACC-33).
    package let erasedAt: Instant?

    /// For people with an account; of one that may have been deleted, ask `displayName`.
    package var name: String { "\(firstName) \(lastName)" }

    package func displayName(_ words: Words) -> String { erasedAt == nil ? name : words("accounts.erased") }

    /// Whether this person may come in.
    package var isOpen: Bool { blockedAt == nil && erasedAt == nil }

    /// In a statement that reads from `person`: whether a second step is asked at sign-in.
    package static let hasSecondFactor: SQL = """
        EXISTS (SELECT 1 FROM totp WHERE totp.person_id = person.id AND totp.confirmed_at IS NOT NULL)
        """

    static let select: SQL = """
        SELECT person.id, login, first_name, last_name, phone, country, language, time_zone, picture_version, is_staff,
            password_changed_at, created_at, revision, support_code, blocked_at, erased_at,
            \(hasSecondFactor) AS has_second_factor
        FROM person
        """

    /// In which a search for people looks, by `Dialect.matches(words:in:)`.
    package static let searched: [StaticString] = ["person.first_name", "person.last_name", "person.login"]

    /// What is read of a person with the session or token that names them, in one statement: see `Accounts.recognise`.
    package static let recognised: SQL = """
        person.id AS person_id, login, first_name, last_name, phone, country, language, time_zone, picture_version,
            is_staff, person.created_at AS person_created_at, \(hasSecondFactor) AS has_second_factor
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
        hasSecondFactor = try row["has_second_factor"]
        supportCode = try row["support_code"]
        blockedAt = try row["blocked_at"]
        erasedAt = try row["erased_at"]
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
