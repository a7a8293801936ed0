package import Access
package import Kernel
package import Storage

extension Member {
    /// More often, and the mail would be taken for spam when it matters.
    package static let alertEvery: Duration = .days(1)

    /// Has the member told about their security settings by mail (USR-17).
    /// - Throws: 404; 409 `alerted_today` where they were told within a day.
    package static func alert(
        _ person: PersonID, permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let organization = permit.organization
        let rows = try connection.execute(
            """
            UPDATE membership SET alerted_at = \(now)
            WHERE organization_id = \(organization) AND person_id = \(person)
                AND (alerted_at IS NULL OR alerted_at <= \(now.adding(.zero - alertEvery)))
            """)
        guard rows == 1 else {
            let member = try connection.row(
                """
                SELECT 1 AS one FROM membership WHERE organization_id = \(organization) AND person_id = \(person)
                """)
            if member == nil { throw Problem.notFound }
            throw Problem(.conflict, code: "alerted_today", word: "members.refused.alerted")
        }
        try connection.announce(
            Event(
                "SecurityAlertSent", by: actor, organization: organization, subject: "person", person.rawValue), at: now
        )
    }
}
