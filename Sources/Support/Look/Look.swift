import Kernel
import Storage

extension Migration {
    /// One row for each hour in which somebody of the staff looked at a customer.
    static let looks = Migration(
        "support-001-looks",
        """
        CREATE TABLE staff_look (
            id IDENTITY,
            staff_id BIGINT NOT NULL REFERENCES person (id),
            subject TEXT NOT NULL CHECK (subject IN ('person', 'organization')),
            subject_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            looked_at BIGINT NOT NULL,
            UNIQUE (staff_id, subject, subject_id, hour)
        );
        CREATE INDEX staff_look_of_subject ON staff_look (subject, subject_id, id);
        """)
}

/// A look of the staff at a customer, as the customer is told of it (SUP-23).
struct Look: Sendable {
    let staff: String
    let lookedAt: Instant

    /// Writes down that the staff looks at a person: once an hour, however many pages are opened.
    static func note(
        at person: PersonID, by staff: PersonID, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        guard try isFirst("person", person.rawValue, by: staff, at: now, connection) else { return }
        try connection.announce(
            Event("StaffViewedPerson", by: actor, subject: "person", person.rawValue), at: now)
    }

    /// The same for an organisation, in whose activity it stands.
    static func note(
        at organization: OrganizationID, by staff: PersonID, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        guard try isFirst("organization", organization.rawValue, by: staff, at: now, connection) else { return }
        try connection.announce(
            Event(
                "StaffViewedOrganization", by: actor, organization: organization, subject: "organization",
                organization.rawValue), at: now)
    }

    private static func isFirst(
        _ subject: String, _ id: Int64, by staff: PersonID, at now: Instant, _ connection: Connection
    ) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO staff_look (staff_id, subject, subject_id, hour, looked_at)
            VALUES (\(staff), \(subject), \(id), \(now.epochSeconds / 3600), \(now))
            ON CONFLICT (staff_id, subject, subject_id, hour) DO NOTHING
            """) == 1
    }

    static func count(at person: PersonID, in connection: Connection) throws -> Int {
        try connection.row(
            "SELECT COUNT(*) AS count FROM staff_look WHERE subject = 'person' AND subject_id = \(person)")?["count"]
            ?? 0
    }

    /// Newest first.
    static func list(
        at person: PersonID, limit: Int, offset: Int, in connection: Connection
    ) throws -> [Look] {
        try connection.rows(
            """
            SELECT person.first_name, person.last_name, staff_look.looked_at
            FROM staff_look JOIN person ON person.id = staff_look.staff_id
            WHERE staff_look.subject = 'person' AND staff_look.subject_id = \(person)
            ORDER BY staff_look.id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ).map { row in
            let first: String = try row["first_name"]
            let last: String = try row["last_name"]
            return Look(staff: "\(first) \(last)", lookedAt: try row["looked_at"])
        }
    }
}
