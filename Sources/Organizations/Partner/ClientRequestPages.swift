import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// What becomes of a request on the partner's side, and what its letter leads to.
    func openClientRequests(_ doors: Doors) {
        let door = doors.organization(ManagePartnerships.self)
        door.post("clients/requests/{client_request}/resend") { visit, _ in
            try await database.write { connection in
                try find(visit, connection).resend(
                    nonce: surroundings.secret(), permit: visit.permit, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/clients", notice: "clients.asked")
        }
        door.form("clients/requests/{client_request}/cancellation", page: requestCancellationPage) { visit, _ in
            try await database.write { connection in
                try find(visit, connection).cancel(
                    permit: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(visit.organization.id)/clients", notice: "clients.cancelled")
        }
        doors.public.get("/client-requests/{ask}") { visit in
            let request = try await request(visit)
            let facts = try await database.read { try ClientRequestFacts(request, at: visit.now, in: $0) }
            return .page(ClientRequestView(visit: visit, facts: facts, link: request.page(keys)).page)
        }
        doors.public.form("/client-requests/{ask}/refusal", page: requestRefusalPage) { visit, _ in
            try visit.limit(.credentials)
            let request = try await request(visit)
            // The second click of a double click.
            if request.state(at: visit.now) != .declined {
                try await database.write { try request.decline(at: visit.now, in: $0) }
            }
            return .redirect(request.page(keys), notice: "clients.declined")
        }
    }

    private func find(
        _ visit: OrganizationVisit<ManagePartnerships>, _ connection: Connection
    ) throws -> ClientRequest {
        guard let request = try ClientRequest.find(visit.visit.id("client_request"), by: visit.permit, in: connection)
        else { throw Problem.notFound }
        return request
    }

    /// - Throws: `DeadLink`; 429 for whoever tries many.
    func request(_ visit: Visit) async throws -> ClientRequest {
        let dead = DeadLink("clients.link.dead", ("error.home", "/"))
        return try await visit.linked("ask", "client request", or: dead, nonce: \ClientRequest.nonce) {
            connection, id in
            try ClientRequest.find(ClientRequestID(rawValue: id), in: connection)
        }
    }

    private func requestCancellationPage(
        _ visit: OrganizationVisit<ManagePartnerships>, _ form: Form
    ) async throws -> Page {
        let words = visit.words
        let request = try await database.read { try find(visit, $0) }
        let home: Link = "/organizations/\(visit.organization.id)/clients"
        let title = words("clients.cancel")
        let isOpen = [.pending, .expired].contains(request.state(at: visit.now))
        let back = linkButton(words("clients.title"), home)
        return Page(
            title: title, current: "clients",
            body: """
                \(crumbs(words, [(words("clients.title"), home), (title, nil)]))
                \(when(isOpen, form.summary(words)))
                \(pageHead(title, isOpen ? words("clients.cancel.lead", ["email": request.email.description]) : request.email.description))
                \(isOpen
                    ? panel(
                        """
                        <form class="row" method="post" action="\(Link("\(path: home.text)/requests/\(request.id)/cancellation"))">\
                        \(visit.visit.formFields)<button class="btn danger">\(title)</button>\
                        \(linkButton(words("invitations.cancel.keep"), home))</form>
                        """)
                    : panel(emptyState(icon: "info", words("clients.refused.decided"), action: back)))
                """)
    }

    private func requestRefusalPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let request = try await request(visit)
        let facts = try await database.read { try ClientRequestFacts(request, at: visit.now, in: $0) }
        guard facts.state == .pending, !facts.isWithdrawn else {
            return ClientRequestView(visit: visit, facts: facts, link: request.page(keys)).page
        }
        let title = words("clients.refuse")
        let action: Link = "\(path: request.page(keys).text)/refusal"
        return Page(
            title: title, layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(title)</h1>
                <p>\(words("clients.refuse.lead", ["partner": facts.partner]))</p>
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                \(button(title, isWide: true))
                <a class="btn large wide" href="\(request.page(keys))">\(words("form.cancel"))</a></form>
                """)
    }
}

/// What the letter and its page say of a request.
struct ClientRequestFacts: Sendable {
    let request: ClientRequest
    let state: ClientRequest.State
    let partner: String
    let asker: String
    /// Whoever sent it does not answer for a partner any more.
    let isWithdrawn: Bool

    init(_ request: ClientRequest, at now: Instant, in connection: Connection) throws {
        self.request = request
        state = request.state(at: now)
        partner = try Organization.find(request.partner, in: connection)?.name ?? ""
        let member = try Member.find(request.askedBy, in: request.partner, connection)
        asker = member?.name ?? ""
        isWithdrawn = try state == .pending && !request.isVouchedFor(connection)
    }

    /// What is asked, row by row (PART-13).
    func rows(_ words: Words, _ zone: Zone) -> [(name: String, value: String)] {
        var rows = [
            (words("clients.mail.partner"), partner), (words("clients.mail.asker"), asker),
            (words("clients.access"), words(request.wantsAll ? "partners.access.full" : "partners.access.products")),
        ]
        if !request.note.isEmpty { rows.append((words("clients.note.theirs"), request.note)) }
        rows.append((words("invitations.expires"), words.moment(request.expiresAt, in: zone)))
        return rows
    }
}

/// The page that the letter leads to, for whoever opens it, in each state.
struct ClientRequestView {
    let visit: Visit
    let facts: ClientRequestFacts
    let link: Link

    private var words: Words { visit.words }

    var page: Page {
        let title = words("clients.answer.title", ["partner": facts.partner])
        return Page(title: title, layout: .gate, isBroad: true, body: "<h1>\(title)</h1>\n\(content)")
    }

    private var content: HTML {
        if facts.state != .pending || facts.isWithdrawn {
            let state = facts.isWithdrawn ? "withdrawn" : facts.state.rawValue
            return """
                <p>\(words("clients.link.\(state)"))</p>
                <p class="gap-above"><a class="btn large wide" href="/">\(words("error.home"))</a></p>
                """
        }
        let refuse = Link("\(path: link.text)/refusal")
        return """
            <div class="stack">
            <p>\(words("clients.answer.lead", ["partner": facts.partner]))</p>
            \(summary(facts.rows(words, visit.zone).map { ($0.name, HTML($0.value), .empty) }))
            \(visit.person.map(places) ?? unknown)
            <a class="btn large wide" href="\(refuse)">\(words("clients.refuse"))</a>
            </div>
            """
    }

    /// Not signed in: with an account, or through one and an organisation of its own (PART-14).
    private var unknown: HTML {
        """
        <a class="btn primary large wide" href="\(Link("/sign-in").query([("next", link.text)]))">\(words("clients.answer.sign_in"))</a>
        <a class="btn large wide" href="\(Link("/sign-up").query([("next", link.text)]))">\(words("clients.answer.sign_up"))</a>
        """
    }

    /// For which organisation: those the person answers for. In others it is not theirs to say.
    private func places(_ person: SignedIn) -> HTML {
        let mine = person.organizations.filter {
            $0.standing.has(ManagePartnerships.self) && $0.id != facts.request.partner
        }
        let token = link.text.split(separator: "/").last.map(String.init) ?? ""
        let links = mine.map { place -> HTML in
            """
            <a class="btn primary large wide" href="\(Link("/organizations/\(place.id)/partner-requests/\(token)"))">\
            \(words("clients.answer.for", ["organization": place.name]))</a>
            """
        }
        let isOther = EmailAddress(person.login)?.key != facts.request.email.key
        let other: HTML = when(
            isOther,
            banner(
                .warn, icon: "warning",
                HTML(
                    words(
                        "clients.answer.somebody_else",
                        ["login": person.login, "email": facts.request.email.description]))))
        let none: HTML = """
            <p>\(words("clients.answer.none"))</p>
            <a class="btn large wide" href="/organizations/new">\(words("shell.new_organization"))</a>
            """
        return "\(other)\(mine.isEmpty ? none : "<p>\(words("clients.answer.which"))</p>\(links)")"
    }
}
