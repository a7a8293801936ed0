import Billing
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Documents")
struct DocumentTests {
    private static func draft(
        _ key: String, _ minorUnits: Int64 = 20_832, product: Int64? = nil, start: String = "2026-11-20",
        billsTerm: Bool = true
    ) throws -> DocumentDraft {
        let period = Term.yearly.period(anchoredAt: try #require(Day(start)))
        return DocumentDraft(
            key: key, organization: World.organization, recipient: World.recipient, currency: .chf,
            lines: [
                DraftLine(
                    description: "Hébergement web", product: product.map { ProductID(rawValue: $0) }, period: period,
                    billsTerm: billsTerm, unitListPrice: chf(minorUnits)),
                DraftLine(description: "Mise en service", unitListPrice: chf(minorUnits == 0 ? 0 : 1000)),
            ], dueDays: 30)
    }

    private static func issue(_ draft: DocumentDraft, _ world: World) async throws -> Document {
        let now = world.clock.now
        return try await world.database.write { connection in
            try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
        }
    }

    @Test("An invoice carries what it was issued with, and is booked", arguments: DatabaseKind.allCases)
    func issued(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let document = try await DocumentTests.issue(try DocumentTests.draft("inv:1"), world)
            #expect(document.number == "2026-00001")
            #expect(document.recipient == World.recipient)
            #expect(document.issuer == World.issuer)
            #expect(document.state == .open)
            #expect(!document.isPrintable)
            #expect(document.net == chf(21_832))
            #expect(document.vat == chf(1768))
            #expect(document.total == chf(23_600))
            #expect(document.open == document.total)
            #expect(document.dueOn == Day("2026-12-20"))
            let (lines, vat, postings) = try await world.database.read { connection in
                (
                    try connection.lines(of: document), try connection.vat(of: document),
                    try connection.rows("SELECT account, detail, amount FROM posting ORDER BY id").map {
                        "\(try $0["account"] as Int64) \(try $0["detail"] as String) \(try $0["amount"] as Int64)"
                    }
                )
            }
            #expect(lines.map(\.description) == ["Hébergement web", "Mise en service"])
            #expect(lines[0].period?.lastDay == Day("2027-11-19"))
            #expect(lines[1].period == nil)
            #expect(vat.map(\.rate.basisPoints) == [810])
            #expect(vat.map(\.net) == [chf(21_832)])
            #expect(vat.map(\.vat) == [chf(1768)])
            #expect(postings == ["1100  23600", "2300 line 1 -20832", "3400 line 2 -1000", "2200 8.1 -1768"])
            #expect(try await world.eventNames() == ["InvoiceIssued"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test(
        "The same event gives the same invoice; another one by its key is a conflict", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let first = try await DocumentTests.issue(try DocumentTests.draft("inv:1"), world)
            world.clock.advance(.days(40))
            let again = try await DocumentTests.issue(try DocumentTests.draft("inv:1"), world)
            #expect(first == again)
            let problem = await #expect(throws: Problem.self) {
                try await DocumentTests.issue(try DocumentTests.draft("inv:1", 1), world)
            }
            #expect(problem?.code == "idempotency_conflict")
            #expect(try await world.documents().count == 1)
        }
    }

    @Test("A term is billed once", arguments: DatabaseKind.allCases)
    func overlap(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            _ = try await DocumentTests.issue(try DocumentTests.draft("inv:1", product: 9), world)
            let problem = await #expect(throws: Problem.self) {
                try await DocumentTests.issue(try DocumentTests.draft("inv:2", product: 9, start: "2027-11-19"), world)
            }
            #expect(problem?.code == "billed_period_overlaps")
            #expect(problem?.arguments["number"] == "2026-00001")
            let next = try await DocumentTests.issue(
                try DocumentTests.draft("inv:3", product: 9, start: "2027-11-20"), world)
            #expect(next.number == "2026-00002")
            let extra = try DocumentTests.draft("inv:4", product: 9, billsTerm: false)
            #expect(try await DocumentTests.issue(extra, world).number == "2026-00003")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("An invoice over nothing is paid at once", arguments: DatabaseKind.allCases)
    func free(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let document = try await DocumentTests.issue(try DocumentTests.draft("inv:1", 0), world)
            #expect(document.state == .paid)
            #expect(try await world.eventNames() == ["InvoiceIssued", "InvoicePaid"])
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("An invoice below zero is refused, and its number is not used up", arguments: DatabaseKind.allCases)
    func negative(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            await #expect(throws: (any Error).self) {
                try await DocumentTests.issue(try DocumentTests.draft("inv:1", -5000), world)
            }
            let document = try await DocumentTests.issue(try DocumentTests.draft("inv:2"), world)
            #expect(document.number == "2026-00001")
        }
    }

    @Test("Numbers begin again each year, and dates never go back", arguments: DatabaseKind.allCases)
    func years(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let newYear = try #require(Instant(rfc3339: "2026-12-31T22:59:59.900Z"))
            world.clock.advance(newYear.duration(since: world.clock.now))
            #expect(try await DocumentTests.issue(try DocumentTests.draft("inv:1"), world).number == "2026-00001")
            world.clock.advance(.milliseconds(200))
            let first = try await DocumentTests.issue(try DocumentTests.draft("inv:2"), world)
            #expect(first.number == "2027-00001")
            #expect(first.issuedOn == Day("2027-01-01"))
            world.clock.advance(.days(2))
            #expect(
                try await DocumentTests.issue(try DocumentTests.draft("inv:3"), world).issuedOn == Day("2027-01-03"))
            world.clock.advance(.days(-1))
            let late = try await DocumentTests.issue(try DocumentTests.draft("inv:4"), world)
            #expect(late.number == "2027-00003")
            #expect(late.issuedOn == Day("2027-01-03"))
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("Many at once leave no gap, also where some fail", arguments: DatabaseKind.allCases)
    func gapless(_ kind: DatabaseKind) async throws {
        struct Failed: Error {}
        try await World.with(kind) { world in
            let now = world.clock.now
            await withTaskGroup(of: Void.self) { group in
                for number in 1...60 {
                    group.addTask {
                        try? await world.database.write { connection in
                            let draft = try DocumentTests.draft("inv:\(number)")
                            _ = try connection.issueInvoice(draft, from: World.issuer, by: World.actor, at: now)
                            if number % 3 == 0 { throw Failed() }
                        }
                    }
                }
            }
            let numbers = try await world.documents().map(\.number)
            #expect(numbers.count == 40)
            #expect(Set(numbers).count == 40)
            #expect(numbers.first == "2026-00040")
            #expect(try await world.violations().isEmpty)
        }
    }

    @Test("A list is newest first, in pages, and narrowed by state, kind and days", arguments: DatabaseKind.allCases)
    func list(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            for number in 1...5 {
                let order = try await world.order(Int64(number) * 1000)
                if number % 2 == 0 {
                    _ = try await world.pay(order, chf(Int64(number) * 1081), key: "k\(number)", card: "4242")
                } else {
                    _ = try await DocumentTests.issue(try DocumentTests.draft("inv:extra:\(number)"), world)
                }
                world.clock.advance(.days(1))
            }
            try await world.topUp(5000, key: "top-up")
            #expect(
                try await world.documents().map(\.number) == [
                    "RC-2026-00001", "2026-00005", "2026-00004", "2026-00003", "2026-00002", "2026-00001",
                ])
            let invoices = DocumentFilter(kinds: [.invoice])
            let paid = DocumentFilter(states: [.paid], kinds: [.invoice])
            let days = DocumentFilter(from: Day("2026-11-21"), until: Day("2026-11-22"))
            #expect(try await world.documents(paid).map(\.number) == ["2026-00004", "2026-00002"])
            #expect(try await world.documents(days).map(\.number) == ["2026-00003", "2026-00002"])
            let (page, count, foreign) = try await world.database.read { connection in
                let page = try connection.documents(of: World.organization, invoices, limit: 2, offset: 2)
                return (
                    page.map(\.number), try connection.documentCount(of: World.organization, invoices),
                    try connection.document(page[0].id, in: World.other)
                )
            }
            #expect(page == ["2026-00003", "2026-00002"])
            #expect(count == 5)
            #expect(foreign == nil)
        }
    }

    @Test("A pro forma has a number of its own and nothing in the books", arguments: DatabaseKind.allCases)
    func proForma(_ kind: DatabaseKind) async throws {
        try await World.with(kind) { world in
            let now = world.clock.now
            let document = try await world.database.write { connection in
                try connection.issueProForma(
                    try DocumentTests.draft("pf:1"), from: World.issuer, by: World.actor, at: now)
            }
            #expect(document.number == "PF-2026-00001")
            #expect(document.isPrintable)
            #expect(document.open.isZero)
            #expect(try await DocumentTests.issue(try DocumentTests.draft("inv:1"), world).number == "2026-00001")
            #expect(try await world.violations().isEmpty)
        }
    }
}
