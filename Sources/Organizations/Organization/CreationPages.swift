import Accounts
import Kernel
import Storage
import Web

extension Organizations {
    /// Another organisation with the same login (ACC-9, ORG-5).
    func openCreation(_ doors: Doors) {
        doors.signedIn.form("/organizations/new", page: creationPage) { visit, form in
            let name = form.text("name", max: 100)
            let kind = form.value("kind", otherwise: "organizations.kind.unknown", Organization.Kind.init(rawValue:))
            let currency = form.value("currency", otherwise: "accounts.currency.unknown", Currency.init(rawValue:))
            let country = form.value("country", otherwise: "accounts.country.unknown", Country.init(_:))
            guard let kind, let currency, let country, form.problems.isEmpty else { throw form.rejection }
            let new = NewOrganization(
                name: name, kind: kind, currency: currency, country: country, language: visit.language,
                zone: country.usualZone)
            let id = try await database.write { connection in
                try Organization.foundAnother(
                    new, by: visit.person.id, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/organizations/\(id)", notice: "organizations.created")
        }
    }

    private func creationPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("kind", "company")
        form.fill("country", "CH")
        form.fill("currency", "CHF")
        let kinds = [Organization.Kind.company, .private].map { kind in
            (
                value: kind.rawValue, title: words("organizations.kind.\(kind.rawValue)"),
                detail: Optional(words("organizations.kind.\(kind.rawValue).hint"))
            )
        }
        return Page(
            title: words("organizations.new"),
            body: """
                \(form.summary(words))
                \(pageHead(words("organizations.new"), words("organizations.new.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="/organizations/new">\(visit.visit.formFields)
                    \(form.field(
                        Field("name", label: words("organizations.name"), autocomplete: "organization", max: 100), words))
                    \(form.choices("kind", legend: words("organizations.kind"), options: kinds, words))
                    \(form.select(
                        "country", label: words("accounts.country"),
                        options: CountryNames.sorted(in: words.language).map { ($0.country.code, $0.name) }, words))
                    \(form.select(
                        "currency", label: words("accounts.currency"), hint: words("accounts.currency.hint"),
                        options: Currency.allCases.map { ($0.rawValue, words("accounts.currency.\($0.rawValue)")) }, words))
                    <div class="row">\(button(words("organizations.create")))<a class="btn" href="/">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
