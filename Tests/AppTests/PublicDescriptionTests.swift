import TestSupport
import Testing
import Web

@Suite("The description of the API")
struct PublicDescriptionTests {
    @Test("openapi.json has every route with a version, and no other")
    func bothWays() async throws {
        try await TestWorld.with(.sqlite) { world in
            let screen = await world.browser().get("/openapi.json")
            #expect(screen.status == 200)
            let whole = try #require(screen.json as? [String: Any])
            #expect(whole["openapi"] as? String == "3.1.0")
            let paths = try #require(whole["paths"] as? [String: [String: Any]])
            let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
            let served = Set(
                world.routes.filter { route in
                    let first = route.path.split(separator: "/").first ?? ""
                    return route.door == .api && first.allSatisfy(\.isNumber)
                }.map { "\($0.method) \($0.path)" })
            #expect(described == served)
            #expect(!served.isEmpty)
        }
    }
}
