import Documents
import Kernel
import Storage
import Web

extension Accounts {
    /// Setting up the authenticator app: a key, proved by a code before it counts; then the backup codes, once (SEC-8).
    func openEnrolment(_ doors: Doors) {
        doors.signedIn.confirmed.post("/security/second-factor") { visit, _ in
            let totp = TOTP(secret: surroundings.random(TOTP.secretBytes))
            try await database.write { connection in
                try SecondFactor.begin(totp, of: visit.person.id, keys: keys, at: visit.now, in: connection)
            }
            return .redirect("/security/second-factor/app")
        }
        doors.signedIn.confirmed.form("/security/second-factor/app", page: enrolmentPage) { visit, form in
            try visit.visit.limit(.credentials)
            guard let factor = try await secondFactor(visit), !factor.isOn else {
                // The second click: the codes were shown to the first one.
                return .redirect("/security/second-factor")
            }
            let code = form.text("code", max: 20)
            try form.check()
            guard factor.isEnrolling(at: visit.now) else {
                throw Problem(.gone, code: "enrolment_expired", word: "accounts.enrolment.expired")
            }
            guard let step = factor.totp.step(of: code.filter { !$0.isWhitespace }, at: visit.now) else {
                throw Problem.field("code", "accounts.code.wrong")
            }
            let sheet = BackupCode.sheet(surroundings.random)
            let isOn = try await database.write { connection in
                guard try factor.confirm(step: step, of: visit.person.id, at: visit.now, in: connection) else {
                    return false
                }
                try SecondFactor.replaceCodes(of: visit.person.id, with: sheet, in: connection)
                try connection.announce(
                    Event("SecondFactorAdded", by: visit.actor, subject: "person", visit.person.id.rawValue),
                    at: visit.now)
                return true
            }
            guard isOn else { return .redirect("/security/second-factor") }
            return .page(sheetPage(visit, sheet, lead: visit.words("accounts.enrolment.done")))
        }
    }

    private func enrolmentPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let factor = try await secondFactor(visit)
        let totp = factor.flatMap { $0.isEnrolling(at: visit.now) ? $0.totp : nil }
        return Page(
            title: words("accounts.enrolment.title"), current: "security",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("shell.security"), "/security"),
                        (words("accounts.second_factor"), "/security/second-factor"),
                        (words("accounts.enrolment.title"), nil),
                    ]))
                \(form.summary(words))
                \(pageHead(words("accounts.enrolment.title"), words("accounts.enrolment.lead")))
                \(panel(totp.map { enrolment(visit, form, $0) } ?? noEnrolment(visit, isOn: factor?.isOn == true)))
                """)
    }

    private func noEnrolment(_ visit: SignedInVisit, isOn: Bool) -> HTML {
        let words = visit.words
        if isOn {
            return """
                <p>\(words("accounts.second_factor.on.text"))</p>
                <p class="gap-above">\(linkButton(words("accounts.second_factor.manage"), "/security/second-factor"))</p>
                """
        }
        return "<p>\(words("accounts.enrolment.none"))</p>\(startForm(visit, words("accounts.enrolment.start")))"
    }

    private func enrolment(_ visit: SignedInVisit, _ form: Form, _ totp: TOTP) -> HTML {
        let words = visit.words
        let code = QRCode(totp.address(login: visit.person.login, provider: settings.provider))
        return """
            <div class="enrolment">
            \(code.map { $0.drawing(label: words("accounts.enrolment.qr")) })
            <div class="stack">
            <p>\(words("accounts.enrolment.scan"))</p>
            <p>\(words("accounts.enrolment.key"))</p>
            <p class="secret" id="totp-key" data-value="\(totp.key)">\(Base32.grouped(totp.key, by: 4, separator: " "))</p>
            <p><button class="btn" type="button" data-copy="#totp-key" data-done="\(words("accounts.copied"))" hidden>\
            <span data-label>\(words("accounts.copy"))</span></button></p>
            <p class="muted">\(words("accounts.enrolment.programs"))</p>
            <form class="stack measure" method="post" action="/security/second-factor/app">\(visit.visit.formFields)
            \(form.field(
                Field(
                    "code", label: words("accounts.enrolment.code"), hint: words("accounts.enrolment.code.hint"),
                    autocomplete: "one-time-code", inputMode: "numeric", max: 20, isShort: true), words))
            <div class="row">\(button(words("accounts.second_factor.activate")))\
            <a class="btn" href="/security/second-factor">\(words("form.cancel"))</a></div>
            </form>
            </div>
            </div>
            """
    }
}
