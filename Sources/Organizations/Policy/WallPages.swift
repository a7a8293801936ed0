import Access
import Kernel
import Web

extension Organizations {
    /// What members see instead of an organisation while it requires a second factor that they lack (POL-2). The other
    /// organisations of the person stay open (POL-8), and so does the way out (POL-4).
    func openWall(_ doors: Doors) {
        doors.organization(SeeOrganization.self, isBeforeWall: true).get("second-factor") { visit in
            let organization = visit.organization
            if !organization.requiresSecondFactor || visit.person.hasSecondFactor {
                return .redirect("/organizations/\(organization.id)")
            }
            return .page(wall(visit))
        }
    }

    private func wall(_ visit: OrganizationVisit<SeeOrganization>) -> Page {
        let words = visit.words
        let organization = visit.organization
        let partner = organization.through
        // The partner's own policy holds wherever its people act.
        let asking = partner.flatMap { $0.requiresSecondFactor ? $0.name : nil } ?? organization.name
        let back: Link = "/organizations/\(organization.id)/second-factor"
        let setUp = Link("/security/second-factor/app").query([("next", back.text)])
        let others = visit.person.organizations.filter { $0.id != organization.id && !$0.requiresSecondFactor }
        let rows = others.map { "<li><a href=\"\(Link("/organizations/\($0.id)"))\">\($0.name)</a></li>" as HTML }
        return Page(
            title: words("wall.title"), layout: .gate, isBroad: true,
            body: """
                <h1>\(words("wall.title"))</h1>
                <div class="stack">
                <p>\(words("wall.lead", ["organization": asking]))</p>
                <p>\(words("wall.text"))</p>
                <a class="btn primary large wide" href="\(setUp)">\(icon("shield"))\(words("wall.set_up"))</a>
                \(when(
                    !rows.isEmpty,
                    """
                    <section><h2>\(words("wall.elsewhere"))</h2><p class="muted">\(words("wall.elsewhere.text"))</p>\
                    <ul>\(rows)</ul></section>
                    """))
                \(when(
                    partner == nil,
                    """
                    <section><h2>\(words("wall.leave"))</h2>
                    <p class="muted">\(words("wall.leave.text", ["organization": organization.name]))</p>
                    <p><a href="\(Link("/organizations/\(organization.id)/leave"))">\(words("wall.leave.action"))</a></p></section>
                    """))
                </div>
                """)
    }
}
