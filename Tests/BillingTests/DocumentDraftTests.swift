import Billing
import Kernel
import Storage
import Testing

@Suite("What a document's amounts are")
struct DocumentDraftTests {
    private static let today = Day("2026-11-20")!

    private static func draft(
        _ lines: [DraftLine], to recipient: Recipient = World.recipient, currency: Currency = .chf,
        roundsToFiveRappen: Bool = false
    ) -> DocumentDraft {
        DocumentDraft(
            key: "inv:1", organization: World.organization, recipient: recipient, currency: currency, lines: lines,
            roundsToFiveRappen: roundsToFiveRappen)
    }

    private static func line(
        _ minorUnits: Int64, _ quantity: Int = 1, discounts: [Int64] = [], vatClass: VATClass = .standard,
        period: Period? = nil
    ) -> DraftLine {
        DraftLine(
            description: "Line", period: period, quantity: quantity, unitListPrice: chf(minorUnits),
            discounts: discounts.map { Discount("Discount", Percentage(basisPoints: $0)) }, vatClass: vatClass)
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let lines: [DraftLine]
        let net, vat, total: Int64
        var testDescription: String { name }
    }

    static let vectors: [Vector] = [
        Vector(
            name: "two discounts", lines: [line(34_720, discounts: [2000, 2500])], net: 20_832, vat: 1687, total: 22_519
        ),
        Vector(name: "one discount", lines: [line(34_720, discounts: [2000])], net: 27_776, vat: 2250, total: 30_026),
        Vector(name: "ten cents", lines: [line(10)], net: 10, vat: 1, total: 11),
        Vector(name: "seven lines", lines: Array(repeating: line(95), count: 7), net: 665, vat: 54, total: 719),
        Vector(name: "seven pieces", lines: [line(95, 7)], net: 665, vat: 54, total: 719),
        Vector(name: "three lines", lines: Array(repeating: line(1179), count: 3), net: 3537, vat: 286, total: 3823),
        Vector(
            name: "two rates", lines: [line(10_000), line(10_000, vatClass: .reduced)], net: 20_000, vat: 1070,
            total: 21_070),
        Vector(
            name: "accommodation", lines: [line(10_000, vatClass: .accommodation)], net: 10_000, vat: 380, total: 10_380
        ),
        Vector(name: "free of charge", lines: [line(1000, discounts: [10_000])], net: 0, vat: 0, total: 0),
        Vector(name: "old days taken back", lines: [line(20_000), line(-5000)], net: 15_000, vat: 1215, total: 16_215),
        Vector(name: "half a cent remains a cent", lines: [line(5, discounts: [5000])], net: 3, vat: 0, total: 3),
    ]

    @Test("Discounts on what remains, VAT on the sum of nets", arguments: vectors)
    func amounts(_ vector: Vector) throws {
        let computed = try DocumentDraftTests.draft(vector.lines).computed(on: DocumentDraftTests.today)
        #expect(computed.net == chf(vector.net))
        #expect(computed.vatTotal == chf(vector.vat))
        #expect(computed.total == chf(vector.total))
    }

    @Test("Each printed step says what remains")
    func steps() throws {
        let draft = DocumentDraftTests.draft([DocumentDraftTests.line(34_720, discounts: [2000, 2500])])
        let line = try #require(try draft.computed(on: DocumentDraftTests.today).lines.first)
        #expect(line.steps.map(\.remainingMinorUnits) == [27_776, 20_832])
        #expect(line.list == chf(34_720))
    }

