import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Members and teams, for those who manage them, and what can be done about them.
    func openSearch(_ doors: Doors) {
        doors.search(
            SearchSource(
                id: "people",
                all: { query in
                    Link("/organizations/\(query.organization)/members").query([("search", query.text)])
                }
            ) { query, connection in
                guard let permit = try? query.standing.permit(ManageMembers.self) else { return [] }
                var filter = MemberFilter()
                filter.search = query.text
                return try Member.list(filter, Paging(page: 1, size: query.limit), by: permit, in: connection).items.map
                {
                    member in
                    SearchHit(
                        kind: .people, title: member.name, detail: member.login.description, icon: "person",
                        link: "/organizations/\(query.organization)/members/\(member.id)")
                }
            })
        doors.search(
            SearchSource(
                id: "teams",
                all: { query in Link("/organizations/\(query.organization)/teams").query([("search", query.text)]) }
            ) { query, connection in
                let teams =
                    if let permit = try? query.standing.permit(ManageTeams.self) {
                        try Team.list(query.text, Paging(page: 1, size: query.limit), by: permit, in: connection).items
                    } else {
                        // Everybody finds their own, whose pages they may open.
                        try Team.all(of: query.standing.person, in: query.organization, connection)
                            .filter { query.matches($0.name) }
                    }
                return teams.prefix(query.limit).map { team in
                    SearchHit(
                        kind: .teams, title: team.name, detail: team.description, icon: "people",
                        link: "/organizations/\(query.organization)/teams/\(team.id)")
                }
            })
        doors.action(
            SearchAction(
                icon: "plus", title: { $0("invitations.new") }, also: { $0("search.also.invitations") },
                link: { "/organizations/\($0)/invitations/new" },
                isShown: { $0.has(ManageMembers.self) }))
        doors.action(
            SearchAction(
                icon: "plus", title: { $0("teams.new") }, link: { "/organizations/\($0)/teams/new" },
                isShown: { $0.has(ManageTeams.self) }))
        doors.action(
            SearchAction(
                icon: "shield", title: { $0("policy.title") }, also: { $0("search.also.policy") },
                link: { "/organizations/\($0)/policy" },
                isShown: { $0.has(ManagePolicy.self) }))
        doors.action(
            SearchAction(
                icon: "pencil", title: { $0("appearance.title") }, also: { $0("search.also.appearance") },
                link: { "/organizations/\($0)/appearance" },
                isShown: { $0.has(ManageAppearance.self) }))
        doors.action(
            SearchAction(
                icon: "pencil", title: { $0("organizations.details") }, also: { $0("search.also.details") },
                link: { "/organizations/\($0)/settings/details" },
                isShown: { $0.has(ManageOrganization.self) }))
    }

    /// What the activity log leads to.
    func openSubjects(_ doors: Doors) {
        doors.subject(
            "team", .members, link: { organization, id in organization.map { "/organizations/\($0)/teams/\(id)" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, name FROM team WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["name"]) })
            })
        doors.subject(
            "invitation", .members,
            link: { organization, _ in organization.map { "/organizations/\($0)/invitations" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, email FROM invitation WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["email"]) })
            })
        doors.subject(
            "access_request", .members,
            link: { organization, id in organization.map { "/organizations/\($0)/access/requests/\(id)" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows(
                    """
                    SELECT access_request.id AS id, first_name, last_name FROM access_request
                    JOIN person ON person.id = access_request.person_id WHERE access_request.id IN \(ids)
                    """)
                return Dictionary(
                    uniqueKeysWithValues: try rows.map { row in
                        (try row["id"], "\(try row["first_name"] as String) \(try row["last_name"] as String)")
                    })
            })
    }
}
