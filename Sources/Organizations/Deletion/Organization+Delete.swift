package import Access
package import Kernel
package import Storage
import Web

extension Organization {
    /// Makes sure that an organisation stays as long as this transaction lasts. Whatever begins something in its name comes
    /// through here, so that nothing begins in one that is just being deleted.
    /// - Throws: 404 where it is deleted, or never was.
    package static func hold(_ id: OrganizationID, in connection: Connection) throws {
        if try askHold(id, in: connection).answer() == nil { throw Problem.notFound }
    }

    /// The same along with other questions: nil where it is deleted, or never was.
    package static func askHold(
        _ id: OrganizationID, in connection: Connection
    ) throws -> Question<OrganizationID?> {
        try connection.ask(
            "SELECT id FROM organization WHERE id = \(id) AND deleted_at IS NULL \(connection.dialect.holding)"
        ).first { try $0["id"] }
    }

    /// Ends the organisation. Its books, documents and events stay; the people keep their accounts (ACC-37).
    /// - Parameter wantsDocuments: whether a letter lists what was issued.
    /// - Throws: 404 where it is deleted already, or the person no longer answers for it; 409 `deletion_obstructed` where
    ///   something came up meanwhile.
    package static func delete(
        by permit: Permit<ManageOrganization>, conditions: [DeletionCondition], wantsDocuments: Bool,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let id = permit.organization
        try connection.lock("organization", id)
        try hold(id, in: connection)
        guard let member = try Member.find(permit.person, in: id, connection), member.role == .legalRepresentative,
            let organization = try find(id, in: connection)
        else { throw Problem.notFound }
        for condition in conditions where try !condition.check(id, connection).isNothing {
            throw Problem.deletionObstructed
        }
        try connection.execute(
            "UPDATE organization SET deleted_at = \(now), revision = revision + 1 WHERE id = \(id)")
        try connection.execute("DELETE FROM team WHERE organization_id = \(id)")
        try connection.execute("DELETE FROM membership WHERE organization_id = \(id)")
        try connection.execute(
            """
            UPDATE invitation SET state = 'cancelled', decided_at = \(now)
            WHERE organization_id = \(id) AND state = 'pending'
            """)
        try connection.execute(
            """
            UPDATE access_request SET state = 'refused', decided_by_id = \(permit.person), decided_at = \(now)
            WHERE organization_id = \(id) AND state = 'pending'
            """)
        try Partnership.endAll(of: id, because: .deletion, by: actor, at: now, connection)
        try connection.announce(
            Event(
                "OrganizationDeleted", by: actor, organization: id, subject: "organization", id.rawValue,
                payload: ["name": organization.name, "documents": wantsDocuments ? "yes" : "no"]), at: now)
    }

    /// Whether this person deleted it: who did is told afterwards what became of it (ORG-15).
    static func isDeleted(_ id: OrganizationID, by person: PersonID, _ connection: Connection) throws -> Bool {
        try connection.row(
            """
            SELECT event.id FROM event JOIN organization ON organization.id = event.organization_id
            WHERE event.organization_id = \(id) AND event.name = 'OrganizationDeleted' AND event.person_id = \(person)
                AND organization.deleted_at IS NOT NULL
            LIMIT 1
            """) != nil
    }
}

extension Problem {
    static let deletionObstructed = Problem(
        .conflict, code: "deletion_obstructed", word: "organizations.delete.obstructed")
}

extension DeletionCondition {
    /// Everybody else has left or was removed.
    static let members = DeletionCondition(
        "members", title: { $0("organizations.delete.members") },
        check: { id, connection in
            let count: Int =
                try connection.row("SELECT COUNT(*) AS count FROM membership WHERE organization_id = \(id)")?["count"]
                ?? 0
            let others = max(0, count - 1)
            return Remainder(count: others, link: "/organizations/\(id)/members") { words in
                words.count("organizations.delete.members.left", others)
            }
        })
}
