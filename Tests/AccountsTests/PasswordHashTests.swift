import Testing

@testable import Accounts

@Suite("A stored password hash")
struct PasswordHashTests {
    static let good =
        "$argon2id$v=19$m=47104,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8"

    @Test("is read and printed unchanged")
    func roundTrip() throws {
        let hash = try #require(PasswordHash(phc: Self.good))
        #expect(hash.parameters == .standard)
        #expect(hash.salt == Array(0...15))
        #expect(hash.phc == Self.good)
    }

    @Test("does not print itself into logs")
    func hidden() throws {
        let hash = try #require(PasswordHash(phc: Self.good))
        #expect("\(hash)" == "•••")
    }

    @Test(
        "is refused when it is malformed",
        arguments: [
            "", "x", "$", "$$$$$",
            good.replacing("argon2id", with: "argon2i"),
            good.replacing("v=19", with: "v=16"),
            good.replacing("m=47104", with: "m=047104"),
            good.replacing("m=47104", with: "m=-47104"),
            good.replacing("m=47104", with: "m=4"),
            good.replacing("m=47104", with: "m=999999999"),
            good.replacing("t=1", with: "t=0"),
            good.replacing("p=1", with: "p=1,x=2"),
            good.replacing("m=47104,t=1", with: "t=1,m=47104"),
            good.replacing("ODw$", with: "ODw==$"),
            good.replacing("ODw$", with: "ODx$"),
            good.replacing("AAECAwQFBgcICQoLDA0ODw$", with: "AAEC$"),
            good.replacing("AAECAwQFBgcICQoLDA0ODw$", with: "AAEC wQFBgcICQoLDA0ODw$"),
            "\(good)$", "\(good) ", "\(good)\n", String(good.dropLast(30)),
        ])
    func malformed(_ text: String) {
        #expect(PasswordHash(phc: text) == nil)
    }

    @Test(
        "parameters may be configured down to the floor and not below",
        arguments: [
            (47_104, 1, true), (47_103, 1, false), (19_456, 2, true), (19_455, 2, false), (19_456, 1, false),
            (1 << 20, 1, true), (1 << 20 + 1, 1, false), (47_104, 65, false), (47_104, 0, false),
        ])
    func floor(memoryKiB: Int, iterations: Int, allowed: Bool) {
        #expect((PasswordParameters(memoryKiB: memoryKiB, iterations: iterations) != nil) == allowed)
    }
}
