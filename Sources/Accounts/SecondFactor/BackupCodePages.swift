import Kernel
import Storage
import Web

extension Accounts {
    /// A new sheet voids the one before (SEC-9).
    func openBackupCodes(_ doors: Doors) {
        doors.signedIn.form("/security/second-factor/backup-codes", page: renewalPage) { visit, form in
            guard visit.person.hasSecondFactor else { return .redirect("/security/second-factor") }
            let sheet = BackupCode.sheet(surroundings.random)
            try await proving(
                visit.visit, password: form.typed("password"), code: form.typed("code"), fields: ("password", "code")
            ) { connection in
                try SecondFactor.replaceCodes(of: visit.person.id, with: sheet, in: connection)
                try connection.announce(
                    Event("BackupCodesRenewed", by: visit.actor, subject: "person", visit.person.id.rawValue),
                    at: visit.now)
            }
            return .page(sheetPage(visit, sheet, lead: visit.words("accounts.backup.renewed")))
        }
        doors.signedIn.post("/security/second-factor/backup-codes/file") { visit, form in
            try await sheetFile(visit, form)
        }
    }

    /// The codes in the answer to the form, and never again: they are kept as hashes alone.
    func sheetPage(_ visit: SignedInVisit, _ sheet: [BackupCode], lead: String) -> Page {
        let words = visit.words
        let codes = sheet.map { "<input type=\"hidden\" name=\"codes\" value=\"\($0.shown)\">" as HTML }
        return Page(
            title: words("accounts.backup.title"), current: "security",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("shell.security"), "/security"),
                        (words("accounts.second_factor"), "/security/second-factor"), (words("accounts.backup.title"), nil),
                    ]))
                \(pageHead(words("accounts.backup.title"), lead))
                \(banner(.warn, icon: "warning", "<p>\(words("accounts.backup.once"))</p>"))
                \(panel(
                    """
                    <p>\(words("accounts.backup.lead"))</p>
                    <pre class="secret gap-above" id="backup-codes">\(sheet.map(\.shown).joined(separator: "\n"))</pre>
                    <form class="row gap-above" method="post" action="/security/second-factor/backup-codes/file" \
                    data-repeatable>\(visit.visit.formFields)\(codes)
                    <button class="btn">\(icon("download"))\(words("accounts.backup.download"))</button>
                    <button class="btn" type="button" data-copy="#backup-codes" data-done="\(words("accounts.copied"))" hidden>\
                    <span data-label>\(words("accounts.copy"))</span></button>
                    <button class="btn" type="button" data-print hidden>\(icon("print"))\(words("accounts.backup.print"))</button>
                    <a class="btn primary" href="/security/second-factor">\(words("accounts.backup.kept"))</a></form>
                    """))
                """)
    }

    /// The sheet as a file. The browser brings the codes back, as nothing else knows them; only codes that open this very account
    /// are written into it.
    private func sheetFile(_ visit: SignedInVisit, _ form: Form) async throws -> Answer {
        let codes = form.list("codes").prefix(BackupCode.count).compactMap(BackupCode.init(typed:))
        let known: Set<[UInt8]> = try await database.read { connection in
            Set(
                try connection.rows(
                    "SELECT code_hash FROM backup_code WHERE person_id = \(visit.person.id) AND used_at IS NULL"
                ).map { try $0["code_hash"] })
        }
        let valid = codes.filter { known.contains($0.hash) }
        guard !valid.isEmpty else { throw Problem.notFound }
        let words = visit.words
        let lines =
            [
                words(
                    "accounts.backup.file",
                    [
                        "provider": settings.provider, "login": visit.person.login,
                        "when": words.moment(visit.now, in: visit.zone),
                    ]),
                words("accounts.backup.lead"), "",
            ] + valid.map(\.shown)
        return Answer.text(lines.joined(separator: "\r\n") + "\r\n")
            .header("Content-Disposition", "attachment; filename=\"backup-codes.txt\"")
    }

    private func renewalPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        guard let factor = try await secondFactor(visit), factor.isOn else { throw Problem.notFound }
        return Page(
            title: words("accounts.backup.renew"), current: "security",
            body: """
                \(crumbs(
                    words,
                    [
                        (words("shell.security"), "/security"),
                        (words("accounts.second_factor"), "/security/second-factor"), (words("accounts.backup.renew"), nil),
                    ]))
                \(form.summary(words))
                \(pageHead(words("accounts.backup.renew"), words("accounts.backup.renew.lead")))
                \(panel(
                    """
                    <p class="gap-below">\(words.count("accounts.backup.left", factor.codesLeft))</p>
                    <form class="stack measure" method="post" action="/security/second-factor/backup-codes">\
                    \(visit.visit.formFields)
                    \(proofFields(visit, form))
                    <div class="row">\(button(words("accounts.backup.renew")))\
                    <a class="btn" href="/security/second-factor">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
