import Access
import Kernel

/// The frame around every page: head, header, navigation, footer (interface.md, "Shell").
struct Shell {
    let visit: Visit

    func render(_ page: Page) -> HTML {
        let words = visit.words
        let settings = visit.house.settings
        let place = visit.organization?.name
        let title = [page.title, place, settings.provider].compactMap { $0 }.joined(separator: " – ")
        return """
            <!doctype html>
            <html lang="\(words.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="stylesheet" href="\(visit.house.assets.stylesheet)">
            <link rel="icon" href="\(visit.house.assets.favicon)" type="image/svg+xml">
            <script type="module" src="\(visit.house.assets.script)"></script>
            </head>
            <body>
            <a class="skip" href="#main">\(words("shell.skip"))</a>
            \(when(settings.isSandbox, strip))
            \(page.layout == .shell && visit.person != nil ? shell(page) : gate(page))
            </body>
            </html>

            """
    }

    /// Nobody should ever take the sandbox for the real thing.
    private var strip: HTML {
        let words = visit.words
        return """
            <aside class="strip" data-kind="sandbox" aria-label="\(words("shell.sandbox.label"))">\
            <strong>\(words("shell.sandbox"))</strong> \
            \(words("shell.sandbox.explained", ["now": words.day(visit.zone.day(of: visit.now))])) \
            <a href="/sandbox">\(words("shell.sandbox.open"))</a></aside>
            """
    }

    private func gate(_ page: Page) -> HTML {
        """
        <div class="gate">
        <header><a class="brand" href="/">\(icon("kontor"))\(visit.house.settings.provider)</a></header>
        <main id="main" tabindex="-1">
        <section class="card\(page.isBroad ? " broad" : "")">
        <div class="body">
        \(notice)
        \(page.body)
        </div>
        </section>
        </main>
        \(foot)
        </div>
        """
    }

    private func shell(_ page: Page) -> HTML {
        """
        \(header)
        <div class="shell">
        \(sideNavigation(current: page.current))
        <main class="main" id="main" tabindex="-1"\(attribute("data-refresh-seconds", page.waiting.map { String($0.seconds) }))\
        \(attribute("data-state", page.waiting?.state))>
        \(notice)
        \(page.body)
        </main>
        \(foot)
        </div>
        """
    }

    private var notice: HTML {
        guard let word = visit.notice, visit.words.has("notice.\(word)") else { return .empty }
        return """
            <p class="notice" role="status">\(icon("check"))<span>\(visit.words("notice.\(word)"))</span></p>
            """
    }

