import Accounts
import Kernel
import Storage
import Web

extension Kontor {
    /// What keeps people from deleting their account: an organisation that nobody else answers for (ACC-36). Else they leave
    /// their organisations, which stay (ACC-37), and the programs that spoke for them fall silent.
    static let departure = Departure(
        obstacles: { connection, person in
            try unattended(without: person, in: connection).map { organization in
                Obstacle(
                    word: "accounts.deletion.alone", arguments: ["organization": organization.name],
                    link: "/organizations/\(organization.id)/settings")
            }
        },
        depart: { connection, person, actor, now in
            let organizations: [OrganizationID] = try connection.rows(
                "SELECT organization_id FROM membership WHERE person_id = \(person) ORDER BY organization_id"
            ).map { try $0["organization_id"] }
            for organization in organizations { try connection.lock("organization", organization) }
            // Two who answer for the same organisation, at the same moment: the second one stays.
            guard try unattended(without: person, in: connection).isEmpty else { throw Departure.obstructed }
            try connection.execute("DELETE FROM membership WHERE person_id = \(person)")
            try connection.execute("DELETE FROM api_token WHERE person_id = \(person)")
            for organization in organizations {
                try connection.announce(
                    Event(
                        "MemberLeft", by: actor, organization: organization, subject: "person", person.rawValue),
                    at: now)
            }
        })

    /// The organisations that nobody would answer for any more.
    private static func unattended(
        without person: PersonID, in connection: Connection
    ) throws -> [(id: OrganizationID, name: String)] {
        try connection.rows(
            """
            SELECT organization.id, organization.name
            FROM membership JOIN organization ON organization.id = membership.organization_id
            WHERE membership.person_id = \(person) AND membership.role = 'legal_representative'
                AND NOT EXISTS (
                    SELECT 1 FROM membership AS other
                    WHERE other.organization_id = membership.organization_id AND other.person_id <> \(person)
                        AND other.role = 'legal_representative')
            ORDER BY organization.name, organization.id
            """
        ).map { (id: try $0["id"], name: try $0["name"]) }
    }
}
