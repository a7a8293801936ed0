import Access
import Accounts
import Kernel
import Storage
import Web

/// What becomes of invitations when who sent them, or who accepted them, is no longer what they were.
extension Invitation {
    /// Takes back the open invitations of somebody whose rights have shrunk.
    /// - Parameter roles: what they may still give.
    static func withdraw(
        of person: PersonID, giving roles: [Role], in organization: OrganizationID, by actor: Event.Actor,
        at now: Instant, _ connection: Connection
    ) throws {
        let lost = Role.allCases.filter { !roles.contains($0) }
        if lost.isEmpty { return }
        let withdrawn = try connection.rows(
            """
            UPDATE invitation SET state = \(State.cancelled), decided_at = \(now)
            WHERE organization_id = \(organization) AND invited_by_id = \(person) AND state = 'pending' AND role IN \(lost)
            RETURNING id, role
            """)
        for row in withdrawn {
            let role: Role = try row["role"]
            try connection.announce(
                Event(
                    "InvitationCancelled", by: actor, organization: organization, subject: "invitation",
                    try row["id"], payload: ["role": role.rawValue]), at: now)
        }
    }

    /// Open invitations that go with somebody's membership.
    static func pendingCount(
        by person: PersonID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Int {
        try connection.row(
            """
            SELECT COUNT(*) AS count FROM invitation
            WHERE organization_id = \(organization) AND invited_by_id = \(person) AND state = 'pending'
            """)?["count"] ?? 0
    }

    /// Forgets the address of somebody whose account is deleted, in what they accepted and in what was sent to them.
    static func erase(_ person: PersonID, at now: Instant, in connection: Connection) throws {
        guard let login = try Person.find(person, in: connection)?.login else { return }
        let erased = "erased-\(person)@erased.invalid"
        try connection.execute(
            """
            UPDATE invitation SET email = \(erased), email_key = \(erased), decided_at = COALESCE(decided_at, \(now)),
                state = CASE WHEN state = 'pending' THEN 'cancelled' ELSE state END
            WHERE person_id = \(person) OR email_key = \(login.key)
            """)
    }
}
