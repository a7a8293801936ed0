import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// "What can I do here, and why", for somebody who comes through a partnership: the partner is the why.
    func partnerAccessPage(
        _ visit: OrganizationVisit<SeeOrganization>, through partner: OrganizationSummary.Through
    ) async throws -> Page {
        let words = visit.words
        let organization = visit.organization
        let products = products
        let offered = try await database.read { connection in
            try products.list(organization.id, connection).filter { visit.standing.products.contains($0.id) }
        }
        let reach = Reach(standing: visit.standing, teams: [], products: offered, sources: [:])
        let names = offered.prefix(Reach.shownMax).map {
            "<li>\($0.name) <small>\($0.type(words))</small></li>" as HTML
        }
        let more = offered.count - names.count
        return Page(
            title: words("rights.title"), current: "access",
            body: """
                \(pageHead(
                    words("rights.title"),
                    words("rights.lead.partner", ["organization": organization.name, "partner": partner.name])))
                <div class="split"><div class="stack">
                \(card(words("rights.what_and_why"), reach.rights(asking: nil, words)))
                </div><div class="stack">
                \(card(
                    words("partners.access"),
                    "<p>\(words(visit.standing.products == .all ? "partners.access.full.text" : "partners.access.products.text"))</p><p>\(words("requests.refused.partner"))</p>"))
                \(card(
                    words("members.products"),
                    names.isEmpty
                        ? "<p>\(words("members.products.none"))</p>"
                        : """
                        <ul class="stack" role="list">\(names)</ul>
                        \(when(more > 0, "<p>\(words("members.more", ["count": String(more)]))</p>"))
                        """))
                \(card(words("members.actions"), linkButton(words("clients.title"), "/organizations/\(partner.id)/clients", icon: "building")))
                </div></div>
                """)
    }
}
