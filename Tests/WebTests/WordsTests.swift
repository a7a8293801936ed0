import Foundation
import Kernel
import Testing
import Web

/// The real words of this room.
func webWords(_ language: Language) throws -> Words { try Wording(folders: [CommonPages.words]).words(language) }

@Suite struct WordsTests {
    /// A folder of words for one test: the same in every language.
    private func folder(_ json: String, but missing: Language? = nil) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("words-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for language in Language.allCases where language != missing {
            try Data(json.utf8).write(to: folder.appendingPathComponent("\(language.rawValue).json"))
        }
        return folder
    }

    private func words(_ language: Language, _ json: String) throws -> Words {
        let folder = try folder(json)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Wording(folders: [folder]).words(language)
    }

    @Test(arguments: [
        (Language.english, 0, "0 mails"), (.english, 1, "1 mail"), (.english, 2, "2 mails"), (.french, 0, "0 mail"),
        (.french, 1, "1 mail"), (.french, 2, "2 mails"), (.german, 0, "0 mails"), (.italian, 0, "0 mails"),
        (.spanish, 0, "0 mails"), (.german, 1, "1 mail"), (.italian, 1, "1 mail"), (.spanish, 1, "1 mail"),
        (.french, 21, "21 mails"), (.english, -1, "-1 mails"),
    ])
    func `A number picks the plural of its language`(language: Language, count: Int, sentence: String) throws {
        let words = try words(language, #"{"mail.one": "{count} mail", "mail.other": "{count} mails"}"#)
        #expect(words.count("mail", count) == sentence)
    }

    @Test(arguments: [
        ("Hello {name}", "Hello Zoë"), ("{name}, {name}!", "Zoë, Zoë!"), ("{greeting} {name}", "{name} Zoë"),
        ("{unknown} stays", "{unknown} stays"), ("open { brace", "open { brace"), ("close } brace", "close } brace"),
        ("{name", "{name"), ("{}", "{}"), ("no hole", "no hole"),
    ])
    func `Holes are filled by name, once, and what is filled in is not read again`(sentence: String, filled: String)
        throws
    {
        let json = String(decoding: try JSONEncoder().encode(["key": sentence]), as: UTF8.self)
        #expect(try words(.english, json)("key", ["name": "Zoë", "greeting": "{name}"]) == filled)
    }

    @Test func `A language that is missing stops the start`() throws {
        let folder = try folder("{}", but: .italian)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: WordingError.self) { try Wording(folders: [folder]) }
    }

    @Test(arguments: [
        ("{}", nil), (" {\n\t\"key\" : \"a, b: {c}\" }\r\n", "a, b: {c}"), (#"{"key": ""}"#, ""),
        (#"{"key": "\"so\" \\ \u00e9\n"}"#, "\"so\" \\ é\n"), (#"{"k\u0065y": "é"}"#, "é"),
    ])
    func `A file of words is JSON, with all that a string may be`(json: String, sentence: String?) throws {
        let folder = try folder(json)
        defer { try? FileManager.default.removeItem(at: folder) }
        let words = try Wording(folders: [folder]).words(.english)
        #expect(words.has("key") == (sentence != nil))
        if let sentence { #expect(words("key") == sentence) }
    }

    @Test(arguments: [
        "[]", "{\"a\": 1}", "{\"a\": {\"b\": \"c\"}}", "{", "", "{\"a\": \"b\",}", "{\"a\": \"b\"} {}",
        "{\"a\": \"b\" \"c\": \"d\"}", "{\"a\": \"b", #"{"a": "\x"}"#, "{\"a\": \"line\nbreak\"}",
        "{\"a\": \"b\", \"a\": \"c\"}", "{\"a\"}",
    ])
    func `Words that are not a flat object of sentences stop the start`(json: String) throws {
        let folder = try folder(json)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: WordingError.self) { try Wording(folders: [folder]) }
    }

    @Test func `A key belongs to one room only`() throws {
        let first = try folder(#"{"a": "1"}"#)
        let second = try folder(#"{"a": "2"}"#)
        defer { for folder in [first, second] { try? FileManager.default.removeItem(at: folder) } }
        #expect(throws: WordingError.self) { try Wording(folders: [first, second]) }
    }
}

@Suite struct FormatsTests {
    @Test(
        arguments: [
            (0, "CHF\u{a0}0.00"), (5, "CHF\u{a0}0.05"), (99_999, "CHF\u{a0}999.99"), (100_000, "CHF\u{a0}1’000.00"),
            (111_940, "CHF\u{a0}1’119.40"), (123_456_789, "CHF\u{a0}1’234’567.89"), (-5, "CHF\u{a0}−0.05"),
            (-100_000, "CHF\u{a0}−1’000.00"),
        ] as [(Int64, String)])
    func `An amount has its currency first and a mark at the thousands`(minorUnits: Int64, text: String) throws {
        for language in Language.allCases {
            #expect(try webWords(language).money(Money(minorUnits: minorUnits, .chf)) == text)
        }
        #expect(try webWords(.english).money(Money(minorUnits: 100, .eur)) == "EUR\u{a0}1.00")
    }

    @Test(
        arguments: [
            (Language.english, "20 November 2026", "1 March 2027"), (.french, "20 novembre 2026", "1er mars 2027"),
            (.german, "20. November 2026", "1. März 2027"), (.italian, "20 novembre 2026", nil),
            (.spanish, "20 de noviembre de 2026", "1 de marzo de 2027"),
        ] as [(Language, String, String?)])
    func `A day is written as its language writes it`(language: Language, day: String, first: String?) throws {
        let words = try webWords(language)
        #expect(words.day(try #require(Day("2026-11-20"))) == day)
        if let first { #expect(words.day(try #require(Day("2027-03-01"))) == first) }
    }

    @Test func `A moment is told in the reader's zone, minutes in two digits`() throws {
        let words = try webWords(.english)
        let instant = try #require(Instant(rfc3339: "2026-12-31T23:05:00Z"))
        #expect(words.moment(instant, in: .zurich) == "1 January 2027, 00:05")
        #expect(words.moment(instant, in: .utc) == "31 December 2026, 23:05")
    }

    @Test func `A period is told with its last day`() throws {
        let period = Term.yearly.period(anchoredAt: try #require(Day("2026-01-01")))
        #expect(try webWords(.english).period(period) == "1 January 2026 to 31 December 2026")
    }

    @Test func `A percentage has a space that does not break`() throws {
        #expect(try webWords(.german).percentage(Percentage(basisPoints: 810)) == "8.1\u{a0}%")
    }

    @Test func `Countries are named and sorted in the reader's language`() throws {
        #expect(try webWords(.german).country(.switzerland) == "Schweiz")
        #expect(try webWords(.french).country(.switzerland) == "Suisse")
        let names = CountryNames.sorted(in: .german).map(\.name)
        #expect(names.count == Country.ordered.count)
        let austria = try #require(names.firstIndex(of: "Österreich"))
        #expect(austria < (try #require(names.firstIndex(of: "Polen"))), "Ö sorts with O.")
    }
}
