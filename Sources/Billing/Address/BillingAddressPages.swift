import Access
import Kernel
import Organizations
import Storage
package import Web

extension Billing {
    /// Several billing addresses, and the one that is taken where nobody chooses (ADDR-1, ADDR-4).
    func openAddresses(_ doors: Doors) {
        let door = doors.organization(ManageBilling.self)
        door.get("billing/addresses") { visit in
            let book = try await database.read { try $0.billingAddresses(of: visit.permit.organization) }
            return .page(addressesPage(visit, book))
        }
        door.form("billing/addresses/new", page: newAddressPage) { visit, form in
            let details = try BillingAddressFields.read(&form, visit.language)
            try await database.write { connection in
                _ = try BillingAddress.add(
                    details, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(addresses(visit), notice: "billing.address.added")
        }
        door.form("billing/addresses/{address}", page: addressPage) { visit, form in
            let details = try BillingAddressFields.read(&form, visit.language)
            let address = try await address(visit)
            let revision = Int(form.typed("revision")) ?? 0
            try await database.write { connection in
                try address.change(
                    to: details, revision: revision, by: visit.permit, actor: visit.actor, at: visit.now, in: connection
                )
            }
            return .redirect(addresses(visit), notice: "saved")
        }
        door.post("billing/addresses/default") { visit, form in
            guard let choice = BillingChoice(form.typed("address")) else { throw Problem.notFound }
            try await database.write { connection in
                try BillingAddress.prefer(
                    choice, by: visit.permit, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(addresses(visit), notice: "saved")
        }
        door.form("billing/addresses/{address}/removal", page: removalPage) { visit, form in
            let id = try await address(visit).id
            let next = BillingChoice(form.typed("next"))
            try await database.write { connection in
                try BillingAddress.remove(
                    id, next: next, uses: addressUses, by: visit.permit, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect(addresses(visit), notice: "billing.address.removed")
        }
    }

    private func addresses(_ visit: OrganizationVisit<ManageBilling>) -> Link {
        "/organizations/\(visit.organization.id)/billing/addresses"
    }

    private func address(_ visit: OrganizationVisit<ManageBilling>) async throws -> BillingAddress {
        let id: BillingAddressID = try visit.visit.id("address")
        let found = try await database.read { try $0.billingAddress(id, in: visit.permit.organization) }
        guard let found else { throw Problem.notFound }
        return found
    }

    private func addressesPage(_ visit: OrganizationVisit<ManageBilling>, _ book: BillingAddressBook) -> Page {
        let words = visit.words
        let home = addresses(visit)
        let own = card(
            words("billing.address.own"),
            action: visit.standing.has(ManageOrganization.self)
                ? "<a class=\"row\" href=\"\(Link("/organizations/\(visit.organization.id)/settings/details"))\">\(icon("pencil"))\(words("form.change"))<span class=\"vh\"> \(words("billing.address.own"))</span></a>"
                : .empty,
            "\(written(book.own, words))\(standing(.own, book, visit))")
        let cards = book.addresses.map { address -> HTML in
            let link = Link("\(path: home.text)/\(address.id)")
            return card(
                address.details.name,
                action: """
                    <span class="row"><a class="row" href="\(link)">\(icon("pencil"))\(words("form.change"))\
                    <span class="vh"> \(address.details.name)</span></a>\
                    <a class="row" href="\(Link("\(path: link.text)/removal"))">\(icon("trash"))\(words("billing.address.remove"))\
                    <span class="vh"> \(address.details.name)</span></a></span>
                    """,
                "\(written(address.details, words))\(standing(.address(address.id), book, visit))")
        }
        return Page(
            title: words("billing.addresses"), current: "billing-addresses",
            body: """
                \(pageHead(
                    words("billing.addresses"), words("billing.addresses.lead"),
                    action: linkButton(
                        words("billing.address.add"), Link("\(path: home.text)/new"), icon: "plus", isPrimary: true)))
                <div class="stack">\(own)\(cards)</div>
                """)
    }

    /// The default is said; every other address can become it.
    private func standing(
        _ choice: BillingChoice, _ book: BillingAddressBook, _ visit: OrganizationVisit<ManageBilling>
    ) -> HTML {
        let words = visit.words
        if book.preferred == choice {
            return "<p class=\"gap-above\">\(tag(.ok, words("billing.address.default")))</p>"
        }
        return """
            <form class="gap-above" method="post" action="\(Link("\(path: addresses(visit).text)/default"))">\(visit.visit.formFields)\
            <input type="hidden" name="address" value="\(choice.text)">\
            <button class="btn">\(words("billing.address.prefer"))<span class="vh"> \(book.details(choice)?.name)</span></button></form>
            """
    }

    private func written(_ details: BillingDetails, _ words: Words) -> HTML {
        let address = details.address
        return """
            <address>\(details.name)\(when(!details.contact.isEmpty, "<br>\(details.contact)"))\
            \(when(!address.street.isEmpty, "<br>\(address.street)"))\
            \(when(!address.town.isEmpty, "<br>\(address.postcode) \(address.town)"))<br>\(words.country(address.country))\
            \(when(!details.vatNumber.isEmpty, "<br>\(details.vatNumber)"))</address>
            """
    }

    private func newAddressPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        var form = form
        let book = try await database.read { try $0.billingAddresses(of: visit.permit.organization) }
        form.fill("country", book.own.address.country.code)
        return formPage(visit, form, title: visit.words("billing.address.add"), "new")
    }

    private func addressPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let address = try await address(visit)
        var form = form
        BillingAddressFields.fill(&form, with: address.details)
        form.refresh("revision", String(address.revision))
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        return formPage(
            visit, form, title: address.details.name, address.id.description,
            above: when(isStale, "<div class=\"gap-below\">\(written(address.details, visit.words))</div>"))
    }

    private func formPage(
        _ visit: OrganizationVisit<ManageBilling>, _ form: Form, title: String, _ place: String, above: HTML = .empty
    ) -> Page {
        let words = visit.words
        let home = addresses(visit)
        return Page(
            title: title, current: "billing-addresses",
            body: """
                \(crumbs(words, [(words("billing.addresses"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("billing.address.lead")))
                \(panel(
                    """
                    \(above)
                    <form class="stack measure" method="post" action="\(Link("\(path: home.text)/\(place)"))">\
                    \(visit.visit.formFields)\(when(form.isSent("revision"), form.hidden("revision")))
                    \(BillingAddressFields.show(form, words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// What stands against removing it is listed; where it is the default, the next one is chosen here (ADDR-5).
    private func removalPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        let address = try await address(visit)
        let (book, uses) = try await database.read { connection in
            (
                try connection.billingAddresses(of: visit.permit.organization),
                try addressUses.find(address.id, visit.permit.organization, connection)
            )
        }
        let home = addresses(visit)
        let title = words("billing.address.remove.title", ["name": address.details.name])
        let rows = uses.map { "<li><a href=\"\($0.link)\">\($0.title)</a></li>" as HTML }
        let others = book.choices.filter { $0.choice != .address(address.id) }
        let next: HTML =
            book.preferred == .address(address.id)
            ? form.choices(
                "next", legend: words("billing.address.next"),
                options: others.map { ($0.choice.text, $0.details.name, $0.details.line) }, words) : .empty
        let body: HTML =
            uses.isEmpty
            ? """
            <p class="gap-below">\(words("billing.address.remove.effect"))</p>
            <form class="stack" method="post" action="\(Link("\(path: home.text)/\(address.id)/removal"))">\(visit.visit.formFields)
            \(next)
            <div class="row"><button class="btn danger">\(icon("trash"))\(words("billing.address.remove"))</button>\
            <a class="btn" href="\(home)">\(words("form.cancel"))</a></div></form>
            """
            : """
            <p>\(words("billing.address.in_use"))</p><ul class="gap-below">\(rows)</ul>
            \(linkButton(words("billing.addresses"), home))
            """
        return Page(
            title: title, current: "billing-addresses",
            body: """
                \(crumbs(words, [(words("billing.addresses"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title))
                \(panel("\(written(address.details, words))<div class=\"gap-above\">\(body)</div>"))
                """)
    }
}

/// The fields of a billing address.
enum BillingAddressFields {
    /// - Throws: `Problems`, one for each field.
    static func read(_ form: inout Form, _ language: Language) throws -> BillingDetails {
        let name = form.text("name", max: 70)
        let contact = form.text("contact", max: 70, isRequired: false)
        guard let address = try? AddressFields.read(&form) else { throw form.rejection }
        let vatNumber = AddressFields.vatNumber(&form, in: address.country, language)
        try form.check()
        return BillingDetails(name: name, contact: contact, address: address, vatNumber: vatNumber)
    }

    static func show(_ form: Form, _ words: Words) -> HTML {
        """
        \(form.field(Field("name", label: words("billing.address.name"), autocomplete: "organization", max: 70), words))
        \(form.field(
            Field(
                "contact", label: words("billing.address.contact"), hint: words("billing.address.contact.hint"),
                autocomplete: "name", max: 70, isRequired: false), words))
        \(AddressFields.show(form, words))
        \(form.field(
            Field(
                "vat_number", label: words("organizations.vat_number"), hint: words("organizations.vat_number.hint"),
                max: 30, isRequired: false), words))
        """
    }

    static func fill(_ form: inout Form, with details: BillingDetails) {
        form.fill("name", details.name)
        form.fill("contact", details.contact)
        AddressFields.fill(&form, with: details.address)
        form.fill("vat_number", details.vatNumber)
    }
}

/// The choice of an address wherever something is paid for: nothing to see where there is but one (ADDR-3).
package enum BillingAddressChoice {
    package static let field = "billing_address"

    /// - Parameter field: another name where a page has two of them.
    package static func show(
        _ form: Form, _ book: BillingAddressBook, _ words: Words, at field: String = field
    ) -> HTML {
        let choices = book.choices
        // One that was chosen and is gone says so, even where only one is left.
        if choices.count < 2, form.problem(of: field) == nil { return .empty }
        return form.choices(
            field, legend: words("billing.address.choose"),
            options: choices.map { ($0.choice.text, $0.details.name, $0.details.line) }, words)
    }
}
