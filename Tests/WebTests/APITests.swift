import Foundation
import Kernel
import Testing
import Web

@Suite struct APITests {
    private func problem(of answer: Outgoing) throws -> (code: String, description: String) {
        let json = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        #expect(json["result"] as? String == "error")
        let error = try #require(json["error"] as? [String: Any])
        return (try #require(error["code"] as? String), try #require(error["description"] as? String))
    }

    @Test(arguments: ["all", "reader"]) func `A token with the scope is answered, and told how often it may ask`(
        token: String
    ) async throws {
        try await SmallHouse.run { house in
            for path in ["/2/things", "/things"] {
                let answer = await house.send("GET", path, headers: ["authorization": "Bearer \(token)"])
                #expect(answer.status == 200)
                #expect(answer.text == "{\"result\":\"success\",\"data\":\"person7@example.ch\"}")
                #expect(answer.header("content-type") == "application/json")
                #expect(answer.header("ratelimit-limit") == "60")
                #expect(answer.header("ratelimit-remaining") == (path == "/things" ? "58" : "59"))
                #expect(answer.header("ratelimit-reset") != nil)
            }
        }
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer unknown", "Basic YTpi", "Bearer \(String(repeating: "a", count: 500))",
    ])
    func `Without a good token it is 401, and the way to sign in is told`(authorization: String) async throws {
        try await SmallHouse.run { house in
            let answer = await house.send("GET", "/2/things", headers: ["authorization": authorization])
            #expect(answer.status == 401)
            #expect(answer.header("www-authenticate")?.hasPrefix("Bearer") == true)
            let problem = try problem(of: answer)
            #expect(problem.code == "not_authorized")
        }
    }

    @Test func `A path of the newest version asks a program without a token for one`() async throws {
        try await SmallHouse.run { house in
            for headers in [[:], ["accept": "application/json"], ["accept": "text/html"]] {
                let answer = await house.send("GET", "/things", headers: headers)
                #expect(answer.status == 401)
                let problem = try problem(of: answer)
                #expect(problem.code == "not_authorized")
            }
        }
    }

    @Test func `A token without the scope is 403 and names it, in English`() async throws {
        try await SmallHouse.run { house in
            let headers = ["authorization": "bearer writer", "accept-language": "de"]
            let answer = await house.send("GET", "/2/things", headers: headers)
            #expect(answer.status == 403)
            let problem = try problem(of: answer)
            #expect(problem == ("access_denied", "The token does not have the scope things:read."))
        }
    }

    @Test func `The sixty-first request of a minute is 429, for that token only`() async throws {
        try await SmallHouse.run { house in
            let all = ["authorization": "Bearer all"]
            for _ in 0..<60 { #expect(await house.send("GET", "/2/things", headers: all).status == 200) }
            let answer = await house.send("GET", "/2/things", headers: all)
            #expect(answer.status == 429)
            let problem = try problem(of: answer)
            #expect(problem.code == "too_many_requests")
            #expect(answer.header("retry-after") != nil)
            #expect(await house.send("GET", "/2/things", headers: ["authorization": "Bearer reader"]).status == 200)
            house.clock.advance(.seconds(60))
            #expect(await house.send("GET", "/2/things", headers: all).status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/2/nothing", 404, "method_not_found"), ("POST", "/2/things", 405, "method_not_allowed"),
        ("GET", "/2/broken-things", 500, "unexpected_error"), ("GET", "/nothing.json", 404, "method_not_found"),
    ])
    func `Errors have the shape of the API`(method: String, path: String, status: Int, code: String) async throws {
        try await SmallHouse.run { house in
            let answer = await house.send(method, path, headers: ["authorization": "Bearer all"])
            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer.header("x-content-type-options") == "nosniff")
            let problem = try problem(of: answer)
            #expect(problem.code == code)
        }
    }
}
