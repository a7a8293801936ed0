import Access
import Billing
import Kernel
import Products
import Storage
import TestSupport
import Testing

/// What a customer sees of reminders, with the sandbox's clock doing what is due in order.
@Suite("Reminders by mail and on pages")
struct ReminderPagesTests {
    private static func buy(_ world: TestWorld, _ marie: TestPerson, _ name: String) async throws {
        _ = try await world.products.order(
            "web-hosting-pro", .yearly, name: name, choice: .onAccount, clientKey: "reminder-key-of-\(name)",
            permit: try marie.standing.permit(), actor: marie.actor)
    }

    private static func advance(_ world: TestWorld, _ period: String) async -> String {
        await world.browser().postJSON("/sandbox/clock", "{\"advance\": \"\(period)\"}").text
    }

    private static func subjects(_ world: TestWorld, _ marie: TestPerson) async throws -> [String] {
        try await world.mails(to: marie.login).map(\.subject).filter { $0.hasPrefix("Reminder") }
    }

    @Test("A year of the clock sends all that is due, in order, once (REM-1, REM-5)", arguments: DatabaseKind.allCases)
    func clock(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await OnAccountOrderTests.grant(world, marie, limit: "500.00")
            try await Self.buy(world, marie, "one.example")
            let done = await Self.advance(world, "P364D")
            #expect(done.contains("\"billing-reminding\":4"), "\(done)")
            #expect(
                try await Self.subjects(world, marie)
                    == (1...3).map { "Reminder \($0): invoice 2026-00001" })
            let mails = try await world.mails(to: marie.login).filter { $0.subject.hasPrefix("Reminder") }
            let found = try await world.database.read { try $0.transferReference(of: DocumentID(rawValue: 1)) }
            let reference = try #require(found).reference.grouped
            for mail in mails {
                #expect(mail.text.contains("119.34") && mail.text.contains(reference))
                #expect(mail.text.contains("have crossed") && mail.text.contains("Type http://127.0.0.1:8080"))
            }
            #expect(mails[0].text.contains("the next reminder goes out on 9 January 2027"))
            #expect(mails[2].text.contains("last reminder"))
            #expect(mails[0].path == "/organizations/\(marie.organization)/billing/documents/1/pay")
            let files = try await world.values("SELECT name AS value FROM sandbox_attachment ORDER BY id")
            #expect(files == Array(repeating: "Invoice-2026-00001.pdf", count: 4))
        }
    }

    @Test(
        "The page says what went, what comes next, and what can be set; the banner is for who may pay (REM-6, UI-9)",
        arguments: DatabaseKind.allCases)
    func pages(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await OnAccountOrderTests.grant(world, marie, limit: "500.00")
            try await Self.buy(world, marie, "one.example")
            let home = "/organizations/\(marie.organization)/billing"
            var browser = try await world.browser(for: marie)
            #expect((await browser.get("\(home)/reminders")).text.contains("Overdue from 21 December 2026"))
            #expect(!(await browser.get("\(home)/prepaid")).text.contains("is overdue"))
            _ = await Self.advance(world, "P45D")
            let luca = try await world.founder("luca@atelier.example", organization: "Own")
            try await world.join(marie.organization, luca, as: .collaborator)
            browser = try await world.browser(for: marie)
            let page = await browser.get("\(home)/reminders").text
            #expect(page.contains("Reminder 1 sent on 30 December 2026"))
            #expect(page.contains("Reminder 2 on 9 January 2027"))
            #expect(page.contains("\(home)/preferences") && page.contains("\(home)/methods"))
            #expect((await browser.get("\(home)/prepaid")).text.contains("An invoice is overdue."))
            let list = await browser.get("\(home)/documents").text
            #expect(list.contains("Overdue") && list.contains("Reminder 1"))
            #expect((await browser.get("\(home)/documents/1")).text.contains("Reminder 1 sent on 30 December 2026"))
            let other = try await world.browser(for: luca)
            #expect(!(await other.get("/organizations/\(marie.organization)")).text.contains("is overdue"))
        }
    }

    @Test(
        "How many reminders, and with which invoices, is saved at once and kept to (BILL-11)",
        arguments: DatabaseKind.allCases)
    func preferences(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            try await OnAccountOrderTests.grant(world, marie, limit: "500.00")
            try await Self.buy(world, marie, "one.example")
            try await Self.buy(world, marie, "two.example")
            let browser = try await world.browser(for: marie)
            let path = "/organizations/\(marie.organization)/billing/preferences"
            let page = await browser.get(path)
            #expect(page.text.contains("2, after 10, 20 days"))
            for wrong in ["0", "4", "", "x"] {
                #expect(try await browser.submit(page, "\(path)/reminders", ["reminders": wrong]).status == 404)
            }
            #expect(try await browser.submit(page, "\(path)/reminded", ["reminded": "none"]).status == 404)
            for _ in 1...2 {
                #expect(try await browser.submit(page, "\(path)/reminders", ["reminders": "1"]).status == 303)
                #expect(try await browser.submit(page, "\(path)/reminded", ["reminded": "all"]).status == 303)
            }
            let names = try await world.eventNames()
            #expect(names.count { $0 == "RemindersChosen" } == 1)
            #expect(names.count { $0 == "OpenInvoicesAttached" } == 1)
            _ = await Self.advance(world, "P60D")
            #expect(try await Self.subjects(world, marie).count == 2)
            // The invoice of each order, then both with each reminder.
            #expect(try await world.values("SELECT name AS value FROM sandbox_attachment").count == 2 + 4)
            // Two more are wanted after all: they are as far apart as the rule says.
            let again = try await world.browser(for: marie)
            let later = await again.get(path)
            #expect(try await again.submit(later, "\(path)/reminders", ["reminders": "3"]).status == 303)
            _ = await Self.advance(world, "PT1H")
            #expect(try await Self.subjects(world, marie).count == 4)
            _ = await Self.advance(world, "P10D")
            #expect(try await Self.subjects(world, marie).count == 6)
            _ = await Self.advance(world, "P90D")
            #expect(try await Self.subjects(world, marie).count == 6)
        }
    }
}
