import Access
import Kernel
import Web

/// The checklist of what has to be done first, live, and the red button once all of it is (ORG-11 to ORG-14).
struct DeletionPage {
    let visit: OrganizationVisit<ManageOrganization>
    let form: Form
    let organization: Organization
    let checks: [(condition: DeletionCondition, remainder: DeletionCondition.Remainder)]
    let effects: [Destructive.Effect]
    var destruction: Destructive?

    private var path: Link { "/organizations/\(organization.id)/delete" }
    private var isReady: Bool { checks.allSatisfy(\.remainder.isNothing) }

    var page: Page {
        let words = visit.words
        let settings: Link = "/organizations/\(organization.id)/settings"
        return Page(
            title: words("organizations.delete"), current: "settings",
            body: """
                \(crumbs(words, [(words("organizations.settings"), settings), (words("organizations.delete"), nil)]))
                \(form.summary(words))
                \(pageHead(
                    words("organizations.delete.title", ["organization": organization.name]),
                    words("organizations.delete.lead")))
                <div class="stack">
                \(card(words("organizations.delete.checklist"), summary(checks.map(row))))
                \(isReady ? verification : banner(.info, icon: "info", HTML(words("organizations.delete.not_yet"))))
                \(isReady ? destruction?.show(form, visit.visit, fields: option) : nil)
                </div>
                """)
    }

    private func row(
        _ check: (condition: DeletionCondition, remainder: DeletionCondition.Remainder)
    ) -> (name: String, value: HTML, action: HTML) {
        let words = visit.words
        let remainder = check.remainder
        let title = check.condition.title(words)
        if remainder.isNothing { return (title, tag(.ok, words("organizations.delete.met")), .empty) }
        let items = remainder.items.map { item -> HTML in
            """
            <li class="row"><span><a href="\(item.link)">\(item.title)</a> <small>\(item.detail(words))</small></span>\
            \(ending(of: item))</li>
            """
        }
        return (
            title,
            """
            \(tag(.warn, words.count("organizations.delete.left", remainder.count)))
            <p>\(remainder.sentence(words))</p>
            \(when(!items.isEmpty, "<ul class=\"stack\" role=\"list\">\(items)</ul>"))
            """,
            remainder.link.map { link in
                "<a href=\"\(link)\">\(words("organizations.delete.fix"))<span class=\"vh\">: \(title)</span></a>"
            } ?? .empty
        )
    }

    /// Cancels from the list, and comes back to it (ORG-12).
    private func ending(of item: DeletionCondition.Item) -> HTML {
        if let step = item.step {
            return """
                <a class="btn quiet" href="\(step)">\(visit.words("organizations.delete.step"))\
                <span class="vh">: \(item.title)</span></a>
                """
        }
        guard let ending = item.ending else { return .empty }
        return """
            <form method="post" action="\(ending)">\(visit.visit.formFields)\
            <input type="hidden" name="_method" value="DELETE"><input type="hidden" name="back" value="\(path.text)">\
            <button class="btn quiet">\(visit.words("organizations.delete.cancel"))\
            <span class="vh"> \(item.title)</span></button></form>
            """
    }

    /// Nobody should delete the wrong one of several (ORG-14).
    private var verification: HTML {
        let words = visit.words
        let others: HTML =
            visit.person.organizations.count > 1
            ? "<a href=\"/profile/organizations\">\(words("organizations.delete.switch"))</a>" : .empty
        return card(
            words("organizations.delete.verify"),
            summary([
                (words("organizations.name"), HTML(organization.name), others),
                (words("organizations.delete.number"), HTML(organization.id.description), .empty),
                (
                    words("organizations.kind"), HTML(words("organizations.kind.\(organization.kind.rawValue)")), .empty
                ),
                (words("organizations.contact"), HTML(contact), .empty),
            ]))
    }

    private var contact: String { organization.contactEmail.isEmpty ? visit.person.login : organization.contactEmail }

    private var option: HTML {
        form.checkbox("documents", label: visit.words("organizations.delete.documents", ["login": visit.person.login]))
    }
}
