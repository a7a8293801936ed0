import Delivery
import Kernel
import Storage
import Web

extension Accounts {
    /// Deleting the account: what goes with it, what is in the way, and the login and the password a last time (ACC-33).
    func openDeletion(_ doors: Doors) {
        doors.signedIn.form("/profile/delete", page: deletionPage) { visit, form in
            let login = form.text("login", max: 254)
            if !login.isEmpty, EmailAddress(login)?.key != EmailAddress(visit.person.login)?.key {
                form.add(.field("login", "accounts.deletion.other_login"))
            }
            try form.check()
            try await proving(
                visit.visit, password: form.typed("password"), code: form.typed("code"), fields: ("password", "code")
            ) { connection in
                try delete(visit.person.id, by: visit.actor, at: visit.now, in: connection)
            }
            return signedOut(notice: "accounts.deleted")
        }
    }

    /// - Throws: 409 `deletion_obstructed` while something is in the way.
    private func delete(
        _ id: PersonID, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try connection.lock("person", id)
        guard let person = try Person.find(id, in: connection), person.isOpen else { throw Problem.notFound }
        guard try departure.obstacles(connection, id).isEmpty else { throw Departure.obstructed }
        try departure.depart(connection, id, actor, now)
        try person.erase(loginHash: loginHash(person.login.key), at: now, in: connection)
        let event = try connection.record(
            Event("PersonErased", by: actor, subject: "person", id.rawValue), at: now)
        // The relay comes after the commit, and would not find an address to write to any more.
        try connection.queue(.email(farewell(person, at: now)), because: event, at: now)
        // Last, so that it takes in what was just announced.
        try connection.erasePersonal(of: id)
    }

    private func farewell(_ person: Person, at now: Instant) -> Mail {
        let words = wording.words(person.language)
        return Letter(
            subject: words("accounts.mail.deleted.subject"), words: words, settings: settings,
            greeting: person.firstName,
            paragraphs: [words("accounts.mail.deleted.text"), words("accounts.mail.deleted.kept")],
            facts: [(words("accounts.mail.device.when"), words.moment(now, in: person.zone))],
            closing: [words("accounts.mail.deleted.if_not", ["provider": settings.provider])]
        ).mail(to: person.login, name: person.name)
    }

    private struct Effects: Sendable {
        let obstacles: [Obstacle]
        let sessions: Int
        let factor: SecondFactor?
    }

    private func deletionPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let person = visit.person
        let effects = try await database.read { connection in
            Effects(
                obstacles: try departure.obstacles(connection, person.id),
                sessions: try Session.all(of: person.id, at: visit.now, in: connection).count,
                factor: try SecondFactor.find(person.id, keys: keys, in: connection))
        }
        return Page(
            title: words("accounts.deletion.title"), current: "profile",
            body: """
                \(crumbs(
                    words,
                    [(words("accounts.profile.title"), "/profile"), (words("accounts.deletion.title"), nil)]))
                \(form.summary(words))
                \(pageHead(words("accounts.deletion.title"), words("accounts.deletion.lead", ["name": person.name])))
                <div class="stack">
                \(card(words("accounts.deletion.effects"), "<ul>\(sentences(visit, effects).map { "<li>\($0)</li>" as HTML })</ul>"))
                \(effects.obstacles.isEmpty ? deletionForm(visit, form) : obstacleCard(visit, effects.obstacles))
                </div>
                """)
    }

    private func sentences(_ visit: SignedInVisit, _ effects: Effects) -> [String] {
        let words = visit.words
        var sentences = [words("accounts.deletion.data")]
        let organizations = visit.person.organizations.count
        if organizations > 0 { sentences.append(words.count("accounts.deletion.organizations", organizations)) }
        sentences.append(words.count("accounts.deletion.sessions", effects.sessions))
        if let factor = effects.factor, factor.isOn {
            sentences.append(words.count("accounts.deletion.codes", factor.codesLeft))
        }
        return sentences
            + [words("accounts.deletion.mailboxes"), words("accounts.deletion.kept"), words("accounts.deletion.final")]
    }

    private func obstacleCard(_ visit: SignedInVisit, _ obstacles: [Obstacle]) -> HTML {
        let words = visit.words
        let rows = obstacles.map { obstacle -> HTML in
            let sentence = words(obstacle.word, obstacle.arguments)
            guard let link = obstacle.link else { return "<li>\(sentence)</li>" }
            return "<li>\(sentence) <a href=\"\(link)\">\(words("accounts.deletion.put_right"))</a></li>"
        }
        return card(
            words("accounts.deletion.obstacles"),
            """
            <ul>\(rows)</ul>
            <p class="gap-above">\(lockedAction(
                words("accounts.deletion.button"), reason: words("accounts.deletion.obstructed"), id: "delete"))</p>
            """)
    }

    private func deletionForm(_ visit: SignedInVisit, _ form: Form) -> HTML {
        let words = visit.words
        return card(
            words("accounts.deletion.confirm"),
            """
            <form class="stack measure" method="post" action="/profile/delete">\(visit.visit.formFields)
            \(form.field(
                Field(
                    "login", label: words("accounts.login"), type: "email",
                    hint: words("accounts.deletion.login.hint", ["login": visit.person.login]), autocomplete: "off",
                    max: 254), words))
            \(proofFields(visit, form))
            <div class="row"><button class="btn danger">\(icon("trash"))\(words("accounts.deletion.button"))</button>\
            <a class="btn" href="/profile">\(words("form.cancel"))</a></div>
            </form>
            """)
    }
}
