import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Choosing several members for a team at once (TEAM-3), and taking one out.
    func openTeamMembers(_ doors: Doors) {
        let guarded = doors.organization(ManageTeams.self).confirmed
        guarded.form("teams/{team}/members", page: teamMembersPage) { visit, form in
            let team = try await team(visit)
            let people: [PersonID] = form.chosen("person-")
            if people.isEmpty { throw Problem.field("people", "teams.choose_people", code: "validation_rule_required") }
            try await database.write { connection in
                try team.add(people, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(team.link, notice: "teams.members_added")
        }
        guarded.delete("teams/{team}/members/{person}") { visit, _ in
            let team = try await team(visit)
            let person: PersonID = try visit.visit.id("person")
            try await database.write { connection in
                guard try Member.find(person, in: team.organization, connection) != nil else { throw Problem.notFound }
                try team.remove([person], by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(team.link, notice: "teams.member_removed")
        }
    }

    private func teamMembersPage(_ visit: OrganizationVisit<ManageTeams>, _ form: Form) async throws -> Page {
        let words = visit.words
        let team = try await team(visit)
        let picker = TeamPicker(visit: visit, team: team, form: form, path: "members")
        let (people, total) = try await database.read {
            try team.candidates(picker.search, by: visit.permit, in: $0)
        }
        let rows = people.map { person in
            TeamPicker.Row(
                name: "person-\(person.id)", title: person.name, detail: person.login,
                mark: person.role == .external ? person.roleTag(words) : .empty)
        }
        let invite = Link("/organizations/\(team.organization)/invitations/new").query([("team", team.id.description)])
        return picker.page(
            title: words("teams.add_members"), lead: words("teams.add_members.lead"), field: "people",
            rows: rows, total: total, submit: words("teams.add"),
            empty: emptyState(
                icon: "people",
                words(picker.search.isEmpty ? "teams.add_members.none" : "teams.add_members.none_found"),
                action: linkButton(words("teams.invite"), invite, icon: "mail")))
    }
}

extension Form {
    /// The ids of the checkboxes whose names begin so: one name each, so that each label finds its own box.
    func chosen<Subject>(_ prefix: String) -> [Identifier<Subject>] {
        names.filter { $0.hasPrefix(prefix) }.compactMap { Identifier(String($0.dropFirst(prefix.count))) }
    }
}
