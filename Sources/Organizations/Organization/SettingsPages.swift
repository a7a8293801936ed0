import Access
import Kernel
import Storage
import Web

extension Organizations {
    func openSettings(_ doors: Doors) {
        doors.organization(SeeOrganization.self).get("settings") { visit in
            let found = try await database.read { connection in
                try Organization.find(visit.organization.id, in: connection).map { organization in
                    (organization, try SettingsFacts.find(organization.id, at: visit.now, in: connection))
                }
            }
            guard let (organization, facts) = found else { throw Problem.notFound }
            return .page(settingsPage(visit, organization, facts))
        }
        doors.organization(ManageOrganization.self).form("settings/details", page: detailsPage) { visit, form in
            let name = form.text("name", max: 100)
            let address = try? AddressFields.read(&form)
            let email = form.text("contact_email", max: 254, isRequired: false)
            if !email.isEmpty, EmailAddress(email) == nil {
                form.add(.field("contact_email", "accounts.email.invalid"))
            }
            let vat = address.map { AddressFields.vatNumber(&form, in: $0.country, visit.language) } ?? ""
            guard let address, form.problems.isEmpty else { throw form.rejection }
            let details = OrganizationDetails(name: name, address: address, contactEmail: email, vatNumber: vat)
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                guard let organization = try Organization.find(visit.organization.id, in: connection) else {
                    throw Problem.notFound
                }
                try organization.change(details, by: visit.permit, revision: revision, in: connection)
                try connection.announce(
                    Event(
                        "OrganizationChanged", by: visit.actor, organization: organization.id, subject: "organization",
                        organization.id.rawValue, personal: organization.difference(to: details)), at: visit.now)
            }
            return .redirect("/organizations/\(visit.organization.id)/settings", notice: "saved")
        }
    }

    private func settingsPage(
        _ visit: OrganizationVisit<SeeOrganization>, _ organization: Organization, _ facts: SettingsFacts
    ) -> Page {
        let words = visit.words
        let mayChange = visit.standing.has(ManageOrganization.self)
        let action: HTML =
            mayChange
            ? "<a class=\"row\" href=\"\(Link("/organizations/\(organization.id)/settings/details"))\">\(icon("pencil"))\(words("form.change"))<span class=\"vh\"> \(words("organizations.details"))</span></a>"
            : visit.locked(words("form.change"), ManageOrganization.self, id: "details")
        return Page(
            title: words("organizations.settings"), current: "settings",
            body: """
                \(pageHead(words("organizations.settings"), words("organizations.settings.lead")))
                <div class="stack">
                \(SettingsHub(visit: visit, facts: facts).card)
                \(card(
                    words("organizations.details"), action: action,
                    summary([
                        (words("organizations.name"), HTML(organization.name), .empty),
                        (words("organizations.kind"), HTML(words("organizations.kind.\(organization.kind.rawValue)")), .empty),
                        (words("address.address"), address(organization.address, words), .empty),
                        (words("organizations.contact"), HTML(organization.contactEmail.isEmpty ? "–" : organization.contactEmail), .empty),
                        (words("organizations.vat_number"), HTML(organization.vatNumber.isEmpty ? "–" : organization.vatNumber), .empty),
                        (words("accounts.currency"), HTML(words("accounts.currency.\(organization.currency.rawValue)")), .empty),
                        (words("organizations.your_role"), HTML(visit.organization.place(words)), .empty),
                    ])))
                </div>
                """)
    }

    private func address(_ address: PostalAddress, _ words: Words) -> HTML {
        guard address.isComplete else { return HTML("\(words.country(address.country))") }
        return "\(address.street)<br>\(address.postcode) \(address.town)<br>\(words.country(address.country))"
    }

    private func detailsPage(_ visit: OrganizationVisit<ManageOrganization>, _ form: Form) async throws -> Page {
        let words = visit.words
        guard let organization = try await database.read({ try Organization.find(visit.organization.id, in: $0) })
        else {
            throw Problem.notFound
        }
        var form = form
        form.fill("name", organization.name)
        AddressFields.fill(&form, with: organization.address)
        form.fill("contact_email", organization.contactEmail)
        form.fill("vat_number", organization.vatNumber)
        form.refresh("revision", String(organization.revision))
        let home: Link = "/organizations/\(organization.id)/settings"
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        return Page(
            title: words("organizations.details"), current: "settings",
            body: """
                \(crumbs(words, [(words("organizations.settings"), home), (words("organizations.details"), nil)]))
                \(form.summary(words))
                \(pageHead(words("organizations.details"), words("organizations.details.lead")))
                \(panel(
                    """
                    \(when(
                        isStale,
                        "<p class=\"gap-below\">\(words("accounts.current", ["value": organization.name])) \(address(organization.address, words))</p>"))
                    <form class="stack measure" method="post" action="\(Link("/organizations/\(organization.id)/settings/details"))">\
                    \(visit.visit.formFields)\(form.hidden("revision"))
                    \(form.field(Field("name", label: words("organizations.name"), autocomplete: "organization", max: 100), words))
                    \(AddressFields.show(form, words))
                    \(form.field(
                        Field(
                            "contact_email", label: words("organizations.contact"), type: "email",
                            hint: words("organizations.contact.hint"), autocomplete: "email", max: 254, isRequired: false),
                        words))
                    \(form.field(
                        Field(
                            "vat_number", label: words("organizations.vat_number"),
                            hint: words("organizations.vat_number.hint"), max: 30, isRequired: false), words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
