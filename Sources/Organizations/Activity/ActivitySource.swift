import Kernel
import Storage
import Web

/// Where the events of a log stand: each condition is met by an index that has them in their order, so that the newest of all
/// are found among the newest of each.
struct ActivitySource {
    let scope: ActivityScope
    let filter: ActivityFilter
    let subjects: [String: SubjectKind]

    /// What support notes about its own work; it may name others, and changes nothing for the person.
    private static let internalNotes = ["BlockRequested", "StaffViewedPerson"]
    /// More people of one name than anybody looks for.
    private static let peopleMax = 100

    /// The newest of what meets any of the conditions. No event meets two of them.
    static func newest(_ count: Int, of conditions: [SQL], _ range: SQL) -> SQL {
        let parts = conditions.enumerated().map { index, condition -> SQL in
            let newest: SQL = """
                SELECT id, happened_at, subject, organization_id FROM event
                WHERE \(condition) AND \(range) ORDER BY id DESC LIMIT \(count)
                """
            let union: SQL = index == 0 ? "" : "UNION ALL "
            return "\(union)SELECT id, happened_at, subject, organization_id FROM (\(newest)) part "
        }
        let all = parts.reduce("" as SQL) { "\($0)\($1)" }
        return "SELECT id, happened_at, subject, organization_id FROM (\(all)) parts ORDER BY id DESC LIMIT \(count)"
    }

    /// - Parameter organizations: those in which a product can be looked for.
    func conditions(_ organizations: [OrganizationID], _ connection: Connection) throws -> [SQL] {
        let products: [Int64]? =
            filter.product.isEmpty ? nil : try subjects["product"]?.find(connection, organizations, filter.product)
        switch scope {
        case .organization(let id):
            let people = filter.person.isEmpty ? nil : try people(in: id, connection)
            let own = organization(id, products, people)
            return products == nil ? [own, blocks(in: id, people)] : [own]
        case .person(let id):
            if let products { return ["product_id IN \(products) AND +person_id = \(id)"] }
            return ["person_id = \(id)", others(to: id)]
        }
    }

    /// A plus sign keeps a database from choosing the index of the column, where another one leaves fewer rows.
    private func organization(_ id: OrganizationID, _ products: [Int64]?, _ people: [PersonID]?) -> SQL {
        switch (products, people) {
        case (nil, nil): "organization_id = \(id)"
        case (let products?, nil): "product_id IN \(products) AND +organization_id = \(id)"
        case (let products?, let people?):
            "product_id IN \(products) AND +organization_id = \(id) AND +person_id IN \(people)"
        case (nil, let people?) where people.count == 1: "person_id IN \(people) AND +organization_id = \(id)"
        case (nil, let people?): "organization_id = \(id) AND +person_id IN \(people)"
        }
    }

    /// That a member was kept out by the operator concerns the organisation, though it happened to the account (BLK-9). The
    /// names stand in the text as the index `event_of_block` has them. Who has left since was a member if the next that was
    /// noted of their membership is its end.
    private func blocks(in id: OrganizationID, _ people: [PersonID]?) -> SQL {
        let blocks: SQL = """
            name IN ('PersonBlocked', 'PersonUnblocked') AND +organization_id IS NULL
                AND (EXISTS (SELECT 1 FROM membership WHERE membership.organization_id = \(id)
                        AND membership.person_id = event.subject_id AND membership.created_at <= event.happened_at)
                    OR (SELECT later.name FROM event AS later WHERE later.subject = 'person'
                        AND later.subject_id = event.subject_id AND +later.organization_id = \(id)
                        AND later.name IN ('MemberJoined', 'MemberLeft', 'MemberRemoved') AND later.id > event.id
                        ORDER BY later.id LIMIT 1) IN ('MemberLeft', 'MemberRemoved'))
            """
        return people.map { "\(blocks) AND +person_id IN \($0)" } ?? blocks
    }

    /// What somebody else did to a person or in their name: attempts to sign in, blocks, changes of their rights.
    private func others(to id: PersonID) -> SQL {
        """
        subject = 'person' AND subject_id = \(id.rawValue) AND (person_id IS NULL OR +person_id <> \(id))
            AND name NOT IN \(ActivitySource.internalNotes)
        """
    }

    /// Members by name or login, and by name those who did something here lately and are none, or not any more.
    private func people(in id: OrganizationID, _ connection: Connection) throws -> [PersonID] {
        let pattern = Dialect.containing(filter.person)
        let name = connection.dialect.matches("person.first_name || ' ' || person.last_name", pattern)
        let login = connection.dialect.matches("person.login", pattern)
        let members: [PersonID] = try connection.rows(
            """
            SELECT person.id AS id FROM membership JOIN person ON person.id = membership.person_id
            WHERE membership.organization_id = \(id) AND (\(name) OR \(login))
            ORDER BY person.id LIMIT \(ActivitySource.peopleMax)
            """
        ).map { try $0["id"] }
        let others: [PersonID] = try connection.rows(
            """
            SELECT person.id AS id FROM (
                SELECT DISTINCT person_id FROM (
                    SELECT person_id FROM event WHERE organization_id = \(id)
                    ORDER BY id DESC LIMIT \(ActivityStore.searchMax)
                ) recent
            ) actor JOIN person ON person.id = actor.person_id
            WHERE \(name) ORDER BY person.id LIMIT \(ActivitySource.peopleMax)
            """
        ).map { try $0["id"] }
        return Set(members + others).sorted()
    }
}
