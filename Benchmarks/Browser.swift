import App
import Foundation
import Kernel
import Logging
import Web

/// A visitor without a network: asks the house in this process and keeps its cookies.
struct Browser {
    private let world: World
    private(set) var cookies: [String: String]

    /// - Parameter session: what the cookie of a session holds that was made already.
    init(_ world: World, session: String? = nil) {
        self.world = world
        cookies = session.map { ["kontor-session": $0] } ?? [:]
    }

    /// A cookie header of the session of a demo person.
    func signIn(_ login: String) async throws -> String {
        var browser = self
        let form = try await browser.signInForm(login)
        _ = try await browser.ask("POST", "/sign-in", form: form)
        guard browser.cookies["kontor-session"] != nil else { throw BenchError("\(login) was not let in.") }
        return browser.cookieHeader
    }

    /// Opens the page and fills it in. What comes back can be sent over HTTP too, with the same cookies, again and again.
    mutating func signInForm(_ login: String) async throws -> String {
        let page = try await ask("GET", "/sign-in")
        let text = String(decoding: page.body, as: UTF8.self)
        guard let name = text.firstRange(of: "name=\"csrf\" value=\""),
            let end = text[name.upperBound...].firstIndex(of: "\"")
        else { throw BenchError("The page to sign in has no form: \(text.prefix(200))") }
        let fields = [
            ("csrf", String(text[name.upperBound..<end])), ("login", login), ("password", World.password),
        ]
        return fields.map { "\($0.0)=\(Link.encode($0.1))" }.joined(separator: "&")
    }

    /// Whether a page was shown, and not the way to another.
    static func isPage(_ answer: Outgoing) -> Bool { answer.status == 200 }

    mutating func forget(_ cookie: String) { cookies[cookie] = nil }

    var cookieHeader: String { cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ") }

    mutating func ask(
        _ method: String, _ path: String, route: String? = nil, query: [String: [String]] = [:],
        parameters: [String: String] = [:], form: String? = nil
    ) async throws -> Outgoing {
        var headers = ["host": "127.0.0.1", "accept-language": "en"]
        if !cookies.isEmpty { headers["cookie"] = cookieHeader }
        if form != nil { headers["content-type"] = "application/x-www-form-urlencoded" }
        let arrival = Arrival(
            request: Incoming(
                method: method, path: path, query: query, parameters: parameters, headers: headers,
                body: Array((form ?? "").utf8)),
            requestID: "bench", source: "127.0.0.1",
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let routes = world.kontor.routes.filter { $0.path == route ?? path }
        let answer = await world.kontor.reception.answer(arrival, routes: routes)
        guard answer.status < 400 else { throw BenchError("\(method) \(path) answered \(answer.status).") }
        for header in answer.headers where header.name == "Set-Cookie" {
            let pair = (header.value.split(separator: ";").first ?? "").split(separator: "=", maxSplits: 1)
            if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
        }
        return answer
    }
}
