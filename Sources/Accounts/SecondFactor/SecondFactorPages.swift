import Kernel
import Storage
import Web

extension Accounts {
    /// The state of the second step, and switching it off (SEC-7, SEC-13, SEC-17).
    func openSecondFactor(_ doors: Doors) {
        doors.signedIn.get("/security/second-factor") { visit in
            .page(secondFactorPage(visit, try await secondFactor(visit)))
        }
        doors.signedIn.form("/security/second-factor/removal", page: removalPage) { visit, form in
            guard visit.person.hasSecondFactor else { return .redirect("/security/second-factor") }
            let password = form.typed("password")
            let person = visit.person
            try await proving(visit.visit, password: password, code: form.typed("code"), fields: ("password", "code")) {
                connection in
                // With a second factor eight characters were enough; alone they are not.
                if policy.check(
                    password, hasSecondFactor: false, person: [person.login, person.firstName, person.lastName],
                    provider: settings.provider) != nil
                {
                    throw Problem.field("password", "accounts.second_factor.weak_password")
                }
                try SecondFactor.remove(of: person.id, in: connection)
                try connection.announce(
                    Event("SecondFactorRemoved", by: visit.actor, subject: "person", person.id.rawValue),
                    at: visit.now)
            }
            return .redirect("/security/second-factor", notice: "accounts.second_factor_removed")
        }
    }

    func secondFactor(_ visit: SignedInVisit) async throws -> SecondFactor? {
        try await database.read { try SecondFactor.find(visit.person.id, keys: keys, in: $0) }
    }

    func secondFactorCard(_ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let isOn = visit.person.hasSecondFactor
        return card(
            words("accounts.second_factor"),
            action: """
                <a href="/security/second-factor">\(words(
                    isOn ? "accounts.second_factor.manage" : "accounts.second_factor.activate"))\
                <span class="vh"> \(words("accounts.second_factor"))</span></a>
                """,
            "<p>\(stateTag(isOn, words)) \(words(isOn ? "accounts.second_factor.on.text" : "accounts.second_factor.off.text"))</p>"
        )
    }

    private func stateTag(_ isOn: Bool, _ words: Words) -> HTML {
        isOn ? tag(.ok, words("accounts.second_factor.on")) : tag(.warn, words("accounts.second_factor.off"))
    }

    private func secondFactorPage(_ visit: SignedInVisit, _ factor: SecondFactor?) -> Page {
        let words = visit.words
        let isOn = factor?.isOn == true
        return Page(
            title: words("accounts.second_factor"), current: "security",
            body: """
                \(crumbs(words, [(words("shell.security"), "/security"), (words("accounts.second_factor"), nil)]))
                \(pageHead(words("accounts.second_factor"), words("accounts.second_factor.lead")))
                <div class="stack">
                \(card(
                    words("accounts.second_factor.app"), action: stateTag(isOn, words),
                    """
                    <p>\(words("accounts.second_factor.app.text"))</p>
                    \(factor.map { appState(visit, $0) } ?? .empty)
                    \(when(!isOn, startForm(visit, words("accounts.second_factor.activate"))))
                    """))
                \(factor.flatMap { $0.isOn ? backupCodeCard(visit, $0) : nil })
                </div>
                """)
    }

    private func appState(_ visit: SignedInVisit, _ factor: SecondFactor) -> HTML {
        guard let since = factor.confirmedAt else { return .empty }
        let words = visit.words
        return """
            <p>\(words("accounts.second_factor.since", ["when": words.moment(since, in: visit.zone)]))</p>
            <p class="gap-above"><a class="btn danger" href="/security/second-factor/removal">\(icon("trash"))\
            \(words("accounts.second_factor.remove"))<span class="vh"> \(words("accounts.second_factor.app"))</span></a></p>
            """
    }

    private func backupCodeCard(_ visit: SignedInVisit, _ factor: SecondFactor) -> HTML {
        let words = visit.words
        return card(
            words("accounts.backup.title"),
            """
            <p>\(words.count("accounts.backup.left", factor.codesLeft))</p>
            <p>\(words("accounts.second_factor.only_way"))</p>
            <p class="gap-above"><a class="btn" href="/security/second-factor/backup-codes">\(icon("refresh"))\
            \(words("accounts.backup.renew"))</a></p>
            """)
    }

    /// Begins an enrolment: a key is made by a press of a button, not by looking at a page.
    func startForm(_ visit: SignedInVisit, _ title: String) -> HTML {
        """
        <form class="gap-above" method="post" action="/security/second-factor">\(visit.visit.formFields)\
        \(button(title, icon: "shield"))</form>
        """
    }

    private func removalPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        guard let factor = try await secondFactor(visit), factor.isOn else { throw Problem.notFound }
        return Page(
            title: words("accounts.removal.title"), current: "security",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("shell.security"), "/security"),
                        (words("accounts.second_factor"), "/security/second-factor"), (words("accounts.removal.title"), nil),
                    ]))
                \(form.summary(words))
                \(pageHead(words("accounts.removal.title")))
                \(banner(
                    .warn, icon: "warning",
                    """
                    <p>\(words("accounts.removal.effect"))</p>
                    <p>\(words.count("accounts.removal.codes", factor.codesLeft))</p>
                    """))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="/security/second-factor/removal">\
                    \(visit.visit.formFields)
                    \(proofFields(visit, form))
                    <div class="row"><button class="btn danger">\(icon("trash"))\(words("accounts.second_factor.remove"))</button>\
                    <a class="btn" href="/security/second-factor">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// Password, and the code where there is a second factor: what `proving` asks for.
    func proofFields(_ visit: SignedInVisit, _ form: Form) -> HTML {
        let words = visit.words
        return """
            <input class="vh" type="text" name="username" autocomplete="username" value="\(visit.person.login)" \
            tabindex="-1" aria-hidden="true" readonly>
            \(form.field(
                Field(
                    "password", label: words("accounts.password"), type: "password",
                    autocomplete: "current-password", max: 1024), words))
            \(when(
                visit.person.hasSecondFactor,
                form.field(
                    Field(
                        "code", label: words("accounts.step.code"), hint: words("accounts.code.hint"),
                        autocomplete: "one-time-code", max: 100), words)))
            """
    }
}
