import Kernel
import Testing

@Suite struct LanguageTests {
    struct Header: CustomTestStringConvertible, Sendable {
        let text: String?
        let language: Language
        var testDescription: String { text ?? "none" }

        static let all = [
            Header(text: nil, language: .english),
            Header(text: "", language: .english),
            Header(text: "*", language: .english),
            Header(text: "de", language: .german),
            Header(text: "DE-ch", language: .german),
            Header(text: "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", language: .french),
            Header(text: "en;q=0.5, it;q=0.8", language: .italian),
            Header(text: "en ; q=0.1 , es ; q=0.2", language: .spanish),
            Header(text: "it, fr", language: .italian),
            Header(text: "ja, pt-BR;q=0.9, es;q=0.1", language: .spanish),
            Header(text: "ja", language: .english),
            Header(text: "deu", language: .english),
            Header(text: "de;q=0", language: .english),
            Header(text: "de;q=0, fr;q=0.001", language: .french),
            Header(text: "de;q=high, fr;q=0.9", language: .german),
            Header(text: "de;q=nan, fr", language: .french),
            Header(text: "de;q=inf", language: .german),
            Header(text: "de;q=-1, fr;q=0.1", language: .french),
            Header(text: "de;q=1e400", language: .german),
            Header(text: ",;,;q=,de", language: .german),
            Header(text: String(repeating: "ja,", count: 10_000) + "de", language: .english),
        ]
    }

    @Test(arguments: Header.all) func `The browser's wish becomes one of five languages`(_ row: Header) {
        #expect(Language(acceptLanguage: row.text) == row.language)
    }

    @Test func `Every language is named in itself`() {
        #expect(Language.allCases.map(\.ownName) == ["English", "Français", "Deutsch", "Italiano", "Español"])
        #expect(Language.allCases.map(\.rawValue) == ["en", "fr", "de", "it", "es"])
    }
}
