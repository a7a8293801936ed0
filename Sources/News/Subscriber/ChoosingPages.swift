import Kernel
import Storage
import Web

extension News {
    /// The topics of a person with an account: a switch each, and Save for all of them at once (NEWS-1, NEWS-2, ACC-39).
    func openChoosing(_ doors: Doors) {
        doors.action(
            SearchAction(
                icon: "mail", title: { $0("news.choose.title") }, also: { $0("news.choose.also") },
                link: { _ in "/profile/news" }, isShown: { _ in true }))
        doors.signedIn.form("/profile/news", page: choosingPage) { visit, form in
            let revision = Int(form.typed("revision"))
            guard let revision else { throw Problem(.invalid, code: "stale_form", word: "form.stale") }
            let chosen = Set(form.list("topics"))
            try await database.write { connection in
                try Subscriber.choose(
                    chosen, among: topics, for: .person(visit.person.id), revision: revision, by: visit.actor,
                    at: visit.now, in: connection)
            }
            return .redirect("/profile/news", notice: "saved")
        }
    }

    private func choosingPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let words = visit.words
        let choice = try await database.read { connection in
            try Subscriber.choice(of: .person(visit.person.id), in: connection)
        }
        return Page(
            title: words("news.choose.title"), current: "profile",
            body: """
                \(crumbs(words, [(words("accounts.profile.title"), "/profile"), (words("news.choose.title"), nil)]))
                \(form.summary(words))
                \(pageHead(
                    words("news.choose.title"), words("news.choose.lead", ["email": visit.person.login]),
                    action: linkButton(words("news.read"), "/news")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="/profile/news">\(visit.visit.formFields)
                    \(switches(form, choice, words))
                    <div class="row">\(button(words("form.save")))<a class="btn" href="/profile">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    /// A switch for each topic, to the left of its name, as they are or as they were sent; and the state they were read in.
    func switches(_ form: Form, _ choice: Choice, _ words: Words) -> HTML {
        let isStale = form.problems.contains { $0.code == "changed_meanwhile" }
        let chosen = Set(form.isSent("revision") ? form.list("topics") : Array(choice.topics))
        var shown = Form(values: ["topics": Array(chosen)], problems: form.problems)
        if !isStale, form.isSent("revision") { shown.set("revision", form.typed("revision")) }
        shown.fill("revision", String(choice.revision))
        let rows = topics.all.map { topic in
            shown.toggle(
                "topics", value: topic.id, label: topic.name[words.language], detail: topic.description[words.language])
        }
        let problem = form.error("topics", words)
        return """
            \(shown.hidden("revision"))\(when(isStale, now(choice, words)))
            <fieldset class="stack field" id="topics" tabindex="-1"\(when(!problem.isEmpty, " aria-describedby=\"topics-error\""))>\
            <legend>\(words("news.topics"))</legend>
            \(rows)
            \(problem)
            </fieldset>
            """
    }

    /// After a change from another tab: what is current now, above what was chosen.
    private func now(_ choice: Choice, _ words: Words) -> HTML {
        let names = topics.all.filter { choice.topics.contains($0.id) }.map { $0.name[words.language] }
        let sentence =
            names.isEmpty
            ? words("news.choose.none_now") : words("news.choose.now", ["topics": names.joined(separator: ", ")])
        return "<p>\(sentence)</p>"
    }
}
