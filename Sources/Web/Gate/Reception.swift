import HTTPTypes
import Kernel
import Logging

/// What goes over the wire: a status, headers and bytes.
package struct Outgoing: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Answers a request whose route was found, or was not. Nothing is thrown from here: every problem is an answer.
package struct Reception: Sendable {
    package let gate: Gate

    package init(gate: Gate) {
        self.gate = gate
    }

    /// - Parameter routes: the routes of this path, one for each method.
    package func answer(_ arrival: Arrival, routes: [Route]) async -> Outgoing {
        var isProgram = isAPI(arrival.request)
        do {
            let source = RateLimiter.source(of: arrival.source)
            let house = gate.house
            let window = house.limiter.count(
                .requests, source, factor: house.settings.rateFactor, at: house.surroundings.now())
            guard window.isAllowed else { throw Problem.tooMany(retryAfterSeconds: window.resetSeconds) }
            let route = try route(for: arrival, among: routes)
            isProgram = isProgram || route.door == .api
            try check(arrival.request, route)
            return written(try await route.handle(gate, arrival))
        } catch {
            return await explained(error, arrival, isProgram: isProgram)
        }
    }

    /// The answer to a body that was not read to its end.
    package func tooLarge(_ arrival: Arrival, limit: Int) async -> Outgoing {
        await explained(Problem.tooLarge(limit: limit), arrival, isProgram: isAPI(arrival.request))
    }

    private func route(for arrival: Arrival, among routes: [Route]) throws(Problem) -> Route {
        let routes = gate.house.settings.isSandbox ? routes : routes.filter { $0.door != .sandbox }
        if routes.isEmpty {
            throw isAPI(arrival.request)
                ? Problem(.notFound, code: "method_not_found", word: "problem.not_found") : .notFound
        }
        var method = arrival.request.method == "HEAD" ? "GET" : arrival.request.method
        if method == "POST", let override = methodOverride(arrival.request) { method = override }
        let isProgram = arrival.request.header("authorization") != nil
        let matching = routes.filter { $0.method == method }
        if let route = matching.first(where: { ($0.door == .api) == isProgram }) ?? matching.first { return route }
        let allowed = Set(routes.map(\.method)).union(routes.contains { $0.method == "GET" } ? ["HEAD"] : [])
        throw Problem(
            .wrongMethod(allowed: allowed.sorted().joined(separator: ", ")), code: "method_not_allowed",
            word: "problem.wrong_method")
    }

    /// A form can only post: `_method=DELETE` says what it means. Programs use `X-HTTP-METHOD-OVERRIDE`.
    private func methodOverride(_ request: Incoming) -> String? {
        let named = request.header("x-http-method-override")?.uppercased() ?? ""
        if ["DELETE", "PUT", "PATCH"].contains(named) { return named }
        guard request.contentType == "application/x-www-form-urlencoded",
            let values = try? FormBody.urlEncoded(String(decoding: request.body, as: UTF8.self)),
            let method = values["_method"]?.last, ["DELETE", "PUT", "PATCH"].contains(method)
        else { return nil }
        return method
    }

    private func check(_ request: Incoming, _ route: Route) throws(Problem) {
        guard request.method != "GET", request.method != "HEAD" else { return }
        if request.body.count > route.bodyLimit { throw .tooLarge(limit: route.bodyLimit) }
        // Browsers say where a request comes from; what does not say is not a browser, and has no cookies to misuse.
        let site = request.header("sec-fetch-site")
        let origin = request.header("origin")
        let isOurs =
            origin == nil || origin == gate.house.settings.publicAddress || origin.map(isSameHost(request)) == true
        guard site == nil || site == "same-origin" || site == "none", isOurs else {
            throw Problem(.forbidden, code: "cross_site", word: "problem.cross_site")
        }
        if route.accepts == .json, request.contentType != "application/json" {
            throw Problem(.unsupportedType, code: "unsupported_media_type", word: "problem.unsupported_type")
        }
    }

    private func isSameHost(_ request: Incoming) -> (String) -> Bool {
        { origin in
            guard let host = request.header("host"), let start = origin.firstRange(of: "://") else { return false }
            return origin[start.upperBound...] == host
        }
    }

    /// A problem on its way out: an API error for programs, a page for people.
    private func explained(_ error: any Error, _ arrival: Arrival, isProgram: Bool) async -> Outgoing {
        let cause = (error as? Explained)?.cause ?? error
        let problems: [Problem]
        if let known = Gate.problems(cause) {
            problems = known
        } else {
            arrival.logger.error(
                "A request failed.",
                metadata: [
                    "request": "\(arrival.requestID)", "error": "\(cause)", "path": "\(arrival.request.path)",
                ])
            return await failed(arrival, (error as? Explained)?.visit, isProgram: isProgram)
        }
        let first = problems[0]
        var headers: [(name: String, value: String)] = []
        switch first.kind {
        case .wrongMethod(let allowed): headers.append(("Allow", allowed))
        case .tooMany(let seconds), .unavailable(let seconds): headers.append(("Retry-After", String(seconds)))
        case .unauthorized: headers.append(("WWW-Authenticate", "Bearer realm=\"kontor\""))
        default: break
        }
        if isProgram {
            var answer = Answer.reply(.error(problems, words: gate.house.wording.words(.english)))
            answer.headers = headers
            return written(answer)
        }
        let visit = await visit(arrival, (error as? Explained)?.visit)
        let page =
            if let dead = cause as? DeadLink { ErrorPages.page(dead, visit) } else {
                ErrorPages.page(first, visit, grantors: await gate.grantors(first, visit))
            }
        var answer = gate.finished(.page(page, status: first.status), for: visit)
        answer.headers += headers
        return written(answer)
    }

    private func failed(_ arrival: Arrival, _ visit: Visit?, isProgram: Bool) async -> Outgoing {
        if isProgram {
            let problem = Problem(.malformed, code: "unexpected_error", word: "problem.unexpected")
            let reply = Reply.error([problem], words: gate.house.wording.words(.english))
            return written(.bytes(reply.bytes, contentType: "application/json", status: 500))
        }
        let visit = await self.visit(arrival, visit)
        return written(gate.finished(.page(ErrorPages.unexpected(visit), status: 500), for: visit))
    }

    /// Who is asking, as far as that can be told now: with the database gone, nobody.
    private func visit(_ arrival: Arrival, _ visit: Visit?) async -> Visit {
        if let visit { return visit }
        if let visit = try? await gate.recognise(arrival) { return visit }
        var request = arrival.request
        request = Incoming(method: "GET", path: request.path, headers: request.headers.filter { $0.key != "cookie" })
        let language = Language(acceptLanguage: request.header("accept-language"))
        return Visit(
            house: gate.house, request: request, requestID: arrival.requestID, source: arrival.source,
            words: gate.house.wording.words(language), now: gate.house.surroundings.now(), person: nil,
            organization: nil, browser: "", isNewBrowser: false, notice: nil)
    }

    /// Paths of the API begin with a version or are asked for by a token.
    private func isAPI(_ request: Incoming) -> Bool {
        if request.header("authorization") != nil || request.header("accept") == "application/json" { return true }
        let first = request.path.split(separator: "/").first ?? ""
        return first.count == 1 && first.allSatisfy(\.isNumber) || request.path.hasSuffix(".json")
            || request.contentType == "application/json"
    }

    private func written(_ answer: Answer) -> Outgoing {
        let isSecure = gate.house.settings.isSecure
        var headers = answer.headers
        for cookie in answer.cookies {
            var text = "\(gate.cookieName(cookie.name))=\(cookie.value); Path=/; HttpOnly; SameSite=Lax"
            if isSecure { text += "; Secure" }
            if let age = cookie.maxAge { text += "; Max-Age=\(age.components.seconds)" }
            headers.append(("Set-Cookie", text))
        }
        switch answer.body {
        case .redirect(let link):
            headers.append(("Location", link.text))
            return Outgoing(status: answer.status, headers: headers + SecurityHeaders.page(isSecure), body: [])
        case .bytes(let bytes, let contentType):
            headers.append(("Content-Type", contentType))
            let isPage = contentType.hasPrefix("text/html")
            return Outgoing(
                status: answer.status,
                headers: headers
                    + (isPage ? SecurityHeaders.page(isSecure) : SecurityHeaders.data(isSecure))
                    .filter { fixed in !headers.contains { $0.name == fixed.name } },
                body: bytes)
        case .page(let page):
            preconditionFailure("The page \(page.title) was not rendered; Gate.finished does that.")
        }
    }
}

extension Problem {
    static func tooLarge(limit: Int) -> Problem {
        Problem(
            .tooLarge, code: "body_too_large", word: "problem.too_large", arguments: ["limit": "\(limit / 1024) KB"])
    }
}
