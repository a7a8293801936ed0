import Kernel
import Storage
import TestSupport
import Testing

@Suite("What a customer is told of a dispute (REM-4)")
struct DisputeLetterTests {
    /// What a bank does with the newest charge, on the sandbox's page.
    private static func bank(_ world: TestWorld, _ steps: String...) async throws {
        let charge = try await world.values("SELECT CAST(MAX(id) AS TEXT) AS value FROM sandbox_charge").first
        let browser = world.browser()
        await browser.get("/sandbox")
        for step in steps {
            let path = "/sandbox/charges/\(try #require(charge))/dispute"
            #expect(await browser.post(path, ["decision": step]).status == 303)
        }
    }

    private static func news(_ world: TestWorld, _ person: TestPerson) async throws -> [TestMail] {
        try await world.mails(to: person.login).filter { $0.subject.contains("payment") }
    }

    @Test(
        "Which invoice it is about, until when there is an answer, and how it ended", arguments: DatabaseKind.allCases)
    func won(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { (world: TestWorld, marie: TestPerson) async throws in
            try await world.order(by: marie)
            let before = try await Self.news(world, marie).count
            try await Self.bank(world, "open")
            let number = try await world.values("SELECT number AS value FROM document WHERE kind = 'invoice'")[0]
            let id = try await world.values("SELECT CAST(id AS TEXT) AS value FROM document WHERE kind = 'invoice'")[0]
            let opened = try #require(try await Self.news(world, marie).dropFirst(before).first)
            #expect(opened.subject == "A bank has taken a payment back for now")
            for said in ["Invoice \(number)", "27 November 2026", "nothing for you to pay meanwhile"] {
                #expect(opened.text.contains(said) && opened.html.contains(said), "\(said)")
            }
            let page = "/organizations/\(marie.organization)/billing/documents/\(id)"
            #expect(opened.path == page && !opened.text.contains("prepaid"))
            try await Self.bank(world, "won")
            let end = try await Self.news(world, marie).dropFirst(before + 1)
            #expect(end.map(\.subject) == ["A disputed payment stands"])
            #expect(end.first?.text.contains("There is nothing for you to do") == true && end.first?.path == page)
        }
    }

    @Test("Operators see until when an open one is answered, the first to end first", arguments: DatabaseKind.allCases)
    func atTheDesk(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { (world: TestWorld, marie: TestPerson) async throws in
            let sam = try await world.founder("sam@kontor.example", organization: "Provider", isStaff: true)
            let staff = try await world.browser(for: sam)
            let desk = "/staff/corrections"
            #expect(!(await staff.get(desk)).text.contains("Open disputes"))
            try await world.order(by: marie)
            try await Self.bank(world, "open")
            world.clock.advance(.seconds(60 * 60))
            try await world.order("domain-ch", name: "later.ch", by: marie, key: "client-key-of-a-test-0002")
            try await Self.bank(world, "open")
            let shown = await staff.get(desk).text
            #expect(shown.contains("Open disputes") && shown.contains("Answer by"))
            #expect(shown.contains("href=\"/staff/organizations/\(marie.organization)/money\""))
            let first = try #require(shown.firstRange(of: "119.34")?.lowerBound)
            let second = try #require(shown.firstRange(of: "27 November 2026, 10:14")?.lowerBound)
            #expect(shown.contains("27 November 2026, 09:14") && first < second)
            try await Self.bank(world, "won")
            #expect(!(await staff.get(desk)).text.contains("27 November 2026, 10:14"))
        }
    }

    @Test("One that was lost leads to where the invoice is paid again", arguments: DatabaseKind.allCases)
    func lost(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { (world: TestWorld, marie: TestPerson) async throws in
            try await world.order(by: marie)
            try await Self.bank(world, "open", "lost")
            // Both happened before any mail went out: only the end is news.
            let news = try await Self.news(world, marie).map(\.subject)
            #expect(!news.contains("A bank has taken a payment back for now"))
            let mail = try #require(
                try await Self.news(world, marie).last { $0.subject == "A disputed payment was taken back for good" })
            let number = try await world.values("SELECT number AS value FROM document WHERE kind = 'invoice'")[0]
            #expect(mail.text.contains("of invoice \(number) are open again"))
            let path = try #require(mail.path)
            #expect(path.hasSuffix("/pay"))
            let browser = try await world.browser(for: marie)
            #expect(await browser.get(path).text.contains("name=\"method\""))
        }
    }

    @Test("Of a top-up it says what became of the prepaid account", arguments: DatabaseKind.allCases)
    func topUp(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { (world: TestWorld, marie: TestPerson) async throws in
            _ = try await world.topUp("50.00", by: marie)
            try await Self.bank(world, "open")
            let home = "/organizations/\(marie.organization)/billing/prepaid"
            let opened = try #require(try await Self.news(world, marie).last)
            #expect(opened.path == home && !opened.text.contains("Invoice"))
            #expect(opened.text.contains("CHF\u{a0}50.00 had gone to your prepaid account"))
            try await Self.bank(world, "lost")
            let lost = try #require(try await Self.news(world, marie).last)
            #expect(lost.text.contains("CHF\u{a0}50.00 were taken from your prepaid account") && lost.path == home)
        }
    }
}
