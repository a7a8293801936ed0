import Access
import Kernel
import Storage
import Web

/// A membership as its own holder lists it (ACC-38).
struct OwnOrganization: Sendable {
    let id: OrganizationID
    let name: String
    let role: Role
    let since: Instant
    /// What stands against leaving; empty where nothing does.
    let hindrances: [Hindrance]

    static func list(
        of person: PersonID, _ paging: Paging, conditions: [LeavingCondition], in connection: Connection
    ) throws -> Listing<OwnOrganization> {
        let total: Int =
            try connection.row("SELECT COUNT(*) AS count FROM membership WHERE person_id = \(person)")?["count"] ?? 0
        let items = try connection.rows(
            """
            SELECT organization.id, organization.name, membership.role, membership.created_at
            FROM membership JOIN organization ON organization.id = membership.organization_id
            WHERE membership.person_id = \(person)
            ORDER BY organization.name, organization.id LIMIT \(paging.size) OFFSET \(paging.offset)
            """
        ).map { row in
            let id: OrganizationID = try row["id"]
            let role: Role = try row["role"]
            return OwnOrganization(
                id: id, name: try row["name"], role: role, since: try row["created_at"],
                hindrances: try Leaving.hindrances(
                    of: person, role, others: Member.others(than: [person], in: id, connection), in: id,
                    conditions: conditions, connection))
        }
        return Listing(items: items, total: total, paging: paging)
    }
}

extension Organizations {
    /// "My organisations" (ORG-5, ORG-6, ACC-38).
    func openOwnOrganizations(_ doors: Doors) {
        doors.signedIn.get("/profile/organizations") { visit in
            let list = try await database.read { connection in
                try OwnOrganization.list(
                    of: visit.person.id, visit.paging, conditions: endings.leaving, in: connection)
            }
            return .page(page(visit, list))
        }
    }

    private func page(_ visit: SignedInVisit, _ list: Listing<OwnOrganization>) -> Page {
        let words = visit.words
        let new = linkButton(words("organizations.new"), "/organizations/new", icon: "plus", isPrimary: true)
        return Page(
            title: words("organizations.mine"), current: "profile",
            body: """
                \(crumbs(words, [(words("shell.profile"), "/profile"), (words("organizations.mine"), nil)]))
                \(pageHead(words("organizations.mine"), words("organizations.mine.lead"), action: new))
                \(list.items.isEmpty
                    ? panel(emptyState(icon: "building", words("organizations.mine.none"), action: new))
                    : panel(
                        isFlush: true,
                        """
                        <table class="table"><caption>\(words.count("organizations.mine.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("organizations.name"))</th>\
                        <th scope="col">\(words("organizations.your_role"))</th>\
                        <th scope="col">\(words("organizations.mine.since"))</th>\
                        <th scope="col"><span class="vh">\(words("organizations.mine.actions"))</span></th></tr></thead>
                        <tbody>\(list.items.map { row($0, visit) })</tbody></table>
                        """))
                \(pager(list, words) { Link("/profile/organizations").query([("page", String($0))]) })
                """)
    }

    private func row(_ own: OwnOrganization, _ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let leaveLink: Link = "/organizations/\(own.id)/leave"
        let leave: HTML
        if let first = own.hindrances.first {
            leave = lockedAction(
                words("organizations.leave"), reason: words(first.word, first.arguments), id: "leave-\(own.id)",
                action:
                    "<a href=\"\(leaveLink)\">\(words("organizations.leave.what_to_do"))<span class=\"vh\">: \(own.name)</span></a>"
            )
        } else {
            leave =
                "<a class=\"btn quiet\" href=\"\(leaveLink)\">\(icon("sign-out"))\(words("organizations.leave"))<span class=\"vh\"> \(own.name)</span></a>"
        }
        return """
            <tr><th scope="row"><a href="\(Link("/organizations/\(own.id)"))">\(own.name)</a></th>
            <td data-label="\(words("organizations.your_role"))">\(words("role.\(own.role.rawValue)"))</td>
            <td class="date" data-label="\(words("organizations.mine.since"))">\(words.day(visit.zone.day(of: own.since)))</td>
            <td class="act"><span class="row"><a class="btn quiet" href="\(Link("/organizations/\(own.id)"))">\
            \(icon("chevron-right"))\(words("organizations.mine.open"))<span class="vh"> \(own.name)</span></a>\
            \(leave)</span></td></tr>
            """
    }
}
