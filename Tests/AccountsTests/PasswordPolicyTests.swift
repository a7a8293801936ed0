import Kernel
import Testing

@testable import Accounts

@Suite("The password policy")
struct PasswordPolicyTests {
    static let policy = PasswordPolicy(
        common: CommonPasswords(["123456", "password", "password1", "abc123", "monkey", "summer", "!@#$%^&", "Zürich"]))
    static let person = ["marie.rossier@atelier.example", "Marie", "Rossier"]

    static func answer(_ password: String, hasSecondFactor: Bool = false) -> String? {
        policy.check(password, hasSecondFactor: hasSecondFactor, person: person, provider: "Kontor")?.word
    }

    @Test(
        "lets long passwords pass, whatever they are made of",
        arguments: [
            "correct horse battery staple", "tuesdaymorninglake", "739184620351948", "! x 4 ?  , é 9 ß (y)",
            "une phrase assez longue", "пароль для входа сюда", "vx7#kQ2!mz0Rt9p", "Marie mag Kaffee",
            "password is not enough",
            "summer rain on the lake", "kontor oder comptoir",
        ])
    func good(_ password: String) {
        #expect(Self.answer(password) == nil)
    }

    @Test(
        "counts code points of the composed text",
        arguments: [
            ("vx7kq2mz0rt9pc", false, "accounts.password.too_short"), ("vx7kq2mz0rt9pcw", false, nil),
            ("vx7kq2m", true, "accounts.password.too_short"), ("vx7kq2mz", true, nil),
            ("u\u{308}x7kq2mz0rt9pc", false, "accounts.password.too_short"),
            ("😀🍎🚲🌲🎻🐟🌍🔑🎲🧵🪁🥨🧊🪶🛶", false, nil), ("", false, "accounts.password.too_short"),
        ] as [(String, Bool, String?)])
    func length(password: String, hasSecondFactor: Bool, word: String?) {
        #expect(Self.answer(password, hasSecondFactor: hasSecondFactor) == word)
    }

    @Test("takes 1,024 characters and not one more")
    func longest() {
        let random = Surroundings.machine.random(1024).map { String(UnicodeScalar(0x4E00 + UInt32($0))!) }.joined()
        #expect(Self.answer(random) == nil)
        #expect(Self.answer("\(random)x") == "accounts.password.too_long")
        #expect(Self.answer(String(repeating: random, count: 50)) == "accounts.password.too_long")
    }

    @Test("says how many characters it wants, in the field's own problem")
    func arguments() throws {
        let problem = try #require(
            Self.policy.check("short", hasSecondFactor: true, person: [], provider: "Kontor"))
        #expect(problem.field == "password")
        #expect(problem.code == "validation_rule_min")
        #expect(problem.arguments == ["count": "8"])
    }

    @Test(
        "refuses common ones, repeated or decorated",
        arguments: [
            "password", "PASSWORD", "Password1!", "password2026!!", "123456password", "passwordpassword",
            "monkeymonkeymonkey",
            "Password Password Password", "password1password1", "Monkey-Monkey-2026", "abc123!!!!!!!!2026",
            "...summer2026!...",
            "12345673918462", "zu\u{308}rich-1291", "!@#$%^&!@#$%^&", "Password1!Password1!",
        ])
    func common(_ password: String) {
        #expect(Self.answer(password, hasSecondFactor: true) == "accounts.password.common")
    }

    @Test(
        "refuses one character, short parts repeated, and walks over the alphabet or the keyboard",
        arguments: [
            "aaaaaaaaaaaaaaa", "               ", "abababababababab", "xk7qxk7qxk7qxk7q", "234567890123456",
            "543210987654321",
            "abcdefghijklmnopq", "qwertyuiopasdfgh", "QWERTZUIOPASDFG", "azertyuiopqsdfgh", "abcdefgh12345678",
            "aaabbbcccdddeee", "qwertyuiop123456!",
        ])
    func predictable(_ password: String) {
        #expect(Self.answer(password) == "accounts.password.predictable")
    }

    @Test(
        "refuses what is known about the person and the provider",
        arguments: [
            "marie.rossier@atelier.example", "MarieRossier1984", "rossier.marie.2026!", "Rossier-Rossier-1",
            "kontor 2026 kontor 1",
            "marie@kontor 12345", "1984 Kontor 1984 Marie", "MarieMarieMarie", "m.a.r.i.e.1.9.8.4.7",
        ])
    func personal(_ password: String) {
        #expect(Self.answer(password) == "accounts.password.personal")
    }

    @Test("ignores empty names and initials")
    func initials() {
        let answer = Self.policy.check(
            "abracadabra bazaar", hasSecondFactor: false, person: ["", "a", "b", "r", "c", "d", "z", "@"], provider: "")
        #expect(answer == nil)
    }

    @Test("reads at least 3,000 common passwords from the system's list")
    func systemList() throws {
        let list = try CommonPasswords.common()
        #expect(list.count >= 3_000)
        let policy = PasswordPolicy(common: list)
        func word(_ password: String) -> String? {
            policy.check(password, hasSecondFactor: false, person: [], provider: "Kontor")?.word
        }
        #expect(word("Dragon-Dragon-Dragon") == "accounts.password.common")
        #expect(word("Tigger1234567!!!") == "accounts.password.common")
        #expect(word("correct horse battery staple") == nil)
    }

    @Test("names the package to install where the list is missing or too short")
    func missingList() throws {
        let missing = try #require(throws: CommonPasswordsMissing.self) {
            try CommonPasswords.common(at: "/nowhere.lst")
        }
        #expect(missing.description.contains("john-data"))
        #expect(missing.description.contains("/nowhere.lst"))
        let short = try #require(throws: CommonPasswordsMissing.self) { try CommonPasswords.common(at: "/etc/passwd") }
        #expect(short.found != nil)
        #expect(short.description.contains("john-data"))
    }
}