    private var header: HTML {
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
            <button class="org" type="button" popovertarget="me">\(avatar(of: person))\
            <span class="vh">\(words("shell.user_menu", ["name": person.name]))</span></button>
            </div>
            <div class="menu-panel" id="orgs" popover>\(organizations(person))</div>
            <div class="menu-panel" id="me" data-side="end" popover>
            <div class="menu-head"><strong>\(person.name)</strong><span>\(person.login)</span></div>
            <ul role="list">
            <li><a href="/profile">\(icon("person"))\(words("shell.profile"))</a></li>
            <li><a href="/security">\(icon("shield"))\(words("shell.security"))</a></li>
            </ul>
            \(signOut)
            </div>
            </header>
            """
    }

    private func switcher(_ person: SignedIn) -> HTML {
        let words = visit.words
        let name = visit.organization?.name ?? words("shell.no_organization")
        return """
            <button class="org" type="button" popovertarget="orgs"><span class="badge" aria-hidden="true">\
            \(visit.organization?.initials ?? "·")</span><span><span class="vh">\(words("shell.switch")): </span>\(name)</span>\
            \(icon("chevron-down"))</button>
            """
    }

    /// Where else the person can go, without signing out (ORG-2, ORG-3).
    private func organizations(_ person: SignedIn) -> HTML {
        let words = visit.words
        let rows = person.organizations.map { organization -> HTML in
            let isCurrent = organization.id == visit.organization?.id
            return """
                <li><a href="\(Link("/organizations/\(organization.id)"))"\
                \(when(isCurrent, " aria-current=\"true\""))><span class="badge" aria-hidden="true">\
                \(organization.initials)</span><span>\(organization.name)</span>\(when(isCurrent, icon("check")))</a></li>
                """
        }
        return """
            \(when(
                rows.count > 8,
                """
                <label class="vh" for="orgs-filter">\(words("shell.filter_organizations"))</label><input class="input" \
                id="orgs-filter" type="search" placeholder="\(words("shell.filter_organizations"))" \
                data-filter="#orgs-list" hidden>
                """))
            <ul role="list" id="orgs-list">\(rows)</ul>
            <ul role="list"><li><a href="/organizations/new">\(icon("plus"))\(words("shell.new_organization"))</a></li></ul>
            """
    }

    private var signOut: HTML {
        """
        <form method="post" action="/sign-out">\(visit.formFields)\
        <button>\(icon("sign-out"))\(visit.words("shell.sign_out"))</button></form>
        """
    }

    private func sideNavigation(current: String) -> HTML {
        let words = visit.words
        guard let organization = visit.organization else {
            return """
                <nav class="side nav" id="side" popover aria-label="\(words("shell.navigation"))">
                <ul role="list">
                <li><a href="/">\(icon("home"))\(words("shell.home"))</a></li>
                <li><a href="/profile"\(when(current == "profile", " aria-current=\"page\""))>\(icon("person"))\
                \(words("shell.profile"))</a></li>
                <li><a href="/security"\(when(current == "security", " aria-current=\"page\""))>\(icon("shield"))\
                \(words("shell.security"))</a></li>
                </ul>
                </nav>
                """
        }
        let sections = NavigationItem.Section.allCases.map { section -> HTML in
            let items = visit.house.navigation.filter { $0.section == section && $0.isShown(organization.standing) }
            if items.isEmpty { return .empty }
            let rows = items.map { item -> HTML in
                """
                <li><a href="\(item.link(organization.id))"\(when(item.id == current, " aria-current=\"page\""))>\
                \(icon(item.icon))\(item.title(words))</a></li>
                """
            }
            return """
                \(when(section != .top, "<h2>\(words("navigation.\(section.rawValue)"))</h2>"))
                <ul role="list">\(rows)</ul>
                """
        }
        return """
            <nav class="side nav" id="side" popover aria-label="\(words("shell.navigation"))">\(sections)</nav>
            """
    }

    /// The languages are buttons: choosing one is kept, in the account once there is one (ACC-15).
    private var foot: HTML {
        let words = visit.words
        let buttons = Language.allCases.map { language -> HTML in
            """
            <li><button class="link-button" name="language" value="\(language.rawValue)" lang="\(language.rawValue)"\
            \(when(language == words.language, " aria-current=\"true\""))>\(language.ownName)</button></li>
            """
        }
        return """
            <footer class="foot">
            <form method="post" action="/language" aria-label="\(words("shell.language"))">\(visit.formFields)\
            <input type="hidden" name="back" value="\(visit.request.method == "GET" ? visit.request.pathAndQuery : visit.request.path)">\
            <ul role="list">\(buttons)</ul></form>
            <ul role="list"><li><a href="/status">\(words("shell.status"))</a></li>
            <li><a href="/accessibility">\(words("shell.accessibility"))</a></li></ul>
            </footer>
            """
    }
}

/// The picture of a person, or their initials (ACC-14).
package func avatar(of person: SignedIn) -> HTML {
    guard let version = person.pictureVersion else {
        return "<span class=\"badge round\" aria-hidden=\"true\">\(person.initials)</span>"
    }
    return
        "<img class=\"avatar\" src=\"\(Link("/people/\(person.id)/picture/\(version)"))\" alt=\"\" width=\"32\" height=\"32\">"
}
