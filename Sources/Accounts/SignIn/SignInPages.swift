import Kernel
import Storage
import Web

extension Accounts {
    func openSignIn(_ doors: Doors) {
        doors.public.form("/sign-in", page: signInPage) { visit, form in
            try visit.limit(.credentials)
            let login = form.text("login", max: 254)
            let password = form.typed("password")
            if password.isEmpty { form.add(.field("password", "form.required", code: "validation_rule_required")) }
            try form.check()
            return try await signIn(visit, login: login, password: password, next: form.typed("next"))
        }
        doors.public.post("/sign-out") { visit, form in
            if let person = visit.person, let session = person.session {
                try await database.write { connection in
                    if try Session.end(session, of: person.id, in: connection) {
                        try connection.announce(
                            Event("PersonSignedOut", by: visit.actor, subject: "session", session.rawValue),
                            at: visit.now)
                    }
                }
            }
            return signedOut(goingTo: Link(own: form.typed("next")))
        }
    }

    /// - Parameter page: a page of ours that the person wants to see as somebody else, such as an invitation.
    private func signedOut(goingTo page: Link?) -> Answer {
        let answer = signedOut()
        guard let page else { return answer }
        var onward = Answer.redirect(page, notice: "accounts.signed_out")
        onward.cookies.append(.noSession)
        onward.headers = answer.headers
        return onward
    }

    /// One form with login and password; a second step follows only where a second factor is on (AUTH-1).
    private func signInPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("next", visit.query("next"))
        let signUp = Link("/sign-up").query([("next", form.typed("next"))])
        return Page(
            title: words("accounts.sign_in.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.sign_in.title"))</h1>
                <form class="stack" method="post" action="/sign-in">\(visit.formFields)\(form.hidden("next"))
                \(form.field(
                    Field("login", label: words("accounts.email"), type: "email", autocomplete: "username", max: 254),
                    words))
                \(form.field(
                    Field(
                        "password", label: words("accounts.password"), type: "password",
                        autocomplete: "current-password", max: 1024), words))
                \(button(words("accounts.sign_in.button"), isWide: true))
                </form>
                <p class="gap-above">\(words("accounts.sign_in.new")) <a href="\(signUp)">\(words("accounts.sign_up.title"))</a></p>
                """)
    }
}
