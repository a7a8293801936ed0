import Kernel
import Testing
import Web

/// What the gate lets through of what changes something.
@Suite struct PostingTests {
    private let letter = ["subject": "Hi", "password": "hunter2"]

    @Test func `A form that our page was made for is taken, and answers with another page`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.post("/letters/new", letter)
            #expect(answer.status == 303)
            #expect(answer.header("location") == "/hello")
            #expect(house.done.all == ["letter Hi for hunter2"])
        }
    }

    @Test func `A form with a problem comes back with what was typed, but without passwords`() async throws {
        try await SmallHouse.run { house in
            let answer = await house.post("/letters/new", ["subject": "<too long>", "password": "hunter2"])
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"&lt;too long&gt;\""))
            #expect(answer.text.contains("Use at most 5 characters here."))
            #expect(!answer.text.contains("hunter2"))
            #expect(house.done.all.isEmpty)
        }
    }

    @Test(arguments: ["", "stale", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
    func `A stale token does nothing and brings the form back as it was typed`(token: String) async throws {
        try await SmallHouse.run { house in
            let answer = await house.post("/letters/new", letter, token: token)
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"Hi\""))
            #expect(answer.text.contains("What you typed is still here"))
            #expect(!answer.text.contains("hunter2"))
            #expect(house.done.all.isEmpty)
        }
    }

    @Test func `A token of another browser or session is stale`() async throws {
        try await SmallHouse.run { house in
            let page = await house.send("GET", "/letters/new")
            let token = try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1
            #expect(await house.post("/letters/new", letter, token: String(token)).status == 422)
            #expect(
                await house.post("/letters/new", letter, session: SmallHouse.collaborator, token: String(token)).status
                    == 422)
            #expect(house.done.all.isEmpty)
        }
    }

    @Test func `A button with a stale token is refused, as it has nothing to bring back`() async throws {
        try await SmallHouse.run { house in
            let stale = await house.post("/mine/bell", [:], session: SmallHouse.representative, token: "stale")
            #expect(stale.status == 403)
            #expect(house.done.all.isEmpty)
            #expect(await house.post("/mine/bell", [:], session: SmallHouse.representative).status == 303)
            #expect(house.done.all == ["bell 7"])
        }
    }

    @Test(arguments: [
        ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["origin": "https://evil.example"],
        ["origin": "null"], ["origin": "http://console.test.evil.example"],
        ["origin": "http://console.test", "sec-fetch-site": "cross-site"],
        ["origin": "https://evil.example", "sec-fetch-site": "same-origin"],
        ["origin": "http://console.test@evil.example"],
    ])
    func `A post from another site is refused, even with a good token`(headers: [String: String]) async throws {
        try await SmallHouse.run { house in
            let answer = await house.post("/letters/new", letter, headers: headers)
            #expect(answer.status == 403)
            #expect(house.done.all.isEmpty)
        }
    }

    @Test(arguments: [
        [:], ["sec-fetch-site": "same-origin"], ["sec-fetch-site": "none"], ["origin": "http://console.test"],
        ["origin": "http://127.0.0.1:8080", "host": "127.0.0.1:8080"],
    ])
    func `A post from our own page is taken`(headers: [String: String]) async throws {
        try await SmallHouse.run { house in
            #expect(await house.post("/letters/new", letter, headers: headers).status == 303)
        }
    }

    @Test func `A page can be opened from another site`() async throws {
        try await SmallHouse.run { house in
            #expect(await house.send("GET", "/hello", headers: ["sec-fetch-site": "cross-site"]).status == 200)
        }
    }

    @Test func `A body of the limit is read, one byte more is 413`() async throws {
        try await SmallHouse.run { house in
            let form = ["content-type": "application/x-www-form-urlencoded"]
            let most = Array(repeating: UInt8(ascii: "a"), count: Gate.bodyLimitDefault)
            #expect(await house.send("POST", "/letters/new", headers: form, body: most).status == 422)
            let answer = await house.send("POST", "/letters/new", headers: form, body: most + [97])
            #expect(answer.status == 413)
            #expect(answer.text.contains("64 KB"))
        }
    }

    @Test(arguments: [
        ("/letters/new", "text/plain", 415), ("/letters/new", "application/json", 415), ("/letters/new", "", 415),
        ("/letters/new", "application/x-www-form-urlencoded; charset=UTF-8", 422),
        ("/letters/new", "multipart/form-data", 400), ("/sandbox/toys", "text/plain", 415),
        ("/sandbox/toys", "application/x-www-form-urlencoded", 415),
        ("/sandbox/toys", "application/json; charset=utf-8", 200),
    ])
    func `A body of another kind is 415`(path: String, contentType: String, status: Int) async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("POST", path, headers: ["content-type": contentType], body: Array("a=1".utf8))
            #expect(answer.status == status)
        }
    }

    @Test func `A form with broken escapes is 400`() async throws {
        try await SmallHouse.run { house in
            let form = ["content-type": "application/x-www-form-urlencoded"]
            #expect(
                await house.send("POST", "/letters/new", headers: form, body: Array("subject=%zz".utf8)).status == 400)
            #expect(await house.send("POST", "/letters/new", headers: form, body: [0xff, 0xfe]).status == 400)
        }
    }

    @Test func `A form can mean DELETE, and a program can say so in a header`() async throws {
        try await SmallHouse.run { house in
            let session = SmallHouse.representative
            #expect(await house.post("/mine/things/3", ["_method": "DELETE"], session: session).status == 303)
            let header = ["x-http-method-override": "delete"]
            #expect(await house.post("/mine/things/4", [:], session: session, headers: header).status == 303)
            #expect(house.done.all == ["thing 3", "thing 4"])
            for method in ["GET", "TRACE", "delete", ""] {
                #expect(await house.post("/mine/things/5", ["_method": method], session: session).status == 405)
            }
            #expect(
                await house.post("/mine/things/5", ["_method": "DELETE"], session: session, token: "stale").status
                    == 403)
            #expect(house.done.all.count == 2)
        }
    }

    @Test func `More posts than a person makes are 429 and bring the form back`() async throws {
        try await SmallHouse.run { house in
            for _ in 0..<120 { _ = await house.post("/letters/new", letter) }
            #expect(house.done.all.count == 120)
            let answer = await house.post("/letters/new", letter)
            #expect(answer.status == 429)
            #expect(answer.header("retry-after") != nil)
            #expect(answer.text.contains("value=\"Hi\""))
            #expect(house.done.all.count == 120)
        }
    }
}
