import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Deleting a team says first who loses what, and who keeps it through what (TEAM-8).
    func openTeamDeletion(_ doors: Doors) {
        doors.organization(ManageTeams.self).confirmed.form("teams/{team}/delete", page: teamDeletionPage) { visit, _ in
            let team = try await team(visit)
            try await database.write { connection in
                try team.delete(by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/teams", notice: "teams.deleted")
        }
    }

    private func teamDeletionPage(_ visit: OrganizationVisit<ManageTeams>, _ form: Form) async throws -> Page {
        let words = visit.words
        let team = try await team(visit)
        let (effects, entries) = try await database.read { connection in
            (
                try team.effectsOfDeletion(by: visit.permit, in: connection),
                try products.list(team.organization, connection)
            )
        }
        let names = Dictionary(entries.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        let title = words("teams.delete.title", ["name": team.name])
        return Page(
            title: title, current: "teams",
            body: """
                \(Team.crumbs(visit, team, words("teams.delete")))
                \(form.summary(words))
                \(pageHead(title, words("teams.delete.lead")))
                \(card(
                    words("teams.effects"),
                    """
                    <ul class="gap-below">
                    <li>\(words.count("teams.effects.members", team.members))</li>
                    <li>\(words.count("teams.effects.products", team.products))</li>
                    <li>\(words.count("teams.effects.losers", effects.losers))</li>
                    </ul>
                    <form class="row" method="post" action="\(Link("/organizations/\(team.organization)/teams/\(team.id)/delete"))">\
                    \(visit.visit.formFields)\
                    <button class="btn danger">\(icon("trash"))\(words("teams.delete"))</button>\
                    <a class="btn" href="\(team.link)">\(words("teams.keep"))</a></form>
                    """))
                \(when(!effects.people.isEmpty, card(words("teams.effects.people"), isFlush: true, table(effects, names, words))))
                """)
    }

    private func table(_ effects: TeamEffects, _ names: [ProductID: String], _ words: Words) -> HTML {
        let rows = effects.people.map { effect -> HTML in
            """
            <tr><th scope="row">\(effect.person.name)<small>\(effect.person.login)</small></th>
            <td data-label="\(words("teams.effects.loses"))">\(list(effect.lost.map { names[$0] ?? $0.description }))</td>
            <td data-label="\(words("teams.effects.keeps"))">\(kept(effect, names, words))</td></tr>
            """
        }
        return """
            <table class="table"><caption>\(words.count("teams.effects.shown", effects.people.count))</caption>
            <thead><tr><th scope="col">\(words("teams.person"))</th><th scope="col">\(words("teams.effects.loses"))</th>\
            <th scope="col">\(words("teams.effects.keeps"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func kept(_ effect: TeamEffects.Effect, _ names: [ProductID: String], _ words: Words) -> HTML {
        if effect.person.role.administers {
            return HTML(words("teams.effects.everything", ["role": words("role.\(effect.person.role.rawValue)")]))
        }
        return list(
            effect.kept.map { product, through in
                let sources = through.map { source in
                    switch source {
                    case .given: words("teams.effects.given")
                    case .team(_, let name): words("teams.effects.through", ["team": name])
                    }
                }
                return "\(names[product] ?? product.description) (\(sources.joined(separator: ", ")))"
            })
    }

    /// The first of many, and how many more there are.
    private func list(_ texts: [String]) -> HTML {
        if texts.isEmpty { return "–" }
        let shown = texts.prefix(TeamEffects.productsMax).map { "<span>\($0)</span><br>" as HTML }
        let more = texts.count - shown.count
        return "<span>\(shown)\(when(more > 0, "+ \(more)"))</span>"
    }
}
