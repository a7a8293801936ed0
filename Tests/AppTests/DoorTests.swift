import Kernel
import Storage
import TestSupport
import Testing
import Web

/// Every route crossed with every kind of visitor: who gets in follows from the door and the right alone.
@Suite("Doors")
struct DoorTests {
    @Test("Every route lets in whom its door and right say, and nobody else", arguments: DatabaseKind.allCases)
    func everyRoute(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await Scene(world)
            for route in world.routes where route.door != .api {
                let path = try #require(scene.path(of: route), "No fixture for \(route.path): add one to Scene.")
                for visitor in Visitor.allCases {
                    let expected = try #require(
                        visitor.expected(at: route), "The right \(route.right ?? "") is not in the table.")
                    let browser = try await scene.browser(of: visitor)
                    let screen = await scene.knock(route, path, by: browser)
                    #expect(
                        expected.contains(screen),
                        "\(route.method) \(path) by \(visitor): \(screen.status), not \(expected)")
                    #expect(screen.status < 500, "\(route.method) \(path) by \(visitor) fails.")
                    // Who has every right sees something behind every path, but for pictures that were never uploaded and
                    // for pages that are opened with what they are about.
                    let isOpenedWith = ["{version}", "/members/selection", "/access-requests/new"]
                    if visitor == .legalRepresentative, route.door == .organization, route.method == "GET",
                        !isOpenedWith.contains(where: route.path.contains)
                    {
                        #expect([200, 303].contains(screen.status), "\(path) is not there: \(screen.status)")
                    }
                }
            }
            #expect(try await world.brokenInvariants() == [])
        }
    }

    @Test("The API answers tokens, and only tokens", arguments: DatabaseKind.allCases)
    func api(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await Scene(world)
            let token = try await world.token(of: scene.marie)
            let narrow = try await world.token(of: scene.marie, scopes: ["nothing"])
            let routes = world.routes.filter { $0.door == .api }
            #expect(!routes.isEmpty)
            for route in routes {
                let path = try #require(scene.path(of: route), "No fixture for \(route.path): add one to Scene.")
                func status(_ bearer: String) async -> Int {
                    await world.browser().get(path, headers: ["authorization": "Bearer \(bearer)"]).status
                }
                #expect(await status(token) == 200, "\(path)")
                #expect(await status(narrow) == 403, "\(path)")
                #expect(await status(token.dropLast() + "_") == 401, "\(path)")
                #expect(await status("") == 401, "\(path)")
                // A session is no token: a path with a version is for programs only.
                if path.hasPrefix("/2/") {
                    for visitor in Visitor.allCases {
                        #expect(try await scene.browser(of: visitor).get(path).status == 401, "\(path) by \(visitor)")
                    }
                }
            }
        }
    }

    @Test("Without the token of the form nothing changes", arguments: DatabaseKind.allCases)
    func forgedPosts(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let scene = try await Scene(world)
            let changing = world.routes.filter { $0.method != "GET" }
            #expect(changing.count > 10)
            let stolen = try await scene.browser(of: .foreign).csrf
            for route in changing {
                let path = try #require(scene.path(of: route), "No fixture for \(route.path): add one to Scene.")
                for visitor in [Visitor.anonymous, .legalRepresentative] {
                    let browser = try await scene.browser(of: visitor)
                    let before = try await scene.fingerprint()
                    for forged in ["", "AAAA", stolen] {
                        let screen = await scene.knock(
                            route, path, by: browser, Scene.everything.merging(["csrf": forged]) { $1 })
                        #expect(
                            [303, 403, 404, 410, 415, 422].contains(screen.status),
                            "\(route.method) \(path) by \(visitor): \(screen.status)")
                    }
                    #expect(try await scene.fingerprint() == before, "\(route.method) \(path) by \(visitor)")
                }
            }
            // The same posts do change something with a token, so the proof above is one.
            let marie = try await scene.browser(of: .legalRepresentative)
            let before = try await scene.fingerprint()
            #expect(await marie.post("/profile/name", Scene.everything).status == 303)
            #expect(try await scene.fingerprint() != before)
        }
    }

    @Test("A post that another site sent is refused", arguments: ["cross-site", "same-site"])
    func otherSites(_ site: String) async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = try await world.browser(for: marie)
            await browser.get("/profile")
            let forged = await browser.post("/sign-out", headers: ["sec-fetch-site": site])
            #expect(forged.status == 403)
            let foreign = await browser.post("/sign-out", headers: ["origin": "https://evil.example"])
            #expect(foreign.status == 403)
            #expect(await browser.get("/profile").status == 200)
        }
    }

    @Test("Whoever is not signed in is taken back to where they wanted to go")
    func wayBack() async throws {
        try await TestWorld.with(.sqlite) { world in
            let marie = try await world.founder()
            let browser = world.browser()
            let wanted = "/organizations/\(marie.organization)/settings"
            let gate = await browser.get(wanted)
            let page = try await browser.follow(gate)
            let answer = try await browser.submit(
                page, "/sign-in", ["login": marie.login, "password": TestWorld.password])
            #expect(answer.location == wanted)
        }
    }

    @Test("Unknown paths, wrong methods, wrong and oversized bodies are told apart")
    func mistakes() async throws {
        try await TestWorld.with(.sqlite) { world in
            let browser = world.browser()
            #expect(await browser.get("/nothing/here").status == 404)
            #expect(await browser.get("/3/profile").text.contains("\"result\":\"error\""))
            #expect(await browser.post("/healthz").status == 405)
            #expect(await browser.post("/healthz").header("allow")?.contains("GET") == true)
            #expect(await browser.postJSON("/sign-in", "{}").status == 415)
            await browser.get("/sign-in")
            #expect(await browser.post("/sign-in", ["login": String(repeating: "a", count: 70_000)]).status == 413)
            let other = "/organizations/999999"
            #expect(await browser.get("\(other)x").status == 303)
        }
    }
}
