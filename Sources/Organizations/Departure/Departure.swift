package import Kernel
package import Storage
import Web

/// What organisations have to say when an account is deleted.
extension Organization {
    /// So many are named on the page; the rest comes up when these are dealt with.
    private static let obstaclesShownMax = 50

    /// The organisations that nobody would answer for without the person (ACC-36): to be deleted, or given to somebody else.
    package static func departureObstacles(of person: PersonID, in connection: Connection) throws -> [Hindrance] {
        try connection.rows(
            """
            SELECT id, name, others FROM (
                SELECT organization.id, organization.name, mine.role,
                    (SELECT COUNT(*) FROM membership AS other
                        WHERE other.organization_id = mine.organization_id AND other.person_id <> mine.person_id) AS others,
                    (SELECT COUNT(*) FROM membership AS other JOIN person ON person.id = other.person_id
                        WHERE other.organization_id = mine.organization_id AND other.person_id <> mine.person_id
                            AND other.role = 'legal_representative' AND person.blocked_at IS NULL
                            AND person.erased_at IS NULL) AS representatives
                FROM membership AS mine JOIN organization ON organization.id = mine.organization_id
                WHERE mine.person_id = \(person)
            ) AS own
            WHERE others = 0 OR (role = 'legal_representative' AND representatives = 0)
            ORDER BY name, id LIMIT \(obstaclesShownMax)
            """
        ).map { row in
            let id: OrganizationID = try row["id"]
            let others: Int = try row["others"]
            let isAlone = others == 0
            return Hindrance(
                code: isAlone ? "last_member" : "last_legal_representative",
                word: isAlone ? "organizations.departure.alone" : "organizations.departure.only_representative",
                arguments: ["organization": try row["name"]],
                remedies: [
                    isAlone
                        ? Hindrance.Remedy("organizations.leave.delete", "/organizations/\(id)/delete")
                        : Hindrance.Remedy("organizations.leave.name_another", "/organizations/\(id)/members")
                ])
        }
    }

    /// Ends every membership of somebody whose account is deleted, and forgets what organisations kept of them, by the rules: of two who answer for the same organisation
    /// and go at the same moment, the second one stays.
    /// - Throws: 409 where an organisation would be left without anybody who answers for it.
    package static func depart(
        _ person: PersonID, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        // In the order of their ids, so that two who go at the same moment wait for each other once only.
        let organizations: [OrganizationID] = try connection.rows(
            "SELECT organization_id FROM membership WHERE person_id = \(person) ORDER BY organization_id"
        ).map { try $0["organization_id"] }
        for organization in organizations {
            try Member.leave(organization, person, actor: actor, at: now, in: connection)
        }
        try Invitation.erase(person, at: now, in: connection)
        try ClientRequest.erase(person, at: now, in: connection)
        try AccessRequest.erase(person, in: connection)
    }
}
