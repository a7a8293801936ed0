import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// The clients of a partner, for those of its people who enter them; and whom it asked (PART-7, PART-12).
    func openClients(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("clients") { visit in
            guard visit.organization.isPartner else { throw Problem.notFound }
            let search = String(visit.visit.query("search").trimmed.prefix(MemberFilter.searchLengthMax))
            let asked = Paging(page: Int(visit.visit.query("asked")) ?? 1)
            let (list, requests) = try await database.read { connection in
                (
                    try Partnership.entered(
                        by: visit.person.id, of: visit.organization.id, matching: search, visit.paging, connection),
                    try (try? visit.standing.permit(ManageMembers.self)).map {
                        try AskedClient.list(asked, at: visit.now, by: $0, in: connection)
                    }
                )
            }
            return .page(ClientList(visit: visit, search: search, list: list, requests: requests).page)
        }
        doors.organization(ManagePartnerships.self).form("clients/new", page: newClientPage) { visit, form in
            let email = form.value("email", otherwise: "accounts.email.invalid") { EmailAddress($0) }
            let access = form.typed("access")
            if access != "full", access != "products" {
                form.add(.field("access", "partners.access.choose", code: "validation_rule_required"))
            }
            let note = form.text("note", max: ClientRequest.noteLengthMax, isRequired: false)
            if access == "products", note.isEmpty {
                form.add(.field("note", "clients.note.which", code: "validation_rule_required"))
            }
            guard let email, form.problems.isEmpty else { throw form.rejection }
            let key = form.typed("client_key")
            let isOther = form.isChecked("other")
            try await database.write { connection in
                try ClientRequest.ask(
                    email, wantsAll: access == "full", note: note, language: visit.language,
                    nonce: surroundings.secret(), key: key, isOther: isOther, permit: visit.permit,
                    actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/clients", notice: "clients.asked")
        }
    }

    private func newClientPage(_ visit: OrganizationVisit<ManagePartnerships>, _ form: Form) async throws -> Page {
        guard visit.organization.isPartner else { throw Problem.notFound }
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/clients"
        var form = form
        if form.typed("client_key").isEmpty { form.set("client_key", surroundings.secret()) }
        let title = words("clients.add")
        let email = Field(
            "email", label: words("clients.email"), type: "email", hint: words("clients.email.hint"),
            autocomplete: "off", max: 254)
        let note = Field(
            "note", label: words("clients.note"), hint: words("clients.note.hint"), autocomplete: "off",
            max: ClientRequest.noteLengthMax, isConditional: true)
        // Somebody may answer for several organisations; only then is it asked again.
        let isClient = form.problems.contains { $0.code == "already_client" } || form.isSent("other")
        return Page(
            title: title, current: "clients",
            body: """
                \(crumbs(words, [(words("clients.title"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("clients.add.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("\(path: home.text)/new"))">\(visit.visit.formFields)\
                    \(form.hidden("client_key"))
                    \(form.field(email, words))
                    \(when(isClient, form.checkbox("other", label: words("clients.another"))))
                    \(form.choices(
                        "access", legend: words("clients.access"),
                        options: [
                            ("full", words("partners.access.full"), words("partners.access.full.text")),
                            ("products", words("partners.access.products"), words("clients.access.products.text")),
                        ], words))
                    \(form.field(note, words))
                    <div class="row">\(button(words("clients.send"), icon: "mail"))\
                    <a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}

/// The page of the clients.
private struct ClientList {
    let visit: OrganizationVisit<SeeOrganization>
    let search: String
    let list: Listing<Partnership>
    /// For those who administer the partner.
    let requests: Listing<AskedClient>?

    private var words: Words { visit.words }
    private var home: Link { "/organizations/\(visit.organization.id)/clients" }
    private var administers: Bool { visit.standing.has(ManageMembers.self) }

    /// Both lists stay where they are while one is turned over.
    private func link(page: Int, asked: Int) -> Link {
        func part(_ number: Int) -> String { number > 1 ? String(number) : "" }
        return home.query([("search", search), ("page", part(page)), ("asked", part(asked))])
    }

    var page: Page {
        let add: HTML =
            visit.standing.has(ManagePartnerships.self)
            ? linkButton(words("clients.add"), "\(path: home.text)/new", icon: "plus", isPrimary: true)
            : visit.locked(words("clients.add"), ManagePartnerships.self, id: "add")
        let empty = words(
            !search.isEmpty ? "clients.none_found" : administers ? "clients.none" : "clients.none.yours")
        return Page(
            title: words("clients.title"), current: "clients",
            body: """
                \(pageHead(words("clients.title"), words("clients.lead"), action: add))
                <div class="stack">
                \(panel(
                    isFlush: true,
                    "\(filters)\(list.items.isEmpty ? emptyState(icon: "building", empty) : table)"))
                \(pager(list, words) { link(page: $0, asked: requests?.paging.page ?? 1) })
                \(requests.map { AskedClients(visit: visit, list: $0).card })
                \(requests.map { pager($0, words, label: words("clients.requests")) { link(page: list.paging.page, asked: $0) } })
                </div>
                """)
    }

    private var filters: HTML {
        if search.isEmpty, list.items.isEmpty { return .empty }
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("clients.search"))">
            <label class="vh" for="search">\(words("clients.search"))</label>
            <input class="input grow" id="search" name="search" type="search" maxlength="100" value="\(search)" \
            placeholder="\(words("clients.search"))">
            <button class="btn">\(words("search.button"))</button>
            \(when(
                !search.isEmpty,
                """
                <a class="chip" href="\(home)">“\(search)” <span aria-hidden="true">×</span><span class="vh">: \
                \(words("teams.search.remove"))</span></a>
                """))
            </form>
            """
    }

    /// The name leads to what was agreed, the icon into the client's console (PART-12).
    private var table: HTML {
        let rows = list.items.map { partnership -> HTML in
            """
            <tr><th scope="row"><a href="\(partnership.clientLink)">\(partnership.clientName)</a></th>
            <td data-label="\(words("partners.access"))">\(partnership.access.text(words))</td>
            <td class="date" data-label="\(words("partners.since"))">\(words.day(visit.zone.day(of: partnership.begunAt)))</td>
            <td class="act"><a class="btn quiet" href="\(Link("/organizations/\(partnership.client)"))">\
            \(icon("chevron-right"))\(words("clients.enter"))<span class="vh"> \(partnership.clientName)</span></a></td></tr>
            """
        }
        return """
            <table class="table"><caption>\(words.count("clients.count", list.total))</caption>
            <thead><tr><th scope="col">\(words("clients.client"))</th><th scope="col">\(words("partners.access"))</th>\
            <th scope="col">\(words("partners.since"))</th>\
            <th scope="col"><span class="vh">\(words("clients.actions"))</span></th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }
}

extension PartnerAccess {
    func text(_ words: Words) -> String {
        switch self {
        case .full: words("partners.access.full")
        case .products(let products): words.count("partners.access.count", products.count)
        }
    }
}