    @Test(
        "The rate follows the first day of the service, else the day of issue",
        arguments: [
            ("2023-12-31", "2026-11-20", 770), ("2024-01-01", "2023-11-20", 810), (nil, "2023-12-31", 770),
            (nil, "2024-01-01", 810),
        ] as [(String?, String, Int64)])
    func rates(start: String?, issue: String, basisPoints: Int64) throws {
        let period = start.flatMap { Day($0) }.map { Term.yearly.period(anchoredAt: $0) }
        let draft = DocumentDraftTests.draft([DocumentDraftTests.line(10_000, period: period)])
        let computed = try draft.computed(on: try #require(Day(issue)))
        #expect(computed.vat.map(\.rate.basisPoints) == [basisPoints])
    }

    @Test(
        "Who pays Swiss VAT",
        arguments: [
            ("CH", nil, .domestic), ("LI", nil, .domestic), ("DE", nil, .export), ("DE", "DE123456789", .reverseCharge),
            ("US", "US12", .export), ("GB", "GB123", .export),
        ] as [(String, String?, VATTreatment)])
    func treatment(country: String, vatNumber: String?, expected: VATTreatment) throws {
        let recipient = Recipient(
            name: "Nina", country: try #require(Country(country)), vatNumber: vatNumber, language: .german)
        let computed = try DocumentDraftTests.draft([DocumentDraftTests.line(10_000)], to: recipient)
            .computed(on: DocumentDraftTests.today)
        #expect(computed.treatment == expected)
        #expect(computed.vatTotal == chf(expected == .domestic ? 810 : 0))
        #expect((computed.treatment.note == nil) == (expected == .domestic))
        #expect(computed.vat.map(\.net) == [chf(10_000)])
    }

    /// The text is part of what makes two drafts of one key the same, so it stays as it is.
    @Test(
        "A recipient is kept as JSON and read again",
        arguments: [(nil, "}"), ("DE123", #","vatNumber":"DE123"}"#)] as [(String?, String)])
    func recipientText(vatNumber: String?, end: String) throws {
        let recipient = Recipient(
            name: #"Müller "& Söhne""#, postcode: "8001", town: "Zürich", country: try #require(Country("CH")),
            vatNumber: vatNumber, language: .german)
        let text =
            #"{"contact":"","country":"CH","language":"de","name":"Müller \"& Söhne\"","postcode":"8001","street":"","#
            + #""town":"Zürich""# + end
        #expect(recipient.text == text)
        #expect(try Recipient(text: text) == recipient)
        #expect(throws: StorageError.self) { try Recipient(text: text.replacing("\"CH\"", with: "\"Atlantis\"")) }
    }

    @Test(
        "To the nearest five Rappen",
        arguments: [(250, 250), (2, 0), (3, 5), (7, 5), (8, 10), (-3, -5), (-2, 0), (22_519, 22_520)])
    func fiveRappen(exact: Int64, rounded: Int64) {
        #expect(exact + chf(exact).roundingToFiveRappen.minorUnits == rounded)
    }

    @Test("The five-Rappen line is for francs only, and only where it is wanted")
    func roundingLine() throws {
        let lines = [DocumentDraftTests.line(34_720, discounts: [2000, 2500])]
        let rounded = try DocumentDraftTests.draft(lines, roundsToFiveRappen: true).computed(
            on: DocumentDraftTests.today)
        #expect(rounded.rounding == chf(1))
        #expect(rounded.total == chf(22_520))
        let euros = [DraftLine(description: "Line", unitListPrice: eur(20_832))]
        let exact = try DocumentDraftTests.draft(euros, currency: .eur, roundsToFiveRappen: true)
            .computed(on: DocumentDraftTests.today)
        #expect(exact.rounding.isZero)
    }

    @Test("A draft that cannot be is refused")
    func refused() {
        let today = DocumentDraftTests.today
        #expect(throws: DraftError.noLines) { try DocumentDraftTests.draft([]).computed(on: today) }
        #expect(throws: DraftError.quantity(0)) {
            try DocumentDraftTests.draft([DocumentDraftTests.line(100, 0)]).computed(on: today)
        }
        #expect(throws: DraftError.discount(Percentage(basisPoints: 10_001))) {
            try DocumentDraftTests.draft([DocumentDraftTests.line(100, discounts: [10_001])]).computed(on: today)
        }
        #expect(throws: DraftError.mixedCurrencies) {
            try DocumentDraftTests.draft([DocumentDraftTests.line(100)], currency: .eur).computed(on: today)
        }
        #expect(throws: DraftError.tooLarge) {
            try DocumentDraftTests.draft([DocumentDraftTests.line(.max, 2)]).computed(on: today)
        }
        #expect(throws: DraftError.tooManyLines(1001)) {
            try DocumentDraftTests.draft(Array(repeating: DocumentDraftTests.line(1), count: 1001)).computed(on: today)
        }
    }

    @Test("Proration by days, half up, once")
    func proration() throws {
        let year = Period(start: try #require(Day("2026-01-01")), end: try #require(Day("2027-01-01")))
        let left = try #require(Day("2026-11-20")).days(until: year.end)
        #expect(left == 42)
        #expect(chf(20_832).prorated(left, of: year) == chf(2397))
        #expect(chf(20_832).prorated(365, of: year) == chf(20_832))
    }

    @Test(
        "Largest remainder, ties by index",
        arguments: [
            (10_000, [1, 1, 1], [3334, 3333, 3333]), (-10_000, [1, 1, 1], [-3334, -3333, -3333]),
            (100, [1, 2], [33, 67]), (1, [1, 1], [1, 0]), (0, [3, 5], [0, 0]), (7, [0, 1], [0, 7]),
        ] as [(Int64, [Int], [Int64])])
    func allocation(amount: Int64, weights: [Int], shares: [Int64]) {
        #expect(chf(amount).allocated(over: weights) == shares.map(chf))
    }

    @Test("A number says its kind, its year and its place")
    func numbers() {
        #expect(DocumentNumber(kind: .invoice, year: 2026, ordinal: 42).description == "2026-00042")
        #expect(DocumentNumber(kind: .receipt, year: 2026, ordinal: 123_456).description == "RC-2026-123456")
        #expect(Set(DocumentKind.allCases.map(\.numberPrefix)).count == DocumentKind.allCases.count)
    }
}
