import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// One client of a partner: what was agreed (PART-9), who of the partner enters it (PART-16), the end (PART-36).
    func openClientPage(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("clients/{client}") { visit in
            let client: OrganizationID = try visit.visit.id("client")
            let found = try await database.read { [products] connection -> (Partnership, [String], [Member])? in
                guard
                    let partnership = try Partnership.entered(
                        client, by: visit.person.id, of: visit.organization.id, connection)
                else { return nil }
                let given = partnership.access.products
                let names = given.isEmpty ? [] : try products.list(client, connection).filter { given.contains($0.id) }
                return (partnership, names.map(\.name), try people(visit, of: partnership, connection))
            }
            guard let (partnership, names, people) = found else { throw Problem.notFound }
            return .page(clientPage(visit, partnership, names, people))
        }
        doors.organization(ManageMembers.self).confirmed.form("clients/{client}/people", page: peoplePage) {
            visit, form in
            let partnership = try await client(visit)
            let seen = Set<PersonID>(ids: form.typed("seen"))
            let chosen = Set<PersonID>(form.chosen("person-"))
            try await database.write { connection in
                try partnership.setPeople(
                    chosen, seen: seen, permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(partnership.clientLink, notice: "saved")
        }
        doors.organization(ManagePartnerships.self).confirmed.form("clients/{client}/end", page: clientEndPage) {
            visit, _ in
            let partnership = try await client(visit)
            try await database.write { connection in
                try partnership.end(permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/clients", notice: "partners.ended")
        }
    }

    /// The collaborators who enter the client, for those who may say so.
    private func people(
        _ visit: OrganizationVisit<SeeOrganization>, of partnership: Partnership, _ connection: Connection
    ) throws -> [Member] {
        guard let permit = try? visit.standing.permit(ManageMembers.self) else { return [] }
        let given = try Partnership.people(of: partnership.id, connection)
        return given.isEmpty ? [] : try Member.among(given.sorted(), by: permit, in: connection)
    }

    private func client<R: Right>(_ visit: OrganizationVisit<R>) async throws -> Partnership {
        let client: OrganizationID = try visit.visit.id("client")
        guard visit.organization.isPartner,
            let found = try await database.read({
                try Partnership.find(of: visit.organization.id, with: client, in: $0)
            })
        else { throw Problem.notFound }
        return found
    }

    private func clientPage(
        _ visit: OrganizationVisit<SeeOrganization>, _ partnership: Partnership, _ products: [String],
        _ people: [Member]
    ) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/clients"
        let path = partnership.clientLink.text
        let list = products.map { "<li>\($0)</li>" as HTML }
        let names = people.map {
            "<li>\($0.name)\(when($0.role != .collaborator, " <small>\(words("role.\($0.role.rawValue)"))</small>"))</li>"
                as HTML
        }
        let manage: HTML =
            visit.standing.has(ManageMembers.self)
            ? linkButton(words("clients.people.change"), "\(path: path)/people", icon: "people")
            : visit.locked(words("clients.people.change"), ManageMembers.self, id: "people")
        let end: HTML =
            visit.standing.has(ManagePartnerships.self)
            ? linkButton(words("partners.end"), "\(path: path)/end")
            : visit.locked(words("partners.end"), ManagePartnerships.self, id: "end")
        return Page(
            title: partnership.clientName, current: "clients",
            body: """
                \(crumbs(words, [(words("clients.title"), home), (partnership.clientName, nil)]))
                \(pageHead(
                    partnership.clientName, words("clients.page.lead"),
                    action: linkButton(
                        words("clients.enter"), "/organizations/\(partnership.client)", icon: "chevron-right",
                        isPrimary: true)))
                <div class="stack">
                \(card(
                    words("partners.access"),
                    summary([
                        (words("partners.access"), HTML(partnership.access.text(words)), .empty),
                        (words("partners.means"), HTML(words(partnership.access.isFull ? "partners.access.full.text" : "partners.access.products.text")), .empty),
                        (words("partners.products"), list.isEmpty ? "–" : "<ul role=\"list\">\(list)</ul>", .empty),
                        (words("partners.since"), HTML(words.moment(partnership.begunAt, in: visit.zone)), .empty),
                        (words("partners.changed"), HTML(words.moment(partnership.changedAt, in: visit.zone)), .empty),
                    ])))
                \(card(
                    words("clients.people"),
                    """
                    <p>\(words("clients.people.text"))</p>
                    \(when(!names.isEmpty, "<ul class=\"stack gap-above\" role=\"list\">\(names)</ul>"))
                    <p class="gap-above">\(manage)</p>
                    """))
                \(card(words("partners.end"), "<p>\(words("partners.end.text"))</p><p class=\"gap-above\">\(end)</p>"))
                </div>
                """)
    }

    // MARK: Who enters it

    /// More are found by their names.
    private static let peopleShown = 100

    private func peoplePage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let partnership = try await client(visit)
        var filter = MemberFilter()
        filter.search = String(
            (form.isEmpty ? visit.visit.query("search") : form.typed("search")).trimmed.prefix(
                MemberFilter.searchLengthMax))
        filter.role = .collaborator
        let search = filter.search
        let (list, given) = try await database.read { [filter] connection in
            (
                try Member.list(
                    filter, Paging(page: 1, size: Organizations.peopleShown), by: visit.permit, in: connection),
                try Partnership.people(of: partnership.id, connection)
            )
        }
        let rows = list.items.map { member -> HTML in
            let name = "person-\(member.id)"
            let isChosen = form.isEmpty ? given.contains(member.id) : form.isChecked(name)
            return """
                <tr><td class="pick"><input type="checkbox" id="\(name)" name="\(name)" value="yes"\(when(isChosen, " checked"))></td>
                <th scope="row"><label for="\(name)">\(member.name)</label><small>\(member.login.description)</small></th></tr>
                """
        }
        let action: Link = "\(path: partnership.clientLink.text)/people"
        let caption =
            list.total > rows.count
            ? words("teams.first_of", ["shown": String(rows.count), "total": String(list.total)])
            : words.count("teams.found", list.total)
        let choosing: HTML = """
            <form method="post" action="\(action)" id="people">\(visit.visit.formFields)\
            <input type="hidden" name="search" value="\(search)">\
            <input type="hidden" name="seen" value="\(Set(list.items.map(\.id)).idText)">
            <table class="table"><caption>\(caption)</caption>
            <thead><tr><td><span class="vh">\(words("teams.choose"))</span></td>\
            <th scope="col">\(words("members.name"))</th></tr></thead><tbody>\(rows)</tbody></table>
            <div class="row batch">\(button(words("form.save")))\
            <a class="btn" href="\(partnership.clientLink)">\(words("form.cancel"))</a></div></form>
            """
        return Page(
            title: words("clients.people"), current: "clients",
            body: """
                \(crumbs(words, [
                    (words("clients.title"), "/organizations/\(visit.organization.id)/clients"),
                    (partnership.clientName, partnership.clientLink), (words("clients.people"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(
                    words("clients.people.title", ["client": partnership.clientName]), words("clients.people.text")))
                \(panel(
                    isFlush: true,
                    """
                    <form class="filters" method="get" action="\(action)" role="search" aria-label="\(words("members.filter.search"))">
                    <label class="vh" for="search">\(words("members.filter.search"))</label>
                    <input class="input grow" id="search" name="search" type="search" maxlength="100" value="\(search)" \
                    placeholder="\(words("members.filter.search"))">
                    <button class="btn">\(words("search.button"))</button></form>
                    \(rows.isEmpty ? emptyState(icon: "people", words("clients.people.none")) : choosing)
                    """))
                """)
    }

    private func clientEndPage(_ visit: OrganizationVisit<ManagePartnerships>, _ form: Form) async throws -> Page {
        let words = visit.words
        let partnership = try await client(visit)
        return Page(
            title: words("partners.end"), current: "clients",
            body: """
                \(crumbs(words, [
                    (words("clients.title"), "/organizations/\(visit.organization.id)/clients"),
                    (partnership.clientName, partnership.clientLink), (words("partners.end"), nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("partners.end.title", ["organization": partnership.clientName])))
                \(partnership.ending(at: "\(path: partnership.clientLink.text)/end", back: partnership.clientLink, form, visit.visit))
                """)
    }
}

extension Partnership {
    /// What its end means, the same for both sides.
    func ending(at action: Link, back: Link, _ form: Form, _ visit: Visit) -> HTML {
        let words = visit.words
        let names = ["partner": partnerName, "client": clientName]
        return Destructive(
            title: words("partners.end"), action: action,
            effects: [
                Destructive.Effect(words("partners.end.effect.access", names)),
                Destructive.Effect(words("partners.end.effect.stays", names)),
                Destructive.Effect(words("partners.end.effect.again", names)),
            ], back: back
        ).show(form, visit)
    }
}
