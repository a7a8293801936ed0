import Kernel
import Storage
import TestSupport
import Testing
import Web

@Suite("Pages about money that moved")
struct MoneyPagesTests {
    @Test(
        "The journal shows a top-up and an invoice, and is a table for a spreadsheet", arguments: DatabaseKind.allCases)
    func journal(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            _ = try await world.topUp("50.00", by: marie)
            try await world.order(by: marie, key: "order-of-the-journal-01")
            let browser = try await world.browser(for: marie)
            let home = "/organizations/\(marie.organization)/billing/journal"
            let page = await browser.get(home)
            #expect(page.status == 200)
            #expect(page.text.contains("50.00") && page.text.contains("Invoice issued"))
            let number = try #require(
                try await world.values("SELECT number AS value FROM document WHERE kind = 'invoice'").first)
            #expect(page.text.contains(number))
            #expect(!(await browser.get("\(home)?until=2001-01-01")).text.contains(number))
            let table = await browser.get("\(home).csv")
            #expect(table.header("content-type") == "text/csv; charset=utf-8")
            #expect(table.text.contains(number) && table.text.contains("50.00"))
        }
    }

    @Test("The operator sees balances and every posting, by account", arguments: DatabaseKind.allCases)
    func books(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            _ = try await world.topUp("50.00", by: marie)
            let sam = try await world.founder("sam@kontor.example", organization: "Provider", isStaff: true)
            let browser = try await world.browser(for: sam)
            let balances = await browser.get("/staff/books")
            #expect(balances.status == 200)
            #expect(balances.text.contains("2030 Prepaid by customers") && balances.text.contains("50.00"))
            let journal = await browser.get("/staff/books/journal?account=2030")
            #expect(journal.text.contains("class=\"kv\"") && journal.text.contains("50.00"))
            #expect(!(await browser.get("/staff/books/journal?account=3400")).text.contains("class=\"kv\""))
        }
    }

    @Test("A charge is disputed, and won or lost, on the sandbox's page, once", arguments: DatabaseKind.allCases)
    func disputes(_ kind: DatabaseKind) async throws {
        try await TestWorld.with(kind) { world in
            let marie = try await world.founder()
            try await world.settle(marie)
            _ = try await world.topUp("50.00", by: marie)
            let charge = try #require(
                try await world.values("SELECT CAST(MAX(id) AS TEXT) AS value FROM sandbox_charge").first)
            let browser = world.browser()
            await browser.get("/sandbox")
            let path = "/sandbox/charges/\(charge)/dispute"
            func press(_ decision: String) async -> Int { await browser.post(path, ["decision": decision]).status }
            #expect(await press("") == 422)
            #expect(await press("won") == 409)
            #expect(await press("open") == 303)
            #expect(await press("open") == 409)
            #expect(await press("lost") == 303)
            #expect(await press("won") == 409)
            #expect(try await world.values("SELECT state AS value FROM dispute") == ["lost"])
            #expect(try await world.balance(of: marie).contains("0.00"))
            #expect((await browser.get("/sandbox")).text.contains("Disputed and lost"))
            #expect(try await world.brokenInvariants() == [])
        }
    }
}
