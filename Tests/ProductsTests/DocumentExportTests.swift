import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Documents as people take them along")
struct DocumentExportTests {
    private static func home(_ person: TestPerson) -> String {
        "/organizations/\(person.organization)/billing/documents"
    }

    /// Three paid invoices on three days, the last of them abroad, and a receipt.
    private static func with(_ kind: DatabaseKind, _ body: (TestWorld, TestPerson, TestBrowser) async throws -> Void)
        async throws
    {
        try await OrderTests.with(kind) { world, marie in
            try await world.order(by: marie)
            world.clock.advance(.days(10))
            try await world.order("domain-ch", name: "=cmd.ch", by: marie, key: "second-key-of-a-test-001")
            world.clock.advance(.days(10))
            let berlin = try await BillingAddressTests.add(world, marie)
            try await BillingAddressTests.prefer(.address(berlin), world, marie)
            try await world.order(name: "berlin.ch", by: marie, key: "third-key-of-a-test-0001")
            try await world.topUp("50", by: marie)
            try await body(world, marie, try await world.browser(for: marie))
        }
    }

    @Test("The list is narrowed by kind, state and period, and says by what", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { _, marie, browser in
            let home = Self.home(marie)
            func count(_ query: String) async -> Int {
                await browser.get("\(home)?\(query)").text.ranges(of: "<th scope=\"row\">").count
            }
            #expect(await count("") == 4)
            #expect(await count("kind=receipt") == 1)
            #expect(await count("kind=invoice&from=2026-11-25") == 2)
            #expect(await count("from=2026-11-25&until=2026-12-01") == 1)
            #expect(await count("state=overdue") == 0)
            #expect(await count("state=refunded") == 0)
            let narrowed = await browser.get("\(home)?kind=invoice&from=2026-11-25").text
            #expect(narrowed.contains("href=\"\(home)?from=2026-11-25\""))
            #expect(narrowed.contains("href=\"\(home)?kind=invoice\""))
            #expect(narrowed.contains("\(home)/export?kind=invoice&amp;from=2026-11-25"))
        }
    }

