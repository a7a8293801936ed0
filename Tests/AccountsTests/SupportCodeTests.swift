import Kernel
import Storage
import TestSupport
import Testing

@testable import Accounts

@Suite("The support code")
struct SupportCodeTests {
    @Test("Shown on the profile, the same each time, and found by support", arguments: DatabaseKind.allCases)
    func shown(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            _ = try await world.founder("paul@agence.example", organization: "Agence")
            let browser = try await world.browser(for: marie)
            func code() async throws -> String {
                let page = await browser.get("/profile")
                return String(
                    try #require(page.text.firstMatch(of: #/id="support-code">([0-9]{3} [0-9]{3} [0-9]{3})</#)).1)
            }
            let first = try await code()
            #expect(try await code() == first)
            #expect(try await world.accounts.supportCode(of: marie.id) == first)
            func owner(_ typed: String) async throws -> PersonID? {
                try await world.database.read { try Person.find(supportCode: typed, in: $0)?.id }
            }
            #expect(try await owner(first) == marie.id)
            #expect(try await owner(first.filter { $0 != " " }) == marie.id)
            #expect(try await owner(String(first.dropLast())) == nil)
            #expect(try await owner("") == nil)
            #expect(await browser.post("/profile/support-code").status == 303)
            let second = try await code()
            #expect(second != first)
            #expect(try await owner(first) == nil)
            #expect(try await owner(second) == marie.id)
        }
    }

    @Test("First shown in eight places at once, it is one code", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let codes = await withTaskGroup(of: String?.self) { group in
                for _ in 1...8 { group.addTask { try? await world.accounts.supportCode(of: marie.id) } }
                return await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(codes.count == 1)
            #expect(codes.first??.count == 11)
        }
    }

    @Test("A code that is taken is not given twice", arguments: DatabaseKind.allCases)
    func unique(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            let paul = try await world.founder("paul@agence.example", organization: "Agence")
            try await world.database.write { connection in
                _ = try SupportCode.renew(of: marie.id, { Array(repeating: 0, count: $0) }, in: connection)
            }
            let code = try await world.database.write { connection in
                var draw = 0
                return try SupportCode.renew(
                    of: paul.id,
                    { count in
                        draw += 1
                        return Array(repeating: draw == 1 ? 0 : 1, count: count)
                    }, in: connection)
            }
            #expect(code != "100000000")
            #expect(code.count == 9)
        }
    }
}
