import Kernel

/// What the people of a partner see besides: their clients in the switcher (UI-8), and whose console they are in.
extension Shell {
    /// Two parts of which one is open, without a script: one's own organisations, and the clients.
    func tabs(_ person: SignedIn) -> HTML {
        let words = visit.words
        let isAtClient = visit.organization?.through != nil
        return """
            <details name="switcher"\(when(!isAtClient, " open"))><summary>\(words("shell.organizations"))</summary>
            \(organizations(person))</details>
            <details name="switcher"\(when(isAtClient, " open"))><summary>\(words("shell.clients")) <small>\(visit.clients.count)</small></summary>
            \(clients)</details>
            """
    }

    private var clients: HTML {
        let words = visit.words
        let rows = visit.clients.map { place($0.id, $0.name, square($0.id, $0.squareLogo, $0.initials)) }
        let partners = Set(visit.clients.map(\.partner))
        let all = visit.person?.organizations.filter { partners.contains($0.id) } ?? []
        let pages = all.map { partner -> HTML in
            """
            <li><a href="\(Link("/organizations/\(partner.id)/clients"))">\(icon("building"))\
            \(words("shell.clients.of", ["partner": partner.name]))</a></li>
            """
        }
        return """
            \(list(rows, id: "clients", filter: words("shell.filter_clients")))
            <ul role="list">\(pages)</ul>
            """
    }

    /// In whose console somebody acts, and in whose name, on every page there (interface.md, "Shell").
    var partnerStrip: HTML {
        guard let organization = visit.organization, let partner = organization.through else { return .empty }
        let words = visit.words
        return """
            <aside class="strip" data-kind="partner" aria-label="\(words("shell.partner.label"))">\
            <strong>\(words("shell.partner", ["client": organization.name, "partner": partner.name]))</strong> \
            <a href="\(Link("/organizations/\(partner.id)"))">\(words("shell.partner.back", ["partner": partner.name]))</a></aside>
            """
    }
}
