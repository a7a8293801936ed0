import Access
package import Kernel
package import Logging
import Storage

/// A request whose route is known, before anyone is recognised.
package struct Arrival: Sendable {
    let request: Incoming
    let requestID: String
    let source: String
    let logger: Logger

    package init(request: Incoming, requestID: String, source: String, logger: Logger) {
        self.request = request
        self.requestID = requestID
        self.source = source
        self.logger = logger
    }
}

/// Between the router and the rooms: recognises who comes, checks that a post was meant, runs the handler, and turns what it
/// throws into a page or an API error.
package struct Gate: Sendable {
    /// Forms are small; only uploads need more, and say so.
    package static let bodyLimitDefault = 64 * 1024

    let house: House

    package init(house: House) {
        self.house = house
    }

    /// Reads the session and everything that a page needs to know of the person, over one read of the database.
    func recognise(_ arrival: Arrival) async throws -> Visit {
        let request = arrival.request
        let now = house.surroundings.now()
        var person: SignedIn?
        var banners: [Banner] = []
        var clients: [ClientSummary] = []
        if let secret = request.cookie(cookieName(Cookie.sessionName)), secret.utf8.count == 43 {
            let hash = Keys.sha256(secret)
            let recognise = house.recognition.session
            let place = request.parameters["organization"].flatMap(OrganizationID.init(_:))
            let entered = house.recognition.clients
            (person, banners, clients) = try await house.database.read {
                [contributions = house.contributions] connection in
                let person = try recognise(connection, hash, place, now)
                let isPartner = person?.organizations.contains(where: \.isPartner) == true
                return (
                    person, try contributions.banners(for: person, request, connection),
                    // Asked only for those who could have any.
                    try isPartner && request.isForPage ? person.map { try entered(connection, $0.id) } ?? [] : []
                )
            }
            if let session = person?.session, let seenAt = person?.sessionSeenAt,
                now > seenAt.adding(house.recognition.seenEvery)
            {
                let seen = house.recognition.seen
                try await house.database.write { try seen($0, session, now) }
            }
        }
        let known = request.cookie(cookieName(Cookie.browserName)).flatMap { $0.utf8.count == 22 ? $0 : nil }
        let chosen = request.cookie(cookieName(Cookie.languageName)).flatMap(Language.init(rawValue:))
        let language =
            person?.language ?? chosen ?? Language(acceptLanguage: request.header("accept-language"))
        var visit = Visit(
            house: house, request: request, requestID: arrival.requestID, source: arrival.source,
            words: house.wording.words(language), now: now, person: person, organization: nil,
            browser: known ?? Base64URL.encode(house.surroundings.random(16)), isNewBrowser: known == nil,
            notice: request.cookie(cookieName(Cookie.noticeName)))
        visit.banners = banners
        visit.clients = clients
        return visit
    }

    /// Lets the visitor through a door, runs the handler, and answers what it throws as a page in the visitor's own language
    /// and, once the door has said which organisation this is, in its shell.
    func explaining<Context: Visiting>(
        _ visit: Visit, admit: (Visit) throws -> Context, _ handle: (Context) async throws -> Answer
    ) async throws -> Answer {
        var visit = visit
        do {
            let context = try admit(visit)
            visit = try await moved(context.visit)
            return finished(try await handle(context), for: visit)
        } catch let problem as Problem where problem.kind == .unauthorized {
            return finished(signIn(thenBackTo: visit.request), for: visit)
        } catch let detour as Detour {
            return finished(.redirect(detour.link, notice: detour.notice), for: visit)
        } catch {
            let explained = error as? Explained ?? Explained(visit: visit, cause: error)
            await note(explained)
            throw explained
        }
    }

    /// A post without a form to come back to.
    func act<Context: Visiting>(
        _ arrival: Arrival, isConfirmed: Bool, admit: (Visit) throws -> Context,
        _ handle: (Context, Form) async throws -> Answer
    ) async throws -> Answer {
        let visit = try await recognise(arrival)
        return try await explaining(visit, admit: admit) { context in
            let form = try read(arrival.request)
            try limit(visit, RateLimit.posts)
            guard isMeant(form, visit) else {
                throw Problem(.forbidden, code: "stale_form", word: "problem.stale_button")
            }
            if isConfirmed, let question = try await confirm(context.visit, form) { return question }
            return try await handle(context, form)
        }
    }

    /// A form that was sent: see `Door.form`.
    func submit<Context: Visiting>(
        _ arrival: Arrival, isConfirmed: Bool, admit: (Visit) throws -> Context,
        page: (Context, Form) async throws -> Page, submit: (Context, inout Form) async throws -> Answer
    ) async throws -> Answer {
        let visit = try await recognise(arrival)
        return try await explaining(visit, admit: admit) { context in
            var form = try read(arrival.request)
            do {
                try limit(visit, RateLimit.posts)
                guard isMeant(form, visit) else {
                    throw Problem(.invalid, code: "stale_form", word: "form.stale")
                }
                if isConfirmed, let question = try await confirm(context.visit, form) { return question }
                return try await submit(context, &form)
            } catch {
                guard let problems = Gate.problems(error), let status = Gate.formStatus(problems) else { throw error }
                for problem in problems where !form.problems.contains(problem) { form.add(problem) }
                var answer = Answer.page(try await page(context, form), status: status)
                if case .tooMany(let seconds) = problems[0].kind {
                    answer.headers.append(("Retry-After", "\(seconds)"))
                }
                if case .unavailable(let seconds) = problems[0].kind {
                    answer.headers.append(("Retry-After", "\(seconds)"))
                }
                return answer
            }
        }
    }

    /// An API request: recognised by its token and answered over one read.
    func reply(
        _ arrival: Arrival, scope: String, _ handle: @escaping @Sendable (APIVisit, Connection) throws -> Reply
    ) async throws -> Answer {
        guard let token = bearer(arrival.request) else { throw Problem.noToken }
        let now = house.surroundings.now()
        let window = house.limiter.count(.api, token, factor: house.settings.rateFactor, at: now)
        guard window.isAllowed else { throw Problem.tooMany(retryAfterSeconds: window.resetSeconds) }
        let house = house
        let reply = try await house.database.read { connection in
            guard let caller = try house.recognition.token(connection, token, now) else { throw Problem.noToken }
            guard caller.scopes.contains("all") || caller.scopes.contains(scope) else {
                throw Problem(.forbidden, code: "access_denied", word: "access.scope", arguments: ["scope": scope])
            }
            let visit = Visit(
                house: house, request: arrival.request, requestID: arrival.requestID, source: arrival.source,
                words: house.wording.words(.english), now: now, person: caller.person, organization: nil, browser: "",
                isNewBrowser: false, notice: nil)
            return try handle(APIVisit(visit: visit, person: caller.person), connection)
        }
        var answer = Answer.reply(reply)
        answer.headers.append(("RateLimit-Limit", "\(RateLimit.api.count * house.settings.rateFactor)"))
        answer.headers.append(("RateLimit-Remaining", "\(window.left)"))
        answer.headers.append(("RateLimit-Reset", "\(window.resetSeconds)"))
        return answer
    }

    private func bearer(_ request: Incoming) -> String? {
        guard let header = request.header("authorization"), header.utf8.count < 500,
            header.lowercased().hasPrefix("bearer ")
        else { return nil }
        return String(header.dropFirst(7)).trimmed
    }

    func read(_ request: Incoming) throws(Problem) -> Form {
        switch request.contentType {
        case "application/x-www-form-urlencoded":
            guard let text = String(validating: request.body, as: UTF8.self) else {
                throw Problem(.malformed, code: "malformed_form", word: "problem.malformed_form")
            }
            return Form(values: try FormBody.urlEncoded(text))
        case "multipart/form-data":
            let boundary = request.header("content-type")?.split(separator: "boundary=", maxSplits: 1).dropFirst().first
            return try FormBody.multipart(
                request.body, boundary: boundary.map { $0.prefix { $0 != ";" }.filter { $0 != "\"" } } ?? "")
        case "" where request.body.isEmpty:
            return Form()
        default:
            throw Problem(.unsupportedType, code: "unsupported_media_type", word: "problem.unsupported_type")
        }
    }

    /// The browser says where the post comes from, and the form holds a token that only our page could have.
    func isMeant(_ form: Form, _ visit: Visit) -> Bool {
        house.formTokens.isValid(form.typed("csrf"), for: visit.formOwner)
    }

    /// - Throws: 429.
    func limit(_ visit: Visit, _ limit: RateLimit) throws(Problem) {
        let window = house.limiter.count(limit, visit.source, factor: house.settings.rateFactor, at: visit.now)
        guard window.isAllowed else { throw .tooMany(retryAfterSeconds: window.resetSeconds) }
    }

    private func signIn(thenBackTo request: Incoming) -> Answer {
        // What was a post cannot be repeated by a link; its page can be opened again.
        .redirect(Link("/sign-in").query([("next", request.path == "/" ? "" : request.pathAndQuery)]))
    }

    /// Adds the cookies that belong to every answer of a page.
    func finished(_ answer: Answer, for visit: Visit) -> Answer {
        var answer = answer
        answer.cookies += visit.late.take()
        if visit.isNewBrowser, case .page = answer.body {
            answer.cookies.append(Cookie(Cookie.browserName, visit.browser, maxAge: nil))
        }
        if visit.notice != nil, case .page = answer.body {
            answer.cookies.append(Cookie(Cookie.noticeName, "", maxAge: .zero))
        }
        if case .page(let page) = answer.body {
            let html = page.layout == .fragment ? page.body : Shell(visit: visit).render(page)
            answer = Answer(
                body: .bytes(html.bytes, contentType: "text/html; charset=utf-8"), status: answer.status,
                cookies: answer.cookies, headers: answer.headers)
        }
        return answer
    }

    func cookieName(_ name: String) -> String { house.settings.isSecure ? "__Host-\(name)" : name }
}

/// An error with the visit it happened to, so that its page speaks the visitor's language.
struct Explained: Error {
    let visit: Visit
    let cause: any Error
}

extension Visit {
    /// Counts towards a limit of the visitor's address.
    /// - Throws: 429.
    package func limit(_ limit: RateLimit) throws(Problem) { try Gate(house: house).limit(self, limit) }
}

extension Incoming {
    /// As a link can open it again: a post is opened as the page of its form.
    var pathAndQuery: String {
        let items = query.sorted { $0.key < $1.key }.flatMap { name, values in values.map { (name: name, value: $0) } }
        return Link(own: path)?.query(items).text ?? "/"
    }
}
