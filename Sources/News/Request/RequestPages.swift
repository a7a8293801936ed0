import Kernel
import Storage
import Web

extension News {
    /// News for an address without an account: typed at the foot of a page, proved by a letter, and only then topics (NEWS-4).
    func openRequests(_ doors: Doors) {
        doors.public.form("/news/subscribe", page: addressPage) { visit, form in
            try visit.limit(.credentials)
            let email = form.value("email", otherwise: "news.email.invalid", EmailAddress.init(_:))
            guard let email else { throw form.rejection }
            let nonce = surroundings.secret()
            try await database.write { connection in
                try request(email, visit.language, nonce: nonce, by: visit.actor, at: visit.now, in: connection)
            }
            return .redirect("/news/subscribe/sent")
        }
        doors.public.get("/news/subscribe/sent") { visit in .page(sentPage(visit)) }
        doors.public.form("/news/requests/{proof}", page: confirmationPage) { visit, form in
            try await confirm(visit, &form)
        }
    }

    /// At the foot of every page: the site, and how to get it by mail.
    func openFoot(_ doors: Doors) {
        doors.foot { visit in
            let words = visit.words
            let site: HTML = "<li><a href=\"/news\">\(words("news.title"))</a></li>"
            if visit.person != nil {
                return """
                    <ul role="list">\(site)<li><a href="/profile/news">\(words("news.choose.title"))</a></li></ul>
                    """
            }
            // The page of this form has it already.
            if visit.request.path == "/news/subscribe" { return "<ul role=\"list\">\(site)</ul>" }
            return """
                <ul role="list">\(site)</ul>
                <form class="row" method="post" action="/news/subscribe">\(visit.formFields)\
                <label for="news-email">\(words("news.choose.title"))</label>\
                <input class="input" id="news-email" name="email" type="email" autocomplete="email" maxlength="254" \
                required placeholder="\(words("news.email.example"))"><button class="btn">\(words("news.subscribe"))</button></form>
                """
        }
    }

    private func addressPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        return Page(
            title: words("news.choose.title"), layout: .gate,
            body: """
                \(form.summary(words))
                <h1>\(words("news.choose.title"))</h1>
                <form class="stack" method="post" action="/news/subscribe">\(visit.formFields)
                \(form.field(
                    Field(
                        "email", label: words("news.email"), type: "email", hint: words("news.email.hint"),
                        autocomplete: "email", max: 254), words))
                \(button(words("news.subscribe"), isWide: true))
                </form>
                """)
    }

    private func sentPage(_ visit: Visit) -> Page {
        let words = visit.words
        return Page(
            title: words("news.sent.title"), layout: .gate,
            body: """
                <h1>\(words("news.sent.title"))</h1>
                <p>\(words("news.sent.text"))</p>
                <p class="gap-above">\(words("news.sent.not_there"))</p>
                \(when(
                    settings.isSandbox,
                    "<p class=\"gap-above\"><a class=\"btn wide\" href=\"/sandbox\">\(words("news.sent.sandbox"))</a></p>"))
                <p class="gap-above"><a href="/news">\(words("news.back"))</a></p>
                """)
    }

    /// GET shows the topics and uses nothing up: scanners of mail follow links too.
    private func request(_ visit: Visit) async throws -> NewsRequest {
        let dead = DeadLink("news.link.expired", ("news.link.new", "/news/subscribe"))
        let request = try await visit.linked("proof", "news request", or: dead, nonce: \NewsRequest.nonce) {
            connection, id in
            try NewsRequest.find(NewsRequestID(rawValue: id), in: connection)
        }
        guard visit.now < request.expiresAt else { throw dead }
        return request
    }

    private func confirm(_ visit: Visit, _ form: inout Form) async throws -> Answer {
        let request = try await request(visit)
        let chosen = Set(form.list("topics"))
        let subscriber = try await database.write { connection -> NewsSubscriberID? in
            let owner = try Subscriber.owner(of: request.email, request.language, in: connection)
            let before = try Subscriber.choice(of: owner, in: connection)
            guard !chosen.intersection(topics.ids).isEmpty || !before.topics.isEmpty else {
                throw Problem.field("topics", "news.topics.none", code: "validation_rule_required")
            }
            // The second click of a double click changes nothing, and goes where the first one went.
            if try request.use(at: visit.now, in: connection) {
                try Subscriber.choose(
                    chosen, among: topics, for: owner, by: visit.actor, at: visit.now, in: connection)
            }
            return try Subscriber.all(of: owner, in: connection).first?.id
        }
        guard let subscriber else { return .redirect("/news", notice: "news.ended") }
        return .redirect("/news/subscriptions/\(Subscriber.token(subscriber, keys).text)", notice: "news.confirmed")
    }

    private func confirmationPage(_ visit: Visit, _ form: Form) async throws -> Page {
        let words = visit.words
        let request = try await request(visit)
        guard request.usedAt == nil || !form.isEmpty else {
            throw DeadLink("news.link.used", ("news.link.new", "/news/subscribe"))
        }
        let action: Link = "/news/requests/\(visit.parameter("proof"))"
        let choice = try await database.read { connection in
            try Subscriber.choice(
                of: Subscriber.owner(of: request.email, request.language, in: connection), in: connection)
        }
        return Page(
            title: words("news.confirm.title"), layout: .gate, isBroad: true,
            body: """
                \(form.summary(words))
                <h1>\(words("news.confirm.title"))</h1>
                <p>\(words("news.confirm.lead", ["email": request.email.description]))</p>
                <form class="stack gap-above" method="post" action="\(action)">\(visit.formFields)
                \(switches(form, choice, words))
                \(button(words("news.confirm.button"), isWide: true))
                </form>
                """)
    }
}
