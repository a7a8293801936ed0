import Access
import Kernel
import Storage
import Web

extension Organizations {
    var deletionConditions: [DeletionCondition] { endings.deletion + [.members] }

    func openDeletion(_ doors: Doors) {
        doors.organization(ManageOrganization.self).confirmed.form("delete", page: deletionPage) { visit, form in
            let wantsDocuments = form.isChecked("documents")
            guard let organization = try await database.read({ try Organization.find(visit.organization.id, in: $0) })
            else { throw Problem.notFound }
            destruction(organization, effects: [], visit.words).check(&form)
            try form.check()
            try await database.write { connection in
                try Organization.delete(
                    by: visit.permit, conditions: deletionConditions, wantsDocuments: wantsDocuments,
                    actor: visit.actor, at: visit.now, in: connection)
                if wantsDocuments {
                    try endings.handOver(organization.id, visit.permit.person, visit.now, connection)
                }
            }
            return .redirect("/profile/organizations/deleted/\(organization.id)")
        }
        doors.signedIn.get("/profile/organizations/deleted/{organization}") { visit in
            let id: OrganizationID = try visit.visit.id("organization")
            let organization = try await database.read { connection -> Organization? in
                guard try Organization.isDeleted(id, by: visit.person.id, connection) else { return nil }
                return try Organization.find(id, in: connection)
            }
            guard let organization else { throw Problem.notFound }
            return .page(deletedPage(visit, organization))
        }
    }

    private func deletionPage(_ visit: OrganizationVisit<ManageOrganization>, _ form: Form) async throws -> Page {
        let words = visit.words
        let id = visit.organization.id
        let found = try await database.read { connection -> DeletionPage? in
            guard let organization = try Organization.find(id, in: connection) else { return nil }
            return DeletionPage(
                visit: visit, form: form, organization: organization,
                checks: try deletionConditions.map { ($0, try $0.check(id, connection)) },
                effects: try effects(of: id, words, connection))
        }
        guard var page = found else { throw Problem.notFound }
        page.destruction = destruction(page.organization, effects: page.effects, words)
        return page.page
    }

    private func destruction(
        _ organization: Organization, effects: [Destructive.Effect], _ words: Words
    ) -> Destructive {
        Destructive(
            title: words("organizations.delete.button"), action: "/organizations/\(organization.id)/delete",
            effects: effects, back: "/organizations/\(organization.id)/settings", name: organization.name)
    }

    /// Counted from what is there now.
    private func effects(
        of id: OrganizationID, _ words: Words, _ connection: Connection
    ) throws -> [Destructive.Effect] {
        let row = try connection.row(
            """
            SELECT (SELECT COUNT(*) FROM team WHERE organization_id = \(id)) AS teams,
                (SELECT COUNT(*) FROM invitation WHERE organization_id = \(id) AND state = 'pending') AS invitations
            """)
        let teams: Int = try row?["teams"] ?? 0
        let invitations: Int = try row?["invitations"] ?? 0
        let documents = try endings.documents(id, connection).total
        var effects = [Destructive.Effect(words("organizations.delete.effect.access"))]
        if teams > 0 { effects.append(.init(words.count("organizations.delete.effect.teams", teams))) }
        if invitations > 0 {
            effects.append(.init(words.count("organizations.delete.effect.invitations", invitations)))
        }
        effects.append(.init(words.count("organizations.delete.effect.documents", documents)))
        effects.append(.init(words("organizations.delete.effect.account")))
        effects.append(.init(words("organizations.delete.effect.final")))
        return effects
    }

    /// The end, explained (ORG-15).
    private func deletedPage(_ visit: SignedInVisit, _ organization: Organization) -> Page {
        let words = visit.words
        let next: HTML =
            visit.person.organizations.isEmpty
            ? linkButton(words("organizations.new"), "/organizations/new", icon: "plus", isPrimary: true)
            : linkButton(words("organizations.mine"), "/profile/organizations", icon: "building", isPrimary: true)
        let explanations = [
            words("organizations.deleted.gone"), words("organizations.deleted.kept"),
            words("organizations.deleted.account"), words("organizations.deleted.mail", ["login": visit.person.login]),
        ].map { "<li>\($0)</li>" as HTML }
        return Page(
            title: words("organizations.deleted"), current: "profile",
            body: """
                \(pageHead(
                    words("organizations.deleted.title", ["organization": organization.name]),
                    words("organizations.deleted.lead")))
                \(panel(
                    """
                    <ul class="stack">\(explanations)</ul>
                    <p class="gap-above">\(words(visit.person.organizations.isEmpty ? "organizations.deleted.next.none" : "organizations.deleted.next"))</p>
                    <p class="gap-above">\(next)</p>
                    """))
                """)
    }
}
