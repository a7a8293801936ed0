import Access
import Kernel
import Storage
import Web

extension Accounts {
    func openProfile(_ doors: Doors) {
        doors.signedIn.get("/profile") { visit in .page(try await profilePage(visit)) }
        doors.signedIn.form("/profile/name", page: namePage) { visit, form in
            let first = form.text("first_name", max: 60)
            let last = form.text("last_name", max: 60)
            try form.check()
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                let before = try Person.find(visit.person.id, in: connection)?.name ?? ""
                try Person.rename(
                    visit.person.id, firstName: first, lastName: last, revision: revision, in: connection)
                try connection.announce(
                    Event(
                        "PersonRenamed", by: visit.actor, subject: "person", visit.person.id.rawValue,
                        personal: ["before": before, "after": "\(first) \(last)"]), at: visit.now)
            }
            return .redirect("/profile", notice: "saved")
        }
        doors.signedIn.form("/profile/region", page: regionPage) { visit, form in
            let country = form.value("country", otherwise: "accounts.country.unknown", Country.init(_:))
            let zone = form.value("time_zone", otherwise: "accounts.zone.unknown", Zone.init(_:))
            guard let country, let zone else { throw form.rejection }
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                let before = try Person.find(visit.person.id, in: connection)
                try Person.settle(
                    visit.person.id, country: country, zone: zone, revision: revision, in: connection)
                try connection.announce(
                    Event(
                        "RegionChanged", by: visit.actor, subject: "person", visit.person.id.rawValue,
                        personal: [
                            "country": country.code, "country_before": before?.country.code ?? "",
                            "country_after": country.code, "time_zone": zone.name,
                            "time_zone_before": before?.zone.name ?? "", "time_zone_after": zone.name,
                        ]), at: visit.now)
            }
            return .redirect("/profile", notice: "saved")
        }
    }

    /// The language of the account, from the profile or from the foot of any page; before signing in it is the browser's.
    func openLanguage(_ doors: Doors) {
        doors.public.post("/language") { visit, form in
            guard let language = Language(rawValue: form.typed("language")) else { throw Problem.notFound }
            if let person = visit.person, person.language != language {
                try await database.write { connection in
                    try Person.speak(person.id, language, in: connection)
                    try connection.announce(
                        Event(
                            "LanguageChanged", by: visit.actor, subject: "person", person.id.rawValue,
                            payload: ["before": person.language.rawValue, "after": language.rawValue]), at: visit.now)
                }
            }
            var answer = Answer.redirect(Link(own: form.typed("back")) ?? "/")
            answer.cookies.append(Cookie(Cookie.languageName, language.rawValue, maxAge: .days(400)))
            return answer
        }
    }

    private func person(_ visit: SignedInVisit) async throws -> Person {
        guard let person = try await database.read({ try Person.find(visit.person.id, in: $0) }) else {
            throw Problem.notFound
        }
        return person
    }

    private func profilePage(_ visit: SignedInVisit) async throws -> Page {
        let words = visit.words
        let person = try await person(visit)
        let supportCode = try await supportCode(of: person.id)
        func change(_ link: Link, _ what: String) -> HTML {
            "<a class=\"row\" href=\"\(link)\">\(icon("pencil"))\(words("form.change"))<span class=\"vh\"> \(what)</span></a>"
        }
        return Page(
            title: words("accounts.profile.title"), current: "profile",
            body: """
                \(pageHead(words("accounts.profile.title"), words("accounts.profile.lead")))
                <div class="stack">
                \(card(
                    words("accounts.profile.you"),
                    summary([
                        (
                            words("accounts.picture"), avatar(of: visit.person),
                            change("/profile/picture", words("accounts.picture"))
                        ),
                        (
                            words("accounts.name"), HTML(person.name),
                            """
                            <span class="row">\(change("/profile/name", words("accounts.name")))\
                            <a class="row" href="/profile/delete">\(icon("trash"))\(words("accounts.deletion.title"))</a></span>
                            """
                        ),
                        (words("accounts.login"), HTML(person.login.description), .empty),
                        (words("accounts.phone"), HTML(person.phone.description), .empty),
                    ])))
                \(supportCodeCard(visit, supportCode))
                \(organizationsCard(visit))
                \(newsCard(words))
                \(card(words("accounts.profile.language"), languageForm(visit)))
                \(card(
                    words("accounts.profile.region"), action: change("/profile/region", words("accounts.profile.region")),
                    summary([
                        (words("accounts.country"), HTML(words.country(person.country)), .empty),
                        (words("accounts.zone"), HTML(person.zone.name), .empty),
                    ])))
                </div>
                """)
    }

    /// The first of them, and the way to all: opening, leaving, creating (ACC-38).
    private func organizationsCard(_ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let rows = visit.person.organizations.prefix(5).map { organization -> HTML in
            """
            <li><a href="\(Link("/organizations/\(organization.id)"))">\(organization.name)</a> \
            <small>\(words("role.\(organization.standing.role.rawValue)"))</small></li>
            """
        }
        return card(
            words("accounts.profile.organizations"),
            action: "<a href=\"/profile/organizations\">\(words("accounts.profile.organizations.manage"))</a>",
            "<ul>\(rows)</ul>")
    }

    /// The way to the topics, which are a room above (ACC-39).
    private func newsCard(_ words: Words) -> HTML {
        card(
            words("accounts.profile.news"),
            action: "<a href=\"/profile/news\">\(words("accounts.profile.news.manage"))</a>",
            "<p>\(words("accounts.profile.news.text"))</p>")
    }

    private func languageForm(_ visit: SignedInVisit) -> HTML {
        let words = visit.words
        let form = Form(["language": visit.person.language.rawValue])
        return """
            <form class="row" method="post" action="/language">\(visit.visit.formFields)
            <input type="hidden" name="back" value="/profile">
            \(form.select(
                "language", label: words("accounts.language"),
                options: Language.allCases.map { ($0.rawValue, $0.ownName) }, words))
            <button class="btn end">\(words("form.save"))</button></form>
            """
    }

    private func namePage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let person = try await person(visit)
        var form = form
        form.fill("first_name", person.firstName)
        form.fill("last_name", person.lastName)
        form.refresh("revision", String(person.revision))
        return Page(
            title: words("accounts.name"), current: "profile",
            body: """
                \(crumbs(words, [(words("accounts.profile.title"), "/profile"), (words("accounts.name"), nil)]))
                \(form.summary(words))
                \(pageHead(words("accounts.name"), words("accounts.name.lead")))
                \(panel(
                    """
                    \(current(person.name, form, words))
                    <form class="stack measure" method="post" action="/profile/name">\(visit.visit.formFields)\(form.hidden("revision"))
                    \(form.field(Field("first_name", label: words("accounts.first_name"), autocomplete: "given-name", max: 60), words))
                    \(form.field(Field("last_name", label: words("accounts.last_name"), autocomplete: "family-name", max: 60), words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="/profile">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    private func regionPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let person = try await person(visit)
        var form = form
        form.fill("country", person.country.code)
        form.fill("time_zone", person.zone.name)
        form.refresh("revision", String(person.revision))
        return Page(
            title: words("accounts.profile.region"), current: "profile",
            body: """
                \(crumbs(words, [(words("accounts.profile.title"), "/profile"), (words("accounts.profile.region"), nil)]))
                \(form.summary(words))
                \(pageHead(words("accounts.profile.region"), words("accounts.profile.region.lead")))
                \(panel(
                    """
                    \(current("\(words.country(person.country)), \(person.zone.name)", form, words))
                    <form class="stack measure" method="post" action="/profile/region">\(visit.visit.formFields)\(form.hidden("revision"))
                    \(form.select("country", label: words("accounts.country"), options: countryOptions(words), words))
                    \(form.select("time_zone", label: words("accounts.zone"), options: Zone.names.map { ($0, $0) }, words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="/profile">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// After a change from another tab: what is current now, above what was typed.
    private func current(_ value: String, _ form: Form, _ words: Words) -> HTML {
        guard form.problems.contains(where: { $0.code == "changed_meanwhile" }) else { return .empty }
        return "<p class=\"gap-below\">\(words("accounts.current", ["value": value]))</p>"
    }
}
