import Access
import Kernel
import Storage
import Web

extension Organizations {
    func openTeams(_ doors: Doors) {
        let managing = doors.organization(ManageTeams.self)
        managing.get("teams") { visit in
            let search = String(visit.visit.query("search").prefix(100)).trimmed
            let list = try await database.read { try Team.list(search, visit.paging, by: visit.permit, in: $0) }
            return .page(TeamList(visit: visit, search: search, list: list).page)
        }
        managing.form("teams/new", page: newTeamPage) { visit, form in
            let (name, description) = try Team.read(&form)
            let id = try await database.write { connection in
                try Team.create(
                    name: name, description: description, products: [], by: visit.permit, directory: products,
                    actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/teams/\(id)", notice: "teams.created")
        }
        managing.form("teams/{team}/change", page: changeTeamPage) { visit, form in
            let (name, description) = try Team.read(&form)
            let leader = PersonID(form.typed("leader"))
            let revision = Int(form.typed("revision")) ?? 0
            let team = try await team(visit)
            try await database.write { connection in
                try team.change(
                    name: name, description: description, leader: leader, revision: revision, by: visit.permit,
                    actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(team.link, notice: "saved")
        }
        openTeam(doors)
        openTeamMembers(doors)
        openTeamProducts(doors)
        openTeamDeletion(doors)
    }

    /// The team that the path names.
    /// - Throws: 404 where there is none in this organisation.
    func team<R: Right>(_ visit: OrganizationVisit<R>) async throws -> Team {
        let id: TeamID = try visit.visit.id("team")
        guard let team = try await database.read({ try Team.find(id, in: visit.organization.id, $0) }) else {
            throw Problem.notFound
        }
        return team
    }

    private func newTeamPage(_ visit: OrganizationVisit<ManageTeams>, _ form: Form) async throws -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/teams"
        return Page(
            title: words("teams.new"), current: "teams",
            body: """
                \(crumbs(words, [(words("teams.teams"), home), (words("teams.new"), nil)]))
                \(form.summary(words))
                \(pageHead(words("teams.new"), words("teams.new.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("/organizations/\(visit.organization.id)/teams/new"))">\
                    \(visit.visit.formFields)
                    \(Team.fields(form, words))
                    <div class="row">\(button(words("teams.create")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    private func changeTeamPage(_ visit: OrganizationVisit<ManageTeams>, _ form: Form) async throws -> Page {
        let words = visit.words
        let team = try await team(visit)
        let mates = try await database.read { try team.leaders($0) }
        var form = form
        form.fill("name", team.name)
        form.fill("description", team.description)
        form.fill("leader", team.leader?.description ?? "")
        form.refresh("revision", String(team.revision))
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        let leaders = [(value: "", title: words("teams.leader.none"))] + mates.map { ($0.id.description, $0.name) }
        return Page(
            title: words("teams.change"), current: "teams",
            body: """
                \(Team.crumbs(visit, team, words("teams.change")))
                \(form.summary(words))
                \(pageHead(words("teams.change")))
                \(panel(
                    """
                    \(when(
                        isStale,
                        """
                        <p class="gap-below">\(words("teams.current", [
                            "name": team.name, "leader": team.leaderName ?? words("teams.leader.none"),
                        ]))</p>
                        """))
                    <form class="stack measure" method="post" action="\(Link("/organizations/\(team.organization)/teams/\(team.id)/change"))">\
                    \(visit.visit.formFields)\(form.hidden("revision"))
                    \(Team.fields(form, words))
                    \(form.select(
                        "leader", label: words("teams.leader"), hint: words("teams.leader.hint"), options: leaders, words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="\(team.link)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}

extension Team {
    var link: Link { "/organizations/\(organization)/teams/\(id)" }

    /// - Throws: `Problems`, one for each field.
    fileprivate static func read(_ form: inout Form) throws(Problems) -> (name: String, description: String) {
        let name = form.text("name", max: nameLengthMax)
        let description = form.text("description", max: descriptionLengthMax, isRequired: false)
        try form.check()
        return (name, description)
    }

    fileprivate static func fields(_ form: Form, _ words: Words) -> HTML {
        """
        \(form.field(
            Field("name", label: words("teams.name"), hint: words("teams.name.hint"), max: nameLengthMax), words))
        \(form.field(
            Field("description", label: words("teams.description"), max: descriptionLengthMax, isRequired: false), words))
        """
    }

    /// The way back to the team from a page below it. Who cannot see the list of teams has no step for it.
    static func crumbs<R: Right>(_ visit: OrganizationVisit<R>, _ team: Team, _ title: String?) -> HTML {
        let list: [(title: String, link: Link?)] =
            visit.standing.has(ManageTeams.self)
            ? [(visit.words("teams.teams"), Link("/organizations/\(team.organization)/teams"))] : []
        let own: (title: String, link: Link?) = (team.name, title == nil ? nil : team.link)
        let below: [(title: String, link: Link?)] = title.map { [($0, nil)] } ?? []
        return Web.crumbs(visit.words, list + [own] + below)
    }
}
