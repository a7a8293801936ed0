import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// One team. Whoever is in it sees it; who manages teams sees every one and changes it.
    func openTeam(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("teams/{team}") { visit in
            let team = try await team(visit)
            let manages = visit.standing.has(ManageTeams.self)
            let page = try await database.read { connection -> TeamPage? in
                guard try manages || team.isMember(visit.person.id, connection) else { return nil }
                let given = try Team.productIDs(of: team.id, connection)
                let all = try products.list(team.organization, connection).filter { given.contains($0.id) }
                let paging = Paging(page: Int(visit.visit.query("products")) ?? 1)
                return TeamPage(
                    visit: visit, team: team, mates: try team.mates(visit.paging, connection),
                    products: Listing(
                        items: Array(all.dropFirst(paging.offset).prefix(paging.size)), total: all.count, paging: paging
                    ))
            }
            guard let page else { throw Problem.notFound }
            return .page(page.page)
        }
    }
}

/// Who is in a team and what it gives.
struct TeamPage {
    let visit: OrganizationVisit<SeeOrganization>
    let team: Team
    let mates: Listing<Teammate>
    let products: Listing<ProductDirectory.Entry>

    private var words: Words { visit.words }
    private var manages: Bool { visit.standing.has(ManageTeams.self) }
    private func below(_ path: String) -> Link { "/organizations/\(team.organization)/teams/\(team.id)/\(path: path)" }

    var page: Page {
        Page(
            title: team.name, current: "teams",
            body: """
                \(Team.crumbs(visit, team, nil))
                \(pageHead(team.name, team.description.isEmpty ? nil : team.description, action: change))
                <div class="split">
                <div class="stack">
                \(card(words("teams.members"), action: addMembers, isFlush: true, people))
                \(pager(mates, words) { team.link.query([("page", String($0)), ("products", position(products))]) })
                \(card(words("teams.products"), action: addProducts, isFlush: true, given))
                \(pager(products, words) { team.link.query([("page", position(mates)), ("products", String($0))]) })
                </div>
                <aside class="stack">
                \(card(
                    words("teams.leader"),
                    """
                    <p>\(team.leaderName ?? words("teams.leader.none"))</p>
                    \(mates.items.first { $0.id == team.leader }.map { "<p class=\"muted\">\($0.login)</p>" as HTML })
                    <p class="muted">\(words("teams.leader.hint"))</p>
                    """))
                \(card(words("teams.access"), "<p>\(words("teams.access.text"))</p>"))
                \(when(manages, removal))
                </aside>
                </div>
                """)
    }

    private func position<Item>(_ list: Listing<Item>) -> String {
        list.paging.page > 1 ? String(list.paging.page) : ""
    }

    private var change: HTML {
        manages
            ? linkButton(words("teams.change"), below("change"), icon: "pencil")
            : visit.locked(words("teams.change"), ManageTeams.self, id: "change")
    }

    private var addMembers: HTML {
        guard manages else { return .empty }
        let invite = Link("/organizations/\(team.organization)/invitations/new").query([("team", team.id.description)])
        return """
            <span class="row">\(linkButton(words("teams.add_members"), below("members"), icon: "plus"))\
            \(linkButton(words("teams.invite"), invite, icon: "mail"))</span>
            """
    }

    private var addProducts: HTML {
        manages ? linkButton(words("teams.add_products"), below("products"), icon: "plus") : .empty
    }

    private var removal: HTML {
        card(
            words("teams.delete"),
            """
            <p class="gap-below">\(words("teams.delete.text"))</p>
            <a class="btn danger" href="\(below("delete"))">\(icon("trash"))\(words("teams.delete"))</a>
            """)
    }

    private var people: HTML {
        if mates.items.isEmpty { return emptyState(icon: "people", words("teams.members.none")) }
        let rows = mates.items.map { person -> HTML in
            """
            <tr><th scope="row">\(person.name)<small>\(person.login)</small></th>
            <td data-label="\(words("teams.role"))"><span class="row">\(person.roleTag(words))\
            \(when(person.id == team.leader, tag(.ok, words("teams.leader"))))</span></td>
            \(when(
                manages,
                "<td class=\"act\">\(remove(below("members/\(person.id)"), words("teams.remove_member", ["name": person.name])))</td>"))</tr>
            """
        }
        return table(
            words.count("teams.members.count", team.members), words("teams.person"), words("teams.role"), rows)
    }

    private var given: HTML {
        if products.items.isEmpty { return emptyState(icon: "box", words("teams.products.none")) }
        let sees = visit.standing.has(SeeProducts.self)
        let rows = products.items.map { product -> HTML in
            let link: Link = "/organizations/\(team.organization)/products/\(product.id)"
            return """
                <tr><th scope="row">\(sees ? "<a href=\"\(link)\">\(product.name)</a>" : HTML(product.name))</th>
                <td data-label="\(words("teams.product_type"))">\(product.type(words))</td>
                \(when(
                    manages,
                    "<td class=\"act\">\(remove(below("products/\(product.id)"), words("teams.remove_product", ["name": product.name])))</td>"))</tr>
                """
        }
        return table(
            words.count("teams.products.count", products.total), words("teams.product"), words("teams.product_type"),
            rows)
    }

    private func table(_ caption: String, _ first: String, _ second: String, _ rows: [HTML]) -> HTML {
        """
        <table class="table"><caption>\(caption)</caption>
        <thead><tr><th scope="col">\(first)</th><th scope="col">\(second)</th>\
        \(when(manages, "<td><span class=\"vh\">\(words("teams.actions"))</span></td>"))</tr></thead>
        <tbody>\(rows)</tbody></table>
        """
    }

    private func remove(_ link: Link, _ label: String) -> HTML {
        """
        <form method="post" action="\(link)">\(visit.visit.formFields)<input type="hidden" name="_method" value="DELETE">\
        <button class="btn quiet">\(icon("trash"))<span class="vh">\(label)</span></button></form>
        """
    }
}

extension Teammate {
    /// Marks who comes from outside (TEAM-4).
    func roleTag(_ words: Words) -> HTML {
        role == .external
            ? tag(.info, words("role.external")) : "<span class=\"muted\">\(words("role.\(role.rawValue)"))</span>"
    }
}
