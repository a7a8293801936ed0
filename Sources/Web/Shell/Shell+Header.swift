import Access
import Kernel

extension Shell {
    var header: HTML {
        let words = visit.words
        guard let person = visit.person else { return .empty }
        return """
            <header class="top">
            <div class="row one-line">
            <button class="btn quiet menu" type="button" popovertarget="side">\(icon("menu"))\
            <span class="vh">\(words("shell.menu"))</span></button>
            \(switcher(person))
            </div>
            <div class="top-tools">
            \(searchLink)
            \(visit.house.contributions.tools.map(tool))
            <button class="org" type="button" popovertarget="me">\(avatar(of: person))\
            <span class="vh">\(words("shell.user_menu", ["name": person.name]))</span></button>
            </div>
            <div class="menu-panel" id="orgs" popover>\(visit.clients.isEmpty ? organizations(person) : tabs(person))</div>
            <div class="menu-panel" id="me" data-side="end" popover>
            <div class="menu-head"><strong>\(person.name)</strong><span>\(person.login)</span></div>
            <ul role="list">
            <li><a href="/profile">\(icon("person"))\(words("shell.profile"))</a></li>
            <li><a href="/security">\(icon("shield"))\(words("shell.security"))</a></li>
            <li><a href="/profile/organizations">\(icon("building"))\(words("shell.my_organizations"))</a></li>
            \(when(person.isStaff, "<li><a href=\"/staff\">\(icon("search"))\(words("shell.desk"))</a></li>"))
            </ul>
            \(signOut)
            </div>
            </header>
            """
    }

    // MARK: The switcher

    /// The organisation by its logo and name, at the top left (BRAND-2). A wide logo stands for the name, which stays its
    /// text (BRAND-6); where there is none, nothing takes its place (BRAND-5).
    private func switcher(_ person: SignedIn) -> HTML {
        let words = visit.words
        let label: HTML = "<span class=\"vh\">\(words("shell.switch")): </span>"
        let marked = person.organizations.contains { visit.needsSomebody(in: $0.id) }
        let name: HTML
        if let organization = visit.organization {
            name =
                """
                \(square(organization))<span>\(label)\(wide(organization) ?? HTML(organization.name))\
                \(when(marked, self.mark))</span>
                """
        } else {
            name =
                """
                <span class="badge" aria-hidden="true">·</span><span>\(label)\(words("shell.no_organization"))\
                \(when(marked, self.mark))</span>
                """
        }
        return """
            <button class="org" type="button" popovertarget="orgs">\(name)\(icon("chevron-down"))</button>
            """
    }

    private func square(_ organization: OrganizationSummary) -> HTML {
        square(organization.id, organization.squareLogo, organization.initials)
    }

    func square(_ id: OrganizationID, _ logo: String?, _ initials: String) -> HTML {
        guard let version = logo else {
            return "<span class=\"badge\" aria-hidden=\"true\">\(initials)</span>"
        }
        return """
            <img class="badge" src="\(Link("/organizations/\(id)/logo/square/\(version)"))" alt="" width="32" height="32">
            """
    }

    private func wide(_ organization: OrganizationSummary) -> HTML? {
        guard organization.squareLogo == nil, let version = organization.wideLogo else { return nil }
        return """
            <img class="wide-logo" src="\(Link("/organizations/\(organization.id)/logo/wide/\(version)"))" alt="\(organization.name)" height="32">
            """
    }

    /// Red, and in words: something there needs somebody (UI-9).
    private var mark: HTML {
        " <span class=\"mark\"><span class=\"vh\">\(visit.words("shell.needs_action"))</span></span>"
    }

    /// Above so many a list is filtered rather than read.
    private static let listedMax = 8

    /// Where else the person can go, without signing out (ORG-2, ORG-3).
    func organizations(_ person: SignedIn) -> HTML {
        let words = visit.words
        let rows = person.organizations.map { place($0.id, $0.name, square($0)) }
        return """
            \(list(rows, id: "orgs", filter: words("shell.filter_organizations")))
            <ul role="list"><li><a href="/profile/organizations">\(icon("building"))\(words("shell.manage_organizations"))</a></li>
            <li><a href="/organizations/new">\(icon("plus"))\(words("shell.new_organization"))</a></li></ul>
            """
    }

    /// A row of the switcher.
    func place(_ id: OrganizationID, _ name: String, _ square: HTML) -> HTML {
        let isCurrent = id == visit.organization?.id
        return """
            <li><a href="\(Link("/organizations/\(id)"))"\(when(isCurrent, " aria-current=\"true\""))>\
            \(square)<span>\(name)\(when(visit.needsSomebody(in: id), mark))</span>\
            \(when(isCurrent, icon("check")))</a></li>
            """
    }

    /// The rows, with a box to filter them by where they are many; only the script shows it.
    func list(_ rows: [HTML], id: String, filter title: String) -> HTML {
        let filter: HTML = """
            <label class="vh" for="\(id)-filter">\(title)</label><input class="input" id="\(id)-filter" type="search" \
            placeholder="\(title)" data-filter="#\(id)-list" hidden>
            """
        return """
            \(when(rows.count > Shell.listedMax, filter))
            <ul role="list" id="\(id)-list">\(rows)</ul>
            """
    }

    private var signOut: HTML {
        """
        <form method="post" action="/sign-out">\(visit.formFields)\
        <button>\(icon("sign-out"))\(visit.words("shell.sign_out"))</button></form>
        """
    }

    // MARK: Search

    /// The organisation that is searched: the one of the page or, on the person's own pages, the one they were in.
    private var searched: OrganizationID? {
        guard let person = visit.person else { return nil }
        return visit.organization?.id ?? person.organizations.first { $0.id == person.currentOrganization }?.id
            ?? person.organizations.first?.id
    }

    /// Leads to the search page; with the script it opens the palette instead.
    private var searchLink: HTML {
        guard let searched else { return .empty }
        return """
            <a class="btn find" href="\(SearchPages.link(searched))" data-palette>\(icon("search"))\
            <span>\(visit.words("search.title"))</span><kbd data-shortcut aria-hidden="true" hidden>Ctrl K</kbd></a>
            """
    }

    /// The same search wherever somebody is: Ctrl K, on Apple keyboards ⌘ K. Only the script opens it.
    var palette: HTML {
        guard let searched else { return .empty }
        let words = visit.words
        return """
            <dialog class="palette" id="palette" closedby="any" aria-label="\(words("search.title"))">
            <form class="search" method="get" action="\(SearchPages.link(searched))" role="search">\
            \(icon("search"))<label class="vh" for="palette-q">\(words("search.label"))</label>\
            <input id="palette-q" name="q" type="search" autocomplete="off" maxlength="\(SearchQuery.lengthMax)" \
            placeholder="\(words("search.label"))"><button class="btn">\(words("search.button"))</button>\
            <button class="btn quiet" formmethod="dialog">\(words("search.close"))</button></form>
            <p class="vh" role="status" id="palette-said"></p>
            <div id="palette-list"><p class="muted">\(words("search.hint"))</p></div>
            </dialog>
            """
    }

    private func tool(_ tool: HeaderTool) -> HTML {
        "<a class=\"btn quiet\" href=\"\(tool.link)\">\(icon(tool.icon))<span class=\"vh\">\(tool.title(visit.words))</span></a>"
    }

    // MARK: The tour

    /// At the bottom right (UI-3).
    var tour: HTML {
        "<a class=\"btn tour-start\" href=\"/tour\" data-tour>\(icon("help"))<span>\(visit.words("tour.title"))</span></a>"
    }
}
