import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@Suite("The profile")
struct ProfileTests {
    @Test("Two tabs: the second is told, and keeps what was typed", arguments: DatabaseKind.allCases)
    func staleName(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let tab = await browser.get("/profile/name")
            #expect(
                try await browser.submit(tab, "/profile/name", ["first_name": "Maria", "last_name": "Rossi"]).status
                    == 303)
            let late = try await browser.submit(tab, "/profile/name", ["first_name": "Mary", "last_name": "Red"])
            #expect(late.status == 409)
            #expect(late.form("/profile/name")?.fields["first_name"] == "Mary")
            #expect(late.text.contains("Maria Rossi"))
            #expect(try await world.values("SELECT first_name AS value FROM person") == ["Maria"])
            // Whoever has seen what is current now may insist.
            #expect(try await browser.submit(late, "/profile/name").status == 303)
            #expect(try await world.values("SELECT first_name AS value FROM person") == ["Mary"])
            #expect(try await world.eventNames().count { $0 == "PersonRenamed" } == 2)
        }
    }

    @Test("Country and time zone", arguments: DatabaseKind.allCases)
    func region(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            let page = await browser.get("/profile/region")
            let done = try await browser.submit(
                page, "/profile/region", ["country": "FR", "time_zone": "Europe/Paris"])
            #expect(done.status == 303)
            #expect(await browser.get("/profile").text.contains("Europe/Paris"))
            let wrong = try await browser.submit(
                await browser.get("/profile/region"), "/profile/region", ["country": "ZZ", "time_zone": "Mars/Base"])
            #expect(wrong.status == 422)
            #expect(try await browser.submit(page, "/profile/region").status == 409)
        }
    }

    @Test("The browser's language counts before signing in, the account's after", arguments: DatabaseKind.allCases)
    func language(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder(language: .french)
            let browser = world.browser(language: "de")
            let gate = await browser.get("/sign-in")
            #expect(gate.text.contains("<html lang=\"de\""))
            #expect(await browser.post("/language", ["language": "it", "back": "/sign-in"]).location == "/sign-in")
            #expect(await browser.get("/sign-in").text.contains("<html lang=\"it\""))
            try await browser.signIn(marie.login)
            #expect(await browser.get("/profile").text.contains("<html lang=\"fr\""))
            #expect(await browser.post("/language", ["language": "es", "back": "/profile"]).status == 303)
            #expect(await browser.get("/profile").text.contains("<html lang=\"es\""))
            #expect(try await world.values("SELECT language AS value FROM person") == ["es"])
            #expect(await browser.post("/language", ["language": "tlh"]).status == 404)
            #expect(await browser.post("/language", ["language": "en", "back": "//evil.example"]).location == "/")
        }
    }

    @Test("A picture is made square, shown for ever, and removed", arguments: DatabaseKind.allCases)
    func picture(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/picture")
            let done = await browser.upload(
                "/profile/picture", "picture", fileName: "me.png", PictureSamples.quarters(side: 400))
            #expect(done.status == 303, "\(done.text)")
            let page = await browser.get("/profile")
            let path = try #require(page.text.firstMatch(of: #/\/people\/\d+\/picture\/[A-Za-z0-9_\-]+/#)?.0)
            let picture = await browser.get(String(path))
            #expect(picture.status == 200)
            #expect(picture.header("content-type")?.hasPrefix("image/") == true)
            #expect(picture.header("cache-control")?.contains("immutable") == true)
            let paul = try await world.founder("paul@agence.example")
            #expect(try await world.browser(for: paul).get(String(path)).status == 404)
            #expect(await browser.delete("/profile/picture").status == 303)
            #expect(await browser.get(String(path)).status == 404)
            let events = try await world.eventNames().filter { $0.hasPrefix("Picture") }
            #expect(events == ["PictureChanged", "PictureRemoved"])
        }
    }

    @Test(
        "A file that only says it is a picture is refused",
        arguments: ["<svg onload=\"alert(1)\">", "\u{89}PNG\r\n", "GIF89a"])
    func lie(_ content: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile/picture")
            let answer = await browser.upload("/profile/picture", "picture", fileName: "me.png", Array(content.utf8))
            #expect(answer.status == 422)
            #expect(answer.text.contains("href=\"#picture\""))
            #expect(await browser.post("/profile/picture").status == 422)
            #expect(try await world.count("SELECT person_id FROM person_picture") == 0)
        }
    }
}

@Suite("GET /2/profile")
struct ProfileAPITests {
    @Test("The shape that clients know", arguments: DatabaseKind.allCases)
    func shape(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let token = try await world.token(of: marie, scopes: ["accounts"])
            for path in ["/2/profile", "/profile"] {
                let screen = await world.browser().get(path, headers: ["authorization": "Bearer \(token)"])
                #expect(screen.status == 200)
                #expect(screen.header("ratelimit-limit") != nil)
                let reply = try #require(screen.json as? [String: Any])
                #expect(reply["result"] as? String == "success")
                let data = try #require(reply["data"] as? [String: Any])
                #expect(data["id"] as? Int == Int(marie.id.rawValue))
                #expect(data["display_name"] as? String == "Marie Rossier")
                #expect(data["login"] as? String == marie.login)
                #expect(data["is_staff"] as? Bool == false)
                let preferences = try #require(data["preferences"] as? [String: [String: Any]])
                #expect(preferences["language"]?["short_name"] as? String == "en")
                #expect(preferences["country"]?["short_name"] as? String == "CH")
                #expect(preferences["timezone"]?["name"] as? String == "Europe/Zurich")
                #expect((data["phones"] as? [[String: Any]])?.first?["phone"] as? String == "+41791234567")
                #expect((data["emails"] as? [[String: Any]])?.first?["email"] as? String == marie.login)
            }
        }
    }

    @Test("Without a good token: 401 in the shape of an error")
    func unauthorized() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let token = try await world.token(of: marie)
            for headers in [[:], ["authorization": "Bearer \(token)x"], ["authorization": "Basic bWFyaWU6"]] {
                let screen = await world.browser().get("/2/profile", headers: headers)
                #expect(screen.status == 401)
                #expect(screen.header("www-authenticate")?.hasPrefix("Bearer") == true)
                let error = (screen.json as? [String: Any])?["error"] as? [String: Any]
                #expect(error?["code"] as? String == "not_authorized")
            }
        }
    }

    @Test("Sixty a minute for each token")
    func limited() async throws {
        try await TestWorld.with(.sqlite, rateFactor: 1) { world in
            let marie = try await world.founder()
            let headers = ["authorization": "Bearer \(try await world.token(of: marie))"]
            let browser = world.browser()
            for left in (0..<60).reversed() {
                let screen = await browser.get("/2/profile", headers: headers)
                #expect(screen.status == 200)
                #expect(screen.header("ratelimit-remaining") == "\(left)")
            }
            let refused = await browser.get("/2/profile", headers: headers)
            #expect(refused.status == 429)
            #expect(Int(refused.header("retry-after") ?? "") ?? 0 > 0)
            let other = ["authorization": "Bearer \(try await world.token(of: marie))"]
            #expect(await browser.get("/2/profile", headers: other).status == 200)
            world.clock.advance(.minutes(1))
            #expect(await browser.get("/2/profile", headers: headers).status == 200)
        }
    }
}
