import Kernel
import Storage
import Web

extension Accounts {
    func openSignInStep(_ doors: Doors) {
        doors.public.form("/sign-in/{token}", page: codePage) { visit, form in
            try await finishStep(visit, &form)
        }
        doors.public.form("/sign-in/{token}/backup-code", page: backupCodePage) { visit, form in
            try await finishStep(visit, &form)
        }
    }

    /// The password was right; the session has to wait for the code.
    func beginStep(of person: PersonID, _ visit: Visit, next: String) async throws -> Answer {
        let nonce = surroundings.secret()
        let nextPath = Link(own: next)?.text ?? ""
        let step = try await database.write { connection in
            try SignInStep.insert(
                of: person, nextPath: nextPath, nonce: nonce, browser: visit.browser, at: visit.now, in: connection)
        }
        return .redirect("/sign-in/\(step.token(keys).text)")
    }

    private func step(_ visit: Visit) async throws -> SignInStep {
        // Steps that ended are forgotten soon; the page of one may be open for longer.
        let dead = DeadLink("accounts.step.expired", ("accounts.step.again", "/sign-in"))
        let step = try await visit.linked("token", "sign-in", or: dead, nonce: \SignInStep.nonce) { connection, id in
            try SignInStep.find(Identifier(rawValue: id), in: connection)
        }
        guard step.browserHash == Keys.sha256(visit.browser) else { throw dead }
        return step
    }

    private enum StepOutcome: Sendable {
        case wrong, over, opened
    }

    /// The code, the end of the step, the count of failures and the session in one transaction: a code that was used up has
    /// opened something.
    private func finishStep(_ visit: Visit, _ form: inout Form) async throws -> Answer {
        let step = try await step(visit)
        let next = Link(own: step.nextPath) ?? "/"
        // The second click of a double click goes where the first one went.
        if step.state(at: visit.now) == .used { return .redirect(next) }
        try visit.limit(.credentials)
        let code = form.text("code", max: 100)
        try form.check()
        let opening = await opening(visit)
        let deviceHash = deviceSecret(visit).map { Keys.sha256($0) }
        let outcome = try await database.write { connection -> StepOutcome in
            try connection.lock("sign_in_step", step.id)
            guard try step.takeTry(at: visit.now, in: connection),
                let person = try Person.find(step.person, in: connection)
            else { return .over }
            let isKnown =
                try deviceHash.map { try Session.isKnown(deviceHash: $0, of: person.id, in: connection) } ?? false
            let loginHash = loginHash(person.login.key)
            let actor = visit.actor(for: person.id)
            let lockedUntil = try SignInLock.begin(loginHash, isKnownDevice: isKnown, at: visit.now, in: connection)
            guard lockedUntil == nil, try accept(code, of: person.id, by: actor, at: visit.now, in: connection) else {
                try connection.announce(
                    Event("SignInFailed", by: visit.actor, subject: "person", person.id.rawValue), at: visit.now)
                return .wrong
            }
            try step.use(at: visit.now, in: connection)
            try SignInLock.clear(loginHash, isKnownDevice: isKnown, in: connection)
            try open(opening, of: person.id, visit, isFirst: false, in: connection)
            return .opened
        }
        switch outcome {
        case .opened: return opened(opening, goingTo: next)
        case .wrong: throw Problem.field("code", "accounts.code.wrong")
        case .over:
            if try await self.step(visit).state(at: visit.now) == .used { return .redirect(next) }
            throw Problem(.gone, code: "sign_in_over", word: "accounts.step.expired")
        }
    }

    private func codePage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let token = visit.parameter("token")
        let step = try await step(visit)
        guard step.state(at: visit.now) == .open else { return overPage(visit, step) }
        return Page(
            title: words("accounts.step.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.step.title"))</h1>
                <form class="stack" method="post" action="\(Link("/sign-in/\(token)"))">\(visit.formFields)
                <p>\(words("accounts.step.lead"))</p>
                \(form.field(
                    Field(
                        "code", label: words("accounts.step.code"), autocomplete: "one-time-code",
                        inputMode: "numeric", max: 100, isShort: true), words))
                \(button(words("accounts.sign_in.button"), isWide: true))
                </form>
                <p class="gap-above"><a href="\(Link("/sign-in/\(token)/backup-code"))">\(words("accounts.step.use_backup"))</a></p>
                """)
    }

    /// What else opens the account (SEC-15), and what does not (SEC-14).
    private func backupCodePage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let token = visit.parameter("token")
        let step = try await step(visit)
        guard step.state(at: visit.now) == .open else { return overPage(visit, step) }
        return Page(
            title: words("accounts.step.backup.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.step.backup.title"))</h1>
                <form class="stack" method="post" action="\(Link("/sign-in/\(token)/backup-code"))">\(visit.formFields)
                \(form.field(
                    Field(
                        "code", label: words("accounts.step.backup.code"), hint: words("accounts.step.backup.hint"),
                        autocomplete: "one-time-code", max: 100), words))
                \(button(words("accounts.sign_in.button"), isWide: true))
                </form>
                <p class="gap-above"><a href="\(Link("/sign-in/\(token)"))">\(words("accounts.step.use_app"))</a></p>
                <p class="gap-above muted">\(words("accounts.step.help"))</p>
                """)
    }

    private func overPage(_ visit: Visit, _ step: SignInStep) -> Page {
        let words = visit.words
        let title = words("accounts.step.over")
        let (sentence, link): (String, Link) =
            switch step.state(at: visit.now) {
            case .used: (words("accounts.step.used"), Link(own: step.nextPath) ?? "/")
            case .void: (words("accounts.step.void"), "/sign-in")
            case .expired, .open: (words("accounts.step.expired"), "/sign-in")
            }
        return Page(
            title: title, layout: .gate,
            body: """
                <h1>\(title)</h1>
                <p>\(sentence)</p>
                <p class="gap-above"><a class="btn primary large wide" href="\(link)">\(words("accounts.step.again"))</a></p>
                """)
    }
}
