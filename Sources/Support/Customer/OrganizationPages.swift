import Access
import Kernel
import Organizations
import Storage
import Web

extension Support {
    func openOrganizations(_ doors: Doors) {
        doors.staff.get("organizations/{organization}") { visit in
            let id: OrganizationID = try visit.visit.id("organization")
            let customer = try await database.write { connection in
                guard let customer = try CustomerOrganization.find(id, facts: facts, in: connection) else {
                    throw Problem.notFound
                }
                try Look.note(at: id, by: visit.person.id, actor: visit.actor, at: visit.now, in: connection)
                return customer
            }
            return .page(page(visit, customer))
        }
    }

    private func page(_ visit: SignedInVisit, _ customer: CustomerOrganization) -> Page {
        let words = visit.words
        let organization = customer.organization
        let address = organization.address
        let place: HTML =
            address.isComplete
            ? "\(address.street)<br>\(address.postcode) \(address.town)<br>\(words.country(address.country))"
            : HTML(words.country(address.country))
        let gone: HTML =
            customer.deletedAt.map { since in
                banner(
                    .warn, icon: "trash",
                    "<strong>\(words("support.organization.deleted", ["since": words.moment(since, in: visit.zone)]))</strong>"
                )
            } ?? .empty
        return Page(
            title: organization.name, current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (organization.name, nil)]))
                \(strip(words))
                \(pageHead(
                    organization.name, words("support.organization.lead"),
                    action: "<span class=\"row\">\(linkButton(words("support.organization.money"), "/staff/organizations/\(organization.id)/money"))\(linkButton(words("partners.desk"), "/staff/organizations/\(organization.id)/partner"))</span>"))
                \(gone)
                <div class="stack">
                \(card(
                    words("support.organization.facts"),
                    summary([
                        (words("support.organization.number"), HTML(organization.id.description), .empty),
                        (words("organizations.kind"), HTML(words("organizations.kind.\(organization.kind.rawValue)")), .empty),
                        (words("address.address"), place, .empty),
                        (words("organizations.contact"), HTML(organization.contactEmail.isEmpty ? "–" : organization.contactEmail), .empty),
                        (words("organizations.vat_number"), HTML(organization.vatNumber.isEmpty ? "–" : organization.vatNumber), .empty),
                        (words("support.organization.since"), HTML(words.moment(customer.createdAt, in: visit.zone)), .empty),
                        (words("support.organization.balance"), HTML(words.money(customer.balance)), .empty),
                    ])))
                \(card(
                    words("support.organization.members"), action: shown(customer.members.count, customer.memberCount, words),
                    isFlush: true, members(customer, words)))
                \(lines(words("support.search.products"), customer.products, words, none: words("support.organization.no_product")))
                \(lines(words("support.search.documents"), customer.documents, words, none: words("support.organization.no_document")))
                </div>
                """)
    }

    /// How many of how many.
    private func shown(_ count: Int, _ total: Int, _ words: Words) -> HTML {
        if total <= count { return .empty }
        return
            "<p class=\"muted\">\(words("support.organization.shown", ["count": String(count), "total": String(total)]))</p>"
    }

    private func members(_ customer: CustomerOrganization, _ words: Words) -> HTML {
        if customer.members.isEmpty { return emptyState(icon: "people", words("support.organization.no_member")) }
        let rows = customer.members.map { member -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/staff/people/\(member.id)"))">\(member.name)</a><small>\(member.login)</small></th>
            <td data-label="\(words("support.role"))">\(words("role.\(member.role.rawValue)"))\
            \(when(member.isBlocked, " \(tag(.danger, words("support.member.blocked")))"))</td></tr>
            """
        }
        return """
            <table class="table"><caption class="vh">\(words("support.organization.members"))</caption>
            <thead><tr><th scope="col">\(words("support.member"))</th><th scope="col">\(words("support.role"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func lines(_ title: String, _ lines: CustomerFacts.Lines, _ words: Words, none: String) -> HTML {
        if lines.items.isEmpty { return card(title, isFlush: true, emptyState(icon: "box", none)) }
        let rows = lines.items.map { line -> HTML in
            """
            <tr><th scope="row">\(line.title)<small>\(line.detail(words))</small></th>
            <td class="date" data-label="\(words("support.line.day"))">\(line.day.map { words.day($0) } ?? "–")</td>
            <td class="num" data-label="\(words("support.line.amount"))">\(words.money(line.amount))</td></tr>
            """
        }
        return card(
            title, action: shown(lines.items.count, lines.total, words), isFlush: true,
            """
            <table class="table"><caption class="vh">\(title)</caption>
            <thead><tr><th scope="col">\(words("support.line.what"))</th><th scope="col">\(words("support.line.day"))</th>\
            <th scope="col" class="num">\(words("support.line.amount"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """)
    }
}
