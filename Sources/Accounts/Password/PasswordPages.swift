import Delivery
import Kernel
import Storage
import Web

extension Accounts {
    func openPassword(_ doors: Doors) {
        doors.signedIn.get("/security") { visit in
            let (person, sessions) = try await database.read { connection in
                (
                    try Person.find(visit.person.id, in: connection),
                    try Session.all(of: visit.person.id, at: visit.now, in: connection)
                )
            }
            guard let person else { throw Problem.notFound }
            return .page(securityPage(visit, person, sessions.count))
        }
        doors.signedIn.form("/security/password", page: passwordPage) { visit, form in
            try visit.visit.limit(.credentials)
            return try await changePassword(visit, &form)
        }
    }

    /// Current password, new password (ACC-23); the other sessions are offered for ending (ACC-26).
    private func changePassword(_ visit: SignedInVisit, _ form: inout Form) async throws -> Answer {
        let current = form.typed("current_password")
        let new = form.typed("password")
        for field in ["current_password", "password"] where form.typed(field).isEmpty {
            form.add(.field(field, "form.required", code: "validation_rule_required"))
        }
        let person = visit.person
        if !new.isEmpty,
            let problem = policy.check(
                new, hasSecondFactor: person.hasSecondFactor,
                person: [person.login, person.firstName, person.lastName],
                provider: settings.provider)
        {
            form.add(problem)
        }
        try form.check()
        let stored = try await database.read { try Person.passwordHash(of: person.id, in: $0) }
        guard case .right = try await hasher.verify(current, against: stored) else {
            throw Problem.field("current_password", "accounts.password.current_wrong")
        }
        let hash = try await hasher.hash(new)
        let endsOthers = form.isChecked("others", "end")
        try await database.write { connection in
            // Two tabs: only a change from the password that was just proved counts.
            guard try Person.passwordHash(of: person.id, in: connection) == stored else {
                throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile")
            }
            try Person.setPasswordHash(hash, of: person.id, changedAt: visit.now, in: connection)
            if endsOthers { _ = try Session.endAll(of: person.id, but: person.session, in: connection) }
            try connection.announce(
                Event(
                    "PasswordChanged", by: visit.actor, subject: "person", person.id.rawValue,
                    payload: ["sessions_ended": endsOthers ? "yes" : "no"]), at: visit.now)
        }
        return .redirect("/security", notice: "accounts.password_changed")
    }

    private func securityPage(_ visit: SignedInVisit, _ person: Person, _ sessions: Int) -> Page {
        let words = visit.words
        return Page(
            title: words("shell.security"), current: "security",
            body: """
                \(pageHead(words("shell.security"), words("accounts.security.lead")))
                <div class="stack">
                \(card(
                    words("accounts.login_settings"),
                    summary([
                        (words("accounts.login"), HTML(person.login.description), .empty),
                        (
                            words("accounts.password"),
                            HTML(words("accounts.password.changed_at", ["when": words.moment(person.passwordChangedAt, in: visit.zone)])),
                            "<a href=\"/security/password\">\(words("form.change"))<span class=\"vh\"> \(words("accounts.password"))</span></a>"
                        ),
                    ])))
                \(secondFactorCard(visit))
                \(card(
                    words("accounts.sessions.title"),
                    action: "<a href=\"/security/sessions\">\(words("accounts.sessions.see"))</a>",
                    "<p>\(words.count("accounts.sessions.count", sessions))</p>"))
                \(card(
                    words("accounts.activity.title"),
                    action: "<a href=\"/security/activity\">\(words("accounts.activity.see"))</a>",
                    """
                    <p>\(words("accounts.activity.lead"))</p>
                    <p class="gap-above"><a href="/security/support-looks">\(words("accounts.activity.looks"))</a></p>
                    """))
                </div>
                """)
    }

    private func passwordPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        return Page(
            title: words("accounts.password.change"), current: "security",
            body: """
                \(crumbs(words, [(words("shell.security"), "/security"), (words("accounts.password.change"), nil)]))
                \(form.summary(words))
                \(pageHead(words("accounts.password.change"), words("accounts.password.change.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="/security/password">\(visit.visit.formFields)
                    <input class="vh" type="text" name="username" autocomplete="username" value="\(visit.person.login)" \
                    tabindex="-1" aria-hidden="true" readonly>
                    \(form.field(
                        Field(
                            "current_password", label: words("accounts.password.current"), type: "password",
                            autocomplete: "current-password", max: 1024), words))
                    \(form.field(
                        Field(
                            "password", label: words("accounts.password.new"), type: "password",
                            hint: words(
                                visit.person.hasSecondFactor
                                    ? "accounts.password.hint.second_factor" : "accounts.password.hint"),
                            autocomplete: "new-password", max: 1024), words))
                    \(form.checkbox("others", label: words("accounts.password.end_others"), value: "end"))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="/security">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    func passwordChangedLetter(_ recorded: RecordedEvent, _ connection: Connection) throws -> [Dispatch] {
        guard let id = recorded.event.actor.person, let person = try Person.find(id, in: connection),
            person.erasedAt == nil
        else { return [] }
        let words = wording.words(person.language)
        let letter = Letter(
            subject: words("accounts.mail.password.subject"), words: words, settings: settings,
            greeting: person.firstName, paragraphs: [words("accounts.mail.password.text")],
            facts: [
                (words("accounts.session.device"), Client(userAgent: recorded.event.actor.client).name(words)),
                (words("accounts.session.address"), recorded.event.actor.address),
                (words("accounts.mail.device.when"), words.moment(recorded.happenedAt, in: person.zone)),
            ],
            action: (words("accounts.mail.device.action"), "/security/sessions"),
            closing: [words("accounts.mail.password.apps"), words("accounts.mail.device.if_not")])
        return [.email(letter.mail(to: person.login, name: person.name))]
    }
}
