/// A text in all five languages, as the files have it that a provider edits.
package struct LocalText: Sendable, Hashable {
    private let texts: [Language: String]

    package struct Missing: Error {
        package let language: Language
    }

    /// - Parameter texts: by the code of their language.
    /// - Throws: the first language without a text.
    package init(_ texts: [String: String]) throws(Missing) {
        var read: [Language: String] = [:]
        for language in Language.allCases {
            guard let text = texts[language.rawValue], text.contains(where: { !$0.isWhitespace }) else {
                throw Missing(language: language)
            }
            read[language] = text
        }
        self.texts = read
    }

    package subscript(_ language: Language) -> String { texts[language] ?? "" }
}
