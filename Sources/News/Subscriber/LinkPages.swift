import Kernel
import Storage
import Web

extension News {
    /// What the links of a letter lead to, without signing in: ending one topic, and choosing among all of them.
    func openLinks(_ doors: Doors) {
        doors.public.form("/news/subscriptions/{link}", page: subscriptionsPage) { visit, form in
            let id = try subscriberID(visit)
            let chosen = Set(form.list("topics"))
            let revision = Int(form.typed("revision"))
            guard let revision else { throw Problem(.invalid, code: "stale_form", word: "form.stale") }
            try await database.write { connection in
                // Ended meanwhile: the page says so.
                guard let subscriber = try Subscriber.holding(id, in: connection) else { return }
                try Subscriber.choose(
                    chosen, among: topics, for: subscriber.owner, revision: revision, by: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect("/news/subscriptions/\(visit.parameter("link"))", notice: "saved")
        }
        doors.public.get("/news/unsubscribe/{link}/{topic}") { visit in .page(try await endPage(visit)) }
        doors.public.oneClick("/news/unsubscribe/{link}/{topic}") { visit, isOneClick in
            let id = try subscriberID(visit)
            let topic = visit.parameter("topic")
            try await database.write { connection in
                guard let subscriber = try Subscriber.holding(id, in: connection) else { return }
                try Subscriber.end(topic, for: subscriber.owner, by: visit.actor, at: visit.now, in: connection)
            }
            return isOneClick
                ? .text("\(visit.words("notice.news.ended"))\n")
                : .redirect("/news/subscriptions/\(visit.parameter("link"))", notice: "news.ended")
        }
    }

    /// - Throws: `DeadLink` for what this server did not make.
    private func subscriberID(_ visit: Visit) throws -> NewsSubscriberID {
        if let id = Subscriber.id(in: visit.parameter("link"), keys) { return id }
        let choosing: Link = visit.person == nil ? "/news/subscribe" : "/profile/news"
        throw DeadLink("news.link.broken", ("news.choose.title", choosing))
    }

    private func choice(_ visit: Visit) async throws -> Choice? {
        let id = try subscriberID(visit)
        return try await database.read { connection in
            try Subscriber.find(id, in: connection).map { try Subscriber.choice(of: $0.owner, in: connection) }
        }
    }

    private func subscriptionsPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        guard let choice = try await choice(visit) else { return nothingPage(visit) }
        let action: Link = "/news/subscriptions/\(visit.parameter("link"))"
        return Page(
            title: words("news.choose.title"), layout: .gate, isBroad: true,
            body: """
                \(form.summary(words))
                <h1>\(words("news.choose.title"))</h1>
                <p>\(words("news.links.lead"))</p>
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                \(switches(form, choice, words))
                \(button(words("form.save"), isWide: true))
                </form>
                <p class="gap-above"><a href="/news">\(words("news.back"))</a></p>
                """)
    }

    private func endPage(_ visit: Visit) async throws -> Page {
        let words = visit.words
        let topic = visit.parameter("topic")
        guard let choice = try await choice(visit), choice.topics.contains(topic) else { return nothingPage(visit) }
        let title = words("news.end.title", ["topic": topics.name(of: topic, words)])
        let action: Link = "/news/unsubscribe/\(visit.parameter("link"))/\(topic)"
        let choose: Link = "/news/subscriptions/\(visit.parameter("link"))"
        return Page(
            title: title, layout: .gate,
            body: """
                <h1>\(title)</h1>
                <p>\(words("news.end.lead"))</p>
                <form class="stack gap-above" method="post" action="\(action)">\
                \(visit.formFields)\(button(words("news.end.button"), isWide: true))</form>
                <p class="gap-above"><a href="\(choose)">\(words("news.letter.choose"))</a></p>
                """)
    }

    /// An ended subscription is a fine place to arrive at, not an error.
    private func nothingPage(_ visit: Visit) -> Page {
        let words = visit.words
        return Page(
            title: words("news.nothing.title"), layout: .gate,
            body: """
                <h1>\(words("news.nothing.title"))</h1>
                <p>\(words("news.nothing.text"))</p>
                <p class="gap-above"><a href="/news">\(words("news.back"))</a></p>
                """)
    }
}
