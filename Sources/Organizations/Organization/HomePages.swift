import Kernel
import Web

extension Organizations {
    /// `/` goes where the person was last; whoever is not signed in is told what this is.
    func openHome(_ doors: Doors) {
        doors.crawled("/$")
        doors.public.get("/") { visit in
            guard let person = visit.person else { return .page(welcome(visit)) }
            let current =
                person.organizations.first { $0.id == person.currentOrganization } ?? person.organizations.first
            guard let current else { return .redirect("/organizations/new") }
            return .redirect("/organizations/\(current.id)")
        }
    }

    private func welcome(_ visit: Visit) -> Page {
        let words = visit.words
        let provider = visit.house.settings.provider
        return Page(
            title: words("home.title"), layout: .gate,
            body: """
                <h1>\(words("home.heading", ["provider": provider]))</h1>
                <p>\(words("home.lead"))</p>
                <div class="stack gap-above">
                <a class="btn primary large wide" href="/sign-up">\(words("accounts.sign_up.title"))</a>
                <a class="btn large wide" href="/sign-in">\(words("accounts.sign_in.title"))</a>
                <a class="btn large wide" href="/order">\(words("home.offers"))</a>
                </div>
                """)
    }
}
