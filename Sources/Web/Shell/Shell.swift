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
            \(partnerStrip)
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
        \(foot())
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
        \(redBanner)
        \(changed)
        \(notice)
        \(page.body)
        </main>
        \(foot(tour))
        </div>
        \(palette)
        """
    }

    private var notice: HTML {
        guard let word = visit.notice, visit.words.has("notice.\(word)") else { return .empty }
        return """
            <p class="notice" role="status">\(icon("check"))<span>\(visit.words("notice.\(word)"))</span></p>
            """
    }

    /// The languages are buttons: choosing one is kept, in the account once there is one (ACC-15).
    private func foot(_ more: HTML = .empty) -> HTML {
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
            \(visit.house.contributions.foots.map { $0(visit) })
            \(more)
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
