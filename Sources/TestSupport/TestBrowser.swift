package import App
import Foundation
import Kernel
import Synchronization
import Web

/// A browser without a window or a network: matches paths against the routes, keeps cookies, knows the form token of the
/// last page it saw.
package final class TestBrowser: Sendable {
    private struct State {
        var cookies: [String: String] = [:]
        var csrf = ""
    }

    private let house: Kontor
    private let language: String
    private let agent: String
    private let state = Mutex(State())
    private let bodyBoundary = "boundary-of-a-test"

    package init(_ house: Kontor, language: String = "en", agent: String = "Firefox/140 Linux") {
        self.house = house
        self.language = language
        self.agent = agent
    }

    package var cookies: [String: String] { state.withLock { $0.cookies } }

    /// The token of the last page, as a second tab would still have it.
    package var csrf: String { state.withLock { $0.csrf } }

    package func keep(cookies: [String: String]) { state.withLock { $0.cookies = cookies } }

    @discardableResult
    package func get(_ path: String, headers: [String: String] = [:]) async -> Screen {
        await send("GET", path, headers: headers, contentType: nil, body: [])
    }

    /// Posts a form with the token of the last page, unless the fields bring their own.
    @discardableResult
    package func post(_ path: String, _ fields: [String: String] = [:], headers: [String: String] = [:]) async -> Screen
    {
        let token = ["csrf": csrf].filter { !$0.value.isEmpty }
        let all = token.merging(fields) { $1 }
        return await send(
            "POST", path, headers: headers, contentType: "application/x-www-form-urlencoded",
            body: Array(all.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&").utf8))
    }

    @discardableResult
    package func delete(_ path: String) async -> Screen { await post(path, ["_method": "DELETE"]) }

    /// Sends a form of a page with what it was filled in with beforehand, and what is typed over it.
    @discardableResult
    package func submit(_ screen: Screen, _ action: String? = nil, _ typed: [String: String] = [:]) async throws
        -> Screen
    {
        guard let form = screen.form(action) else {
            throw TestTrouble("\(screen.path) has no form \(action ?? ""); it says: \(screen.text.prefix(400))")
        }
        return await post(form.action.isEmpty ? screen.path : form.action, form.fields.merging(typed) { $1 })
    }

    package func upload(
        _ path: String, _ field: String, fileName: String, _ bytes: [UInt8], _ fields: [String: String] = [:]
    ) async -> Screen {
        var body = Data()
        for (name, value) in ["csrf": csrf].merging(fields, uniquingKeysWith: { $1 }) {
            body += Data(
                "--\(bodyBoundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Data(
            "--\(bodyBoundary)\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(fileName)\"\r\n\r\n"
                .utf8)
        body += Data(bytes) + Data("\r\n--\(bodyBoundary)--\r\n".utf8)
        return await send(
            "POST", path, headers: [:], contentType: "multipart/form-data; boundary=\(bodyBoundary)", body: Array(body))
    }

    package func postJSON(_ path: String, _ json: String) async -> Screen {
        await send("POST", path, headers: [:], contentType: "application/json", body: Array(json.utf8))
    }

    /// Opens the sign-in page and sends it.
    @discardableResult
    package func signIn(_ login: String, password: String = TestWorld.password) async throws -> Screen {
        try await submit(await get("/sign-in"), "/sign-in", ["login": login, "password": password])
    }

    /// Goes where a 303 points to, until something else comes.
    package func follow(_ screen: Screen) async throws -> Screen {
        var screen = screen
        for _ in 0..<5 {
            guard screen.status == 303, let location = screen.location else { return screen }
            screen = await get(location)
        }
        throw TestTrouble("\(screen.path) is redirected in circles.")
    }

    private func send(
        _ method: String, _ path: String, headers: [String: String], contentType: String?, body: [UInt8]
    ) async -> Screen {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count == 2 ? (try? FormBody.urlEncoded(parts[1])) ?? [:] : [:]
        var all = ["host": "127.0.0.1:8080", "accept-language": language, "user-agent": agent]
        all["content-type"] = contentType
        let cookies = state.withLock { $0.cookies }
        if !cookies.isEmpty { all["cookie"] = cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ") }
        all.merge(headers) { $1 }
        let (routes, parameters) = match(parts[0])
        let request = Incoming(
            method: method, path: parts[0], query: query, parameters: parameters, headers: all, body: body)
        let outgoing = await house.reception.answer(
            Arrival(request: request, requestID: "test", source: "192.0.2.1", logger: .silent), routes: routes)
        let screen = Screen(path: path, outgoing)
        state.withLock { state in
            for cookie in screen.cookies {
                state.cookies[cookie.name] = cookie.isGone ? nil : cookie.value
            }
            if let token = screen.csrf { state.csrf = token }
        }
        return screen
    }

    /// The routes of the one path pattern that fits best: literal segments before parameters.
    private func match(_ path: String) -> (routes: [Route], parameters: [String: String]) {
        let segments = path.split(separator: "/").map(String.init)
        var best: (pattern: String, literals: Int, parameters: [String: String])?
        for pattern in Set(house.routes.map(\.path)) {
            let wanted = pattern.split(separator: "/").map(String.init)
            guard wanted.count == segments.count else { continue }
            var parameters: [String: String] = [:]
            var literals = 0
            let fits = zip(wanted, segments).allSatisfy { want, have in
                if want.hasPrefix("{") {
                    parameters[String(want.dropFirst().dropLast())] = FormBody.decode(have[...]) ?? ""
                    return true
                }
                literals += 1
                return want == have
            }
            if fits, literals > best?.literals ?? -1 { best = (pattern, literals, parameters) }
        }
        guard let best else { return ([], [:]) }
        return (house.routes.filter { $0.path == best.pattern }, best.parameters)
    }

    private func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
