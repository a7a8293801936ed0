import Kernel
import Storage
import Web

extension Accounts {
    func openSignUp(_ doors: Doors) {
        doors.public.form("/sign-up", page: addressPage) { visit, form in
            try visit.limit(.credentials)
            let email = form.value("email", otherwise: "accounts.email.invalid", EmailAddress.init(_:))
            guard let email else { throw form.rejection }
            let next = Link(own: form.typed("next"))?.text ?? ""
            let nonce = surroundings.secret()
            let signUp = try await database.write { connection in
                let signUp = try SignUp.insert(
                    email: email, language: visit.language, nextPath: next, nonce: nonce, isStaff: false,
                    at: visit.now, in: connection)
                try signUp.requestMail(by: visit.actor, at: visit.now, in: connection)
                return signUp
            }
            return .redirect("/sign-up/requests/\(signUp.receipt(keys).text)")
        }
        doors.public.form("/sign-up/requests/{receipt}", page: sentPage) { visit, form in
            try visit.limit(.credentials)
            let signUp = try await receipt(visit)
            try await database.write { try signUp.requestMail(by: visit.actor, at: visit.now, in: $0) }
            return .redirect("/sign-up/requests/\(signUp.receipt(keys).text)", notice: "accounts.mail_sent")
        }
        doors.public.form("/sign-up/{token}", page: detailsPage) { visit, form in
            try visit.limit(.credentials)
            return try await finish(visit, &form)
        }
    }

    /// GET shows the form and uses nothing up.
    private func signUp(_ visit: Visit) async throws -> SignUp { try await signUp(visit, "token", "sign-up") }

    private func receipt(_ visit: Visit) async throws -> SignUp {
        try await signUp(visit, "receipt", "sign-up receipt")
    }

    private func signUp(_ visit: Visit, _ parameter: String, _ purpose: String) async throws -> SignUp {
        let dead = DeadLink(
            "accounts.link.dead", ("accounts.sign_up.title", "/sign-up"), ("accounts.sign_in.title", "/sign-in"))
        return try await visit.linked(parameter, purpose, or: dead, nonce: \SignUp.nonce) { connection, id in
            try SignUp.find(SignUpID(rawValue: id), in: connection)
        }
    }

    private func finish(_ visit: Visit, _ form: inout Form) async throws -> Answer {
        let signUp = try await signUp(visit)
        let password = form.typed("password")
        switch signUp.state(at: visit.now) {
        case .open: break
        case .expired: throw Problem(.gone, code: "link_expired", word: "accounts.link.expired")
        case .used:
            // The second click of a double click: the same person with the same password simply goes on.
            return try await signIn(
                visit, login: signUp.email.description, password: password, next: signUp.nextPath, isFirst: true)
        }
        if let problem = check(password, for: signUp, form) { form.add(problem) }
        let details = try SignUpDetails(&form, language: visit.language, joining: signUp.invitation)
        let hash = try await hasher.hash(password)
        let made = try await finish(signUp, details, hash: hash, by: visit.actor, at: visit.now)
        let home: Link = "/organizations/\(made.organization)"
        // Who came by an invitation has accepted it now, and has no business on its page.
        let next = signUp.invitation == nil ? Link(own: signUp.nextPath) ?? home : home
        let notice = signUp.invitation == nil ? "accounts.welcome" : "accounts.welcome_invited"
        return try await startSession(
            of: made.person, visit, isFirst: true, goingTo: next, notice: notice
        )
    }

    private func check(_ password: String, for signUp: SignUp, _ form: Form) -> Problem? {
        if password.isEmpty { return .field("password", "form.required", code: "validation_rule_required") }
        return policy.check(
            password, hasSecondFactor: false,
            person: [
                signUp.email.description, form.typed("first_name"), form.typed("last_name"), form.typed("company"),
            ],
            provider: settings.provider)
    }

    private func addressPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("next", visit.query("next"))
        let signIn = Link("/sign-in").query([("next", form.typed("next"))])
        return Page(
            title: words("accounts.sign_up.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.sign_up.title"))</h1>
                <form class="stack" method="post" action="/sign-up">\(visit.formFields)\(form.hidden("next"))
                \(form.field(
                    Field(
                        "email", label: words("accounts.email"), type: "email", hint: words("accounts.sign_up.hint"),
                        autocomplete: "email", max: 254), words))
                \(button(words("accounts.sign_up.continue"), isWide: true))
                </form>
                <p class="gap-above">\(words("accounts.sign_up.have")) <a href="\(signIn)">\(words("accounts.sign_in.title"))</a></p>
                """)
    }

    private func sentPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let signUp = try await receipt(visit)
        let action: Link = "/sign-up/requests/\(visit.parameter("receipt"))"
        return Page(
            title: words("accounts.sent.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.sent.title"))</h1>
                <p>\(words("accounts.sent.text", ["email": signUp.email.description]))</p>
                <p class="gap-above">\(words("accounts.sent.not_there"))</p>
                \(when(
                    settings.isSandbox,
                    "<p class=\"gap-above\"><a class=\"btn wide\" href=\"/sandbox\">\(words("accounts.sent.sandbox"))</a></p>"))
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                <button class="btn wide">\(words("accounts.sent.again"))</button></form>
                <p class="gap-above"><a href="/sign-up">\(words("accounts.sent.other_address"))</a></p>
                """)
    }

    private func detailsPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let signUp = try await signUp(visit)
        switch signUp.state(at: visit.now) {
        case .open: break
        case .expired: return try newLinkPage(visit, signUp)
        case .used: throw DeadLink("accounts.link.used", ("accounts.sign_in.title", "/sign-in"))
        }
        var form = form
        form.fill("country", usualCountry(visit).code)
        form.fill("kind", "private")
        form.fill("currency", form.typed("country") == "CH" ? "CHF" : "EUR")
        return SignUpForm(
            visit: visit, form: form, email: signUp.email, provider: settings.provider,
            founds: signUp.invitation == nil
        ).page
    }

    /// It comes to the same address; who was invited gets theirs from the invitation.
    private func newLinkPage(_ visit: Visit, _ signUp: SignUp) throws -> Page {
        if signUp.invitation != nil, let invitation = Link(own: signUp.nextPath) {
            throw DeadLink("accounts.link.expired_invitation", ("accounts.link.invitation", invitation))
        }
        let words = visit.words
        let title = words("error.title.410")
        return Page(
            title: title, layout: .gate,
            body: """
                <h1>\(title)</h1>
                <p>\(words("accounts.link.expired"))</p>
                <form class="stack gap-above" method="post" action="/sign-up">\(visit.formFields)
                <input type="hidden" name="email" value="\(signUp.email.description)">
                <input type="hidden" name="next" value="\(signUp.nextPath)">
                \(button(words("accounts.link.new"), isWide: true))</form>
                """)
    }

    private func usualCountry(_ visit: Visit) -> Country {
        // The region that the browser names, such as fr-BE; else the provider's home.
        let header = visit.request.header("accept-language") ?? ""
        let tags = header.split(separator: ",").map { $0.split(separator: ";").first ?? "" }
        for tag in tags {
            let parts = tag.split(separator: "-")
            if parts.count == 2, let country = Country(String(parts[1]).trimmed.uppercased()), country.code != "US" {
                return country
            }
        }
        return .switzerland
    }
}
