import Kernel
import Testing
import Web

@Suite struct ReceptionTests {
    private let representative = ["cookie": "kontor-session=\(SmallHouse.representative)"]

    @Test func `A path that leads nowhere is a page that says what to do`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/nowhere")
            #expect(answer.status == 404)
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.text.contains("<h1>Page not found</h1>"))
            #expect(answer.text.contains("href=\"/\""))
        }
    }

    @Test func `A page speaks the language of the browser, errors too`() async throws {
        try await SmallHouse.run { house in
            let german = ["accept-language": "de-CH, en;q=0.5"]
            #expect(await house.send("GET", "/hello", headers: german).text.contains("<html lang=\"de\">"))
            #expect(await house.send("GET", "/nowhere", headers: german).text.contains("<html lang=\"de\">"))
            let chosen = german.merging(["cookie": "kontor-language=it"]) { $1 }
            #expect(await house.send("GET", "/hello", headers: chosen).text.contains("<html lang=\"it\">"))
        }
    }

    @Test(arguments: [
        ("POST", "/hello", "GET, HEAD"), ("DELETE", "/letters/new", "GET, HEAD, POST"),
        ("OPTIONS", "/hello", "GET, HEAD"),
        ("GET", "/mine/bell", "POST"), ("PUT", "/mine/things/3", "DELETE"), ("TRACE", "/hello", "GET, HEAD"),
    ])
    func `A method that a path has not is 405, and Allow says which it has`(
        method: String, path: String, allowed: String
    ) async throws {
        try await SmallHouse.run { house in
            let answer = await house.send(method, path)
            #expect(answer.status == 405)
            #expect(answer.header("allow") == allowed)
        }
    }

    @Test func `HEAD is answered like GET`() async throws {
        try await SmallHouse.run { house in
            let head = await house.send("HEAD", "/hello")
            #expect(head.status == 200)
            #expect(head.header("content-type") == "text/html; charset=utf-8")
            #expect(await house.send("HEAD", "/nowhere").status == 404)
        }
    }

    @Test func `What a visitor sends is never markup on the page`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/hello", query: ["name": ["<script>alert(1)</script>"]])
            #expect(answer.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
            #expect(!answer.text.contains("<script>"))
        }
    }

    @Test(arguments: [
        ("/hello", 200), ("/nowhere", 404), ("/broken", 500), ("/no-database", 503), ("/mine", 303), ("/2/things", 401),
    ])
    func `Every answer carries the security headers`(path: String, status: Int) async throws {
        try await SmallHouse.run(address: "https://console.test") { house in
            let answer = await house.send("GET", path)
            #expect(answer.status == status)
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(answer.header("referrer-policy") == "same-origin")
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.header("strict-transport-security")?.hasPrefix("max-age=63072000") == true)
            guard answer.header("content-type")?.hasPrefix("text/html") == true else { return }
            let policy = try #require(answer.header("content-security-policy"))
            for rule in [
                "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'",
                "base-uri 'none'",
            ] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
            #expect(answer.header("cross-origin-opener-policy") == "same-origin")
            #expect(answer.header("permissions-policy") != nil)
        }
    }

    @Test func `Cookies are bound to our host over https, and never readable by scripts`() async throws {
        try await SmallHouse.run(address: "https://console.test") { house in
            let cookie = try #require(await house.send("GET", "/hello").header("set-cookie"))
            #expect(cookie.hasPrefix("__Host-kontor-browser="))
            #expect(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Secure"))
            let plain = await house.send("GET", "/mine", headers: representative)
            #expect(plain.status == 303, "A cookie without the prefix could come from a neighbour.")
        }
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/hello")
            #expect(answer.header("set-cookie")?.hasPrefix("kontor-browser=") == true)
            #expect(answer.header("strict-transport-security") == nil)
        }
    }

    @Test func `Whoever is not signed in is led to sign in, and back`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/mine", query: ["a": ["b c"]])
            #expect(answer.status == 303)
            #expect(answer.header("location") == "/sign-in?next=%2Fmine%3Fa%3Db%2520c")
            #expect(await house.send("GET", "/mine", headers: ["cookie": "kontor-session=x"]).status == 303)
            #expect(await house.send("GET", "/mine", headers: representative).status == 200)
        }
    }

    @Test func `Somebody else's organisation is not found, and a missing right is named`() async throws {
        try await SmallHouse.run { house in
            let own = await house.send("GET", "/organizations/12/settings", headers: representative)
            #expect(own.status == 200)
            #expect(own.text.contains("<p>R&amp;D &lt;Atelier&gt;</p>"))
            for path in ["/organizations/13/settings", "/organizations/0/settings", "/organizations/12x/settings"] {
                #expect(await house.send("GET", path, headers: representative).status == 404)
            }
            let collaborator = ["cookie": "kontor-session=\(SmallHouse.collaborator)"]
            let refused = await house.send("GET", "/organizations/12/settings", headers: collaborator)
            #expect(refused.status == 403)
            #expect(refused.text.contains("“Change the organisation’s details”"))
            #expect(refused.text.contains("A legal representative of the organisation can grant it."))
        }
    }

    @Test func `What nobody foresaw is 500, with a number to tell us and nothing of the inside`() async throws {
        try await SmallHouse.run { house in
            for (path, headers) in [("/broken", [:]), ("/2/broken-things", ["authorization": "Bearer all"])] {
                let answer = await house.send("GET", path, headers: headers)
                #expect(answer.status == 500)
                #expect(!answer.text.contains("nobody must know"))
                #expect(!answer.text.contains("Unforeseen"))
            }
            #expect(await house.send("GET", "/broken").text.contains("request-1"))
        }
    }

    @Test func `A database that does not answer is 503 with a time to come back`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/no-database")
            #expect(answer.status == 503)
            #expect(answer.header("retry-after") == "5")
            #expect(!answer.text.contains("10.0.0.7"))
        }
    }

    @Test func `The sandbox is not there in production`() async throws {
        try await SmallHouse.run(isSandbox: true) { house in
            #expect(await house.send("GET", "/sandbox/toys").status == 200)
            #expect(await house.send("GET", "/hello").text.contains("data-kind=\"sandbox\""))
        }
        try await SmallHouse.run(isSandbox: false) { house in
            let json = ["content-type": "application/json"]
            #expect(await house.send("GET", "/sandbox/toys").status == 404)
            #expect(await house.send("POST", "/sandbox/toys", headers: json, body: [123, 125]).status == 404)
            #expect(await !house.send("GET", "/hello").text.contains("data-kind=\"sandbox\""))
            #expect(house.done.all.isEmpty)
        }
    }

    @Test func `Too many requests from one source are 429, and others are not touched`() async throws {
        try await SmallHouse.run { house in
            for _ in 0..<1200 { _ = await house.send("GET", "/sandbox/toys") }
            let answer = await house.send("GET", "/hello")
            #expect(answer.status == 429)
            #expect(Int(answer.header("retry-after") ?? "").map { (1...61).contains($0) } == true)
            #expect(await house.send("GET", "/hello", source: "192.0.2.8").status == 200)
            house.clock.advance(.seconds(61))
            #expect(await house.send("GET", "/hello").status == 200)
        }
    }
}
