package import Access
package import Kernel
package import Storage
import Web

/// Which collaborators of the partner enter a client (PART-16). Who answers for the partner or administers it enters every one.
extension Partnership {
    /// Who is no collaborator any more enters by their role, or not at all: given again, it begins anew.
    static func forget(_ person: PersonID, of partner: OrganizationID, _ connection: Connection) throws {
        try connection.execute(
            "DELETE FROM partnership_person WHERE partner_id = \(partner) AND person_id = \(person)")
    }

    /// More do not look after one client.
    static let peopleMax = 200

    /// The collaborators to whom it was given.
    static func people(of id: PartnershipID, _ connection: Connection) throws -> Set<PersonID> {
        Set(
            try connection.rows("SELECT person_id FROM partnership_person WHERE partnership_id = \(id)")
                .map { try $0["person_id"] })
    }

    /// Makes the collaborators who may enter the client what they should be.
    /// - Parameter seen: those whom the form showed; others stay as they are.
    /// - Throws: 403 where the right is over; 404 for somebody who is no collaborator; 422 for too many.
    package func setPeople(
        _ chosen: Set<PersonID>, seen: Set<PersonID>, permit: Permit<ManageMembers>, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard permit.organization == partner,
            try Partnership.find(of: partner, with: client, in: connection)?.id == id
        else { throw Problem.notFound }
        let old = try Partnership.people(of: id, connection)
        let new = old.subtracting(seen).union(chosen)
        guard new.count <= Partnership.peopleMax else {
            throw Problem.field(
                "people", "clients.people.too_many", code: "validation_rule_max", ["max": String(Partnership.peopleMax)]
            )
        }
        for person in new.subtracting(old).sorted() {
            guard try Member.find(person, in: partner, connection)?.role == .collaborator else {
                throw Problem.notFound
            }
            try connection.execute(
                """
                INSERT INTO partnership_person (partnership_id, partner_id, person_id) VALUES (\(id), \(partner), \(person))
                """)
        }
        for person in old.subtracting(new).sorted() {
            try connection.execute(
                "DELETE FROM partnership_person WHERE partnership_id = \(id) AND person_id = \(person)")
        }
        if new == old { return }
        try connection.announce(
            Event(
                "ClientPeopleChanged", by: actor, organization: partner, subject: "client", id.rawValue,
                payload: ["people_before": old.idText, "people_after": new.idText]), at: now)
    }
}
