import Access
import Accounts
import Kernel
import Web

extension Organizations {
    /// The left "Customise": the top left of the console (BRAND-2).
    func consoleLookPage(_ visit: OrganizationVisit<ManageAppearance>, _ form: Form) async throws -> Page {
        let words = visit.words
        let appearance = try await appearance(visit)
        var form = form
        let isNew = form.isEmpty
        form.fill("look", appearance.square == nil ? "initials" : "square")
        form.fill("initials", appearance.initials)
        if isNew, appearance.showsWide { form.set("shows_wide", "yes") }
        form.refresh("revision", String(appearance.revision))
        let square = Field(
            "square", label: words("appearance.square.file"), type: "file",
            hint: words(appearance.square == nil ? "appearance.square.hint" : "appearance.square.hint_again"),
            isConditional: true)
        let wide = Field(
            "wide", label: words("appearance.wide.file"), type: "file",
            hint: words(appearance.wide == nil ? "appearance.wide.hint" : "appearance.wide.hint_again"),
            isConditional: true)
        return lookPage(
            visit, form, appearance, title: words("appearance.console"), path: "console",
            """
            \(form.choices(
                "look", legend: words("appearance.look"),
                options: [
                    ("square", words("appearance.look.square"), words("appearance.look.square.detail")),
                    ("initials", words("appearance.look.initials"), words("appearance.look.initials.detail")),
                ], words))
            <fieldset class="stack"><legend>\(words("appearance.look.square"))</legend>
            \(form.field(square, words))
            </fieldset>
            <fieldset class="stack"><legend>\(words("appearance.look.initials"))</legend>
            \(form.field(
                Field(
                    "initials", label: words("appearance.initials"),
                    hint: words("appearance.initials.hint", ["initials": visit.organization.initials]),
                    max: Appearance.initialsMax, isRequired: false, isShort: true), words))
            \(form.checkbox("shows_wide", label: words("appearance.shows_wide")))
            \(form.field(wide, words))
            </fieldset>
            """)
    }

    /// The right "Customise": the rectangular logo of the apps (BRAND-3).
    func appsLookPage(_ visit: OrganizationVisit<ManageAppearance>, _ form: Form) async throws -> Page {
        let words = visit.words
        let appearance = try await appearance(visit)
        var form = form
        form.refresh("revision", String(appearance.revision))
        let file = Field(
            "wide", label: words("appearance.wide.file"), type: "file",
            hint: words(appearance.wide == nil ? "appearance.wide.hint" : "appearance.wide.hint_again"))
        return lookPage(
            visit, form, appearance, title: words("appearance.apps"), path: "apps",
            "<p>\(words("appearance.apps.text"))</p>\(form.field(file, words))")
    }

    private func lookPage(
        _ visit: OrganizationVisit<ManageAppearance>, _ form: Form, _ appearance: Appearance, title: String,
        path: String, _ fields: HTML
    ) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/appearance"
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        let preview = AppearancePreview(organization: visit.organization, appearance: appearance)
        return Page(
            title: title, current: "settings",
            body: """
                \(settingsCrumbs(visit, title, below: (words("appearance.title"), home)))
                \(form.summary(words))
                \(pageHead(title))
                <div class="stack">
                \(when(isStale, card(words("appearance.current"), preview.console(words))))
                \(panel(
                    """
                    <form class="stack measure" method="post" enctype="multipart/form-data" \
                    action="\(Link("/organizations/\(visit.organization.id)/appearance/\(path: path)"))">\
                    \(visit.visit.formFields)\(form.hidden("revision"))
                    \(fields)
                    <div class="row">\(button(words("form.save")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                </div>
                """)
    }
}

/// What the choice looks like, in light and in dark.
struct AppearancePreview {
    let organization: OrganizationSummary
    let appearance: Appearance

    /// The top left of the console: the square or the letters, then the rectangular logo or the name (BRAND-6).
    func console(_ words: Words) -> HTML {
        let initials = appearance.initials.isEmpty ? organization.ownInitials : appearance.initials
        let square: HTML =
            appearance.square.map { "<img class=\"badge\" src=\"\(link(.square, $0))\" alt=\"\">" }
            ?? "<span class=\"badge\" aria-hidden=\"true\">\(initials)</span>"
        let showsWide = appearance.square == nil && appearance.showsWide
        return inBoth(words, "\(square)\(showsWide ? wide : "<strong>\(organization.name)</strong>")")
    }

    func apps(_ words: Words) -> HTML { inBoth(words, wide) }

    private var wide: HTML {
        guard let version = appearance.wide else { return .empty }
        return "<img class=\"wide-logo\" src=\"\(link(.wide, version))\" alt=\"\(organization.name)\">"
    }

    private func link(_ kind: LogoImage.Kind, _ version: String) -> Link {
        "/organizations/\(organization.id)/logo/\(kind.rawValue)/\(version)"
    }

    private func inBoth(_ words: Words, _ content: HTML) -> HTML {
        let looks = ["light", "dark"].map { look -> HTML in
            """
            <figure><div class="look" data-look="\(look)">\(content)</div>\
            <figcaption class="muted">\(words("appearance.\(look)"))</figcaption></figure>
            """
        }
        return "<div class=\"looks\">\(looks)</div>"
    }
}

extension OrganizationSummary {
    /// The letters of the name, whatever was chosen.
    fileprivate var ownInitials: String { SignedIn.initials(of: name.split(separator: " ").map(String.init)) }
}
