import Kernel
import Web

/// The second half of signing up: all that is asked once the address is proved (ACC-3).
struct SignUpForm {
    let visit: Visit
    let form: Form
    let email: EmailAddress
    let provider: String
    /// Asks for an organisation too.
    let founds: Bool

    var page: Page {
        let words = visit.words
        let action: Link = "/sign-up/\(visit.parameter("token"))"
        return Page(
            title: words("accounts.details.title"), layout: .gate, isBroad: true,
            body: """
                \(form.summary(words))
                <h1>\(words("accounts.details.title"))</h1>
                <p class="muted">\(words("accounts.details.confirmed", ["email": email.description]))</p>
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                <input type="hidden" name="username" autocomplete="username" value="\(email.description)">
                \(person)
                \(when(founds, organization))
                \(button(words("accounts.details.create"), isWide: true))
                </form>
                """)
    }

    private var person: HTML {
        let words = visit.words
        return """
            \(form.field(Field("first_name", label: words("accounts.first_name"), autocomplete: "given-name", max: 60), words))
            \(form.field(Field("last_name", label: words("accounts.last_name"), autocomplete: "family-name", max: 60), words))
            \(form.select(
                "country", label: words("accounts.country"), autocomplete: "country",
                options: countryOptions(words), words))
            \(form.field(
                Field(
                    "phone", label: words("accounts.phone"), type: "tel", hint: words("accounts.phone.hint"),
                    autocomplete: "tel", max: 30), words))
            \(form.field(
                Field(
                    "password", label: words("accounts.password"), type: "password",
                    hint: words("accounts.password.hint"), autocomplete: "new-password", max: 1024), words))
            """
    }

    private var organization: HTML {
        let words = visit.words
        return """
            \(form.choices(
                "kind", legend: words("accounts.details.for"),
                options: [
                    ("private", words("accounts.details.private"), words("accounts.details.private.hint")),
                    ("company", words("accounts.details.company"), words("accounts.details.company.hint")),
                ], words))
            \(form.field(
                Field(
                    "company", label: words("accounts.company"), hint: words("accounts.company.hint"),
                    autocomplete: "organization", max: 100, isConditional: true), words))
            \(form.select(
                "currency", label: words("accounts.currency"), hint: words("accounts.currency.hint"),
                options: Currency.allCases.map { ($0.rawValue, words("accounts.currency.\($0.rawValue)")) }, words))
            """
    }
}

func countryOptions(_ words: Words) -> [(value: String, title: String)] {
    CountryNames.sorted(in: words.language).map { ($0.country.code, $0.name) }
}
