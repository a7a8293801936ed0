import Foundation
import Kernel
import Logging
import Synchronization
import Testing
import Web

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The same house behind a real socket.
@Suite struct WebServerTests {
    private func serving(_ body: (String) async throws -> Void) async throws {
        try await SmallHouse.run(rateFactor: 10) { house in
            let (ports, told) = AsyncStream.makeStream(of: Int.self)
            let server = WebServer(
                host: "127.0.0.1", port: 0, routes: house.routes, reception: Reception(gate: house.gate),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onListening: { told.yield($0) })
            let serving = Task { try await server.run() }
            defer { serving.cancel() }
            let port = try #require(await ports.first { _ in true })
            try await body("http://127.0.0.1:\(port)")
        }
    }

    private func fetch(
        _ method: String, _ address: String, body: Data? = nil, headers: [String: String] = [:]
    ) async throws -> (status: Int, body: Data, header: (String) -> String?) {
        var request = URLRequest(url: try #require(URL(string: address)))
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return (http.statusCode, data, { http.value(forHTTPHeaderField: $0) })
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        try await serving { address in
            let get = try await fetch("GET", "\(address)/sandbox/toys")
            #expect(get.status == 200)
            #expect(String(decoding: get.body, as: UTF8.self) == "toys")
            let head = try await fetch("HEAD", "\(address)/sandbox/toys")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.header("Content-Type") == get.header("Content-Type"))
        }
    }

    @Test func `What the router does not know is our own page, with a number for the request`() async throws {
        try await serving { address in
            let answer = try await fetch("GET", "\(address)/no/such/path?x=1")
            #expect(answer.status == 404)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("<h1>Page not found</h1>"))
            #expect(answer.header("X-Request-Id")?.count == 12)
            #expect(answer.header("Content-Security-Policy") != nil)
            #expect(answer.header("Server") == nil)
        }
    }

    @Test func `Parameters and queries arrive decoded`() async throws {
        try await serving { address in
            let answer = try await fetch("GET", "\(address)/hello?name=Zo%C3%AB+%26+%3Cb%3E")
            #expect(String(decoding: answer.body, as: UTF8.self).contains("<p>Zoë &amp; &lt;b&gt;</p>"))
        }
    }

    @Test func `A body that is too large is refused while it comes`() async throws {
        try await serving { address in
            let answer = try await fetch(
                "POST", "\(address)/letters/new", body: Data(count: 70_000),
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == 413)
        }
    }

    @Test func `A method that a path has not is 405 through the router too`() async throws {
        try await serving { address in
            let answer = try await fetch("PUT", "\(address)/hello", body: Data())
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == "GET, HEAD")
        }
    }
}