    @Test("The table has a row for each document, VAT by rate, and no formulas", arguments: DatabaseKind.allCases)
    func table(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { _, marie, browser in
            let home = Self.home(marie)
            let page = await browser.get("\(home)/export?kind=invoice")
            let answer = try await browser.submit(page, "\(home)/export")
            #expect(answer.status == 303)
            let location = try #require(answer.location)
            #expect(location == "\(home).csv?kind=invoice")
            let rows = await browser.get(location).text.split(separator: "\r\n").map(String.init)
            #expect(rows.count == 4)
            #expect(rows[0].hasPrefix("Number,Kind,Issued on,Due on,Paid on,State,Recipient,Country,VAT number,Net,"))
            #expect(rows[0].contains("VAT 8.1"))
            #expect(
                rows[1].hasPrefix(
                    "2026-00003,Invoice,2026-12-10,2026-12-10,2026-12-10,Paid,Studio Berlin,DE,DE123456789,"))
            #expect(rows[3].contains(",110.40,8.94,"))
            let none = try await browser.submit(page, "\(home)/export", ["state": "disputed"])
            #expect(none.status == 422)
            let backwards = try await browser.submit(
                page, "\(home)/export", ["from": "2026-12-01", "until": "2026-11-01"])
            #expect(backwards.status == 422)
            #expect(backwards.text.contains("until-error"))
        }
    }

    @Test("Each document is in the archive, with the table, and comes by e-mail too", arguments: DatabaseKind.allCases)
    func archive(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let home = Self.home(marie)
            let page = await browser.get("\(home)/export?kind=invoice")
            let answer = try await browser.submit(page, "\(home)/export", ["format": "zip"])
            let location = try #require(answer.location)
            #expect(location == "\(home).zip?kind=invoice")
            let file = await browser.get(location)
            #expect(file.header("content-type") == "application/zip")
            #expect(file.bytes.starts(with: Array("PK".utf8)))
            /// Each file has one entry in the directory at the end (APPNOTE 4.3.12).
            func names(_ bytes: [UInt8]) -> Int {
                bytes.split(separator: UInt8(ascii: "P")).count { $0.starts(with: [75, 1, 2]) }
            }
            #expect(names(file.bytes) == 4)
            let sent = try await browser.submit(page, "\(home)/export", ["format": "zip", "send": "yes"])
            #expect(sent.status == 303)
            // The address of a mail is its owner's; nobody else gets one.
            let mails = try await world.mails(to: marie.login).filter { $0.subject == "Documents for your books" }
            #expect(mails.count == 1)
            #expect(
                try await world.values("SELECT name || ' ' || type AS value FROM sandbox_attachment")
                    == ["documents.zip application/zip"])
            let bytes = try await world.database.read { connection -> [UInt8] in
                try #require(try connection.row("SELECT bytes FROM sandbox_attachment"))["bytes"]
            }
            #expect(names(bytes) == 4)
            // Nothing of it waits or is kept when it has gone out.
            #expect(
                try await world.count(
                    "SELECT 1 FROM delivery d JOIN event e ON e.id = d.event_id WHERE e.name = 'DocumentsSent'") == 0)
        }
    }

    @Test("Twenty mails a day, and no form without a form", arguments: [DatabaseKind.sqlite])
    func limits(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let home = Self.home(marie)
            let page = await browser.get("\(home)/export")
            let formless = try await browser.submit(page, "\(home)/export", ["format": "exe"])
            #expect(formless.status == 422 && formless.text.contains("format-error"))
            for _ in 1...20 {
                #expect(
                    try await browser.submit(page, "\(home)/export", ["format": "csv", "send": "yes"]).status == 303)
            }
            let refused = try await browser.submit(page, "\(home)/export", ["format": "csv", "send": "yes"])
            #expect(refused.status == 429)
            #expect(try await world.eventNames().count { $0 == "DocumentsSent" } == 20)
            world.clock.advance(.hours(25))
            try await browser.signIn(marie.login)
            let later = await browser.get("\(home)/export")
            #expect(try await browser.submit(later, "\(home)/export", ["format": "csv", "send": "yes"]).status == 303)
        }
    }

    @Test("What was due before today is overdue in the list", arguments: DatabaseKind.allCases)
    func overdue(_ kind: DatabaseKind) async throws {
        try await OrderTests.with(kind) { world, marie in
            let draft = DocumentDraft(
                key: "inv:test", organization: marie.organization,
                recipient: try await world.database.read { try Billing.recipient($0, marie.organization) },
                currency: .chf, lines: [DraftLine(description: "=1+1", unitListPrice: Money(minorUnits: 1000, .chf))],
                dueDays: 30)
            let issuer = LegalEntity(
                code: "main", name: "Kontor", street: "Weg 1", postcode: "8000", town: "Zürich", country: .switzerland,
                vatNumber: nil, zone: .zurich)
            let now = world.clock.now
            let document = try await world.database.write { connection in
                try connection.issueInvoice(draft, from: issuer, by: marie.actor, at: now)
            }
            let browser = try await world.browser(for: marie)
            let home = Self.home(marie)
            #expect(await browser.get("\(home)?state=overdue").text.contains("\(home)/\(document.id)") == false)
            // A month later nobody is signed in any more.
            world.clock.advance(.days(31))
            try await browser.signIn(marie.login)
            #expect(await browser.get("\(home)?state=overdue").text.contains("\(home)/\(document.id)"))
            #expect(await browser.get("\(home).csv").text.contains(",Overdue,"))
        }
    }

    @Test("A line says how it was computed, and an invoice is there for programs", arguments: DatabaseKind.allCases)
    func computed(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { world, marie, browser in
            let ids = try await world.values("SELECT CAST(id AS TEXT) AS value FROM document ORDER BY id")
            let home = Self.home(marie)
            let domestic = await browser.get("\(home)/\(ids[0])").text
            #expect(domestic.contains("standard rate on 20 November 2026"))
            #expect(domestic.contains("365 days"))
            let abroad = await browser.get("\(home)/\(ids[2])").text
            #expect(abroad.contains("Reverse charge"))
            for syntax in ["ubl", "cii"] {
                let answer = await browser.get("\(home)/\(ids[0])/\(syntax).xml")
                #expect(answer.status == 200)
                #expect(answer.text.contains("119.34"))
                #expect(await browser.get("\(home)/\(ids[3])/\(syntax).xml").status == 404)
            }
        }
    }
}
