package import Foundation
package import Kernel

/// Every word of every room in every language: `Words/<language>.json`, flat keys, named holes in braces, plural forms as
/// keys ending in `.one` and `.other`. Read once at start.
package struct Wording: Sendable {
    private let sentences: [Language: [String: String]]
    /// About as many as there are, so that the table does not grow step by step.
    private static let capacity = 2500

    /// - Parameter folders: the `Words` folders of the rooms.
    /// - Throws: `WordingError` where a file is missing, is not a flat JSON object, or two rooms use one key.
    package init(folders: [URL]) throws(WordingError) {
        var sentences: [Language: [String: String]] = [:]
        for language in Language.allCases {
            var words: [String: String] = [:]
            words.reserveCapacity(Wording.capacity)
            for folder in folders {
                let file = folder.appendingPathComponent("\(language.rawValue).json")
                var twice: String?
                let isRead = (try? Data(contentsOf: file)).map { data in
                    WordFile.read([UInt8](data)) { key, sentence in
                        if words.updateValue(sentence, forKey: key) != nil { twice = key }
                    }
                }
                guard isRead == true else { throw .unreadable(file.path) }
                if let twice { throw .usedTwice(twice, file.path) }
            }
            sentences[language] = words
        }
        self.sentences = sentences
    }

    package func words(_ language: Language) -> Words {
        Words(language: language, sentences: sentences[language] ?? [:])
    }

    package func keys(_ language: Language) -> Set<String> { Set((sentences[language] ?? [:]).keys) }
}

package enum WordingError: Error {
    case unreadable(String)
    case usedTwice(String, String)
}

/// The words of one language. `words("profile.title")`, `words("mail.hello", ["name": name])`.
package struct Words: Sendable {
    package let language: Language
    private let sentences: [String: String]

    init(language: Language, sentences: [String: String]) {
        self.language = language
        self.sentences = sentences
    }

    package func callAsFunction(_ key: String, _ arguments: [String: String] = [:]) -> String {
        guard let sentence = sentences[key] else {
            assertionFailure("There is no word \(key) in \(language).")
            return key
        }
        return arguments.isEmpty ? sentence : Words.fill(sentence, arguments)
    }

    /// A sentence with a number: picks `.one` or `.other` by the rule of the language (CLDR, cardinals; French counts 0 as
    /// one) and fills the hole `{count}`.
    package func count(_ key: String, _ count: Int, _ arguments: [String: String] = [:]) -> String {
        let isOne = language == .french ? count == 0 || count == 1 : count == 1
        return self(
            "\(key).\(isOne ? "one" : "other")", arguments.merging(["count": String(count)]) { first, _ in first })
    }

    package func has(_ key: String) -> Bool { sentences[key] != nil }

    private static func fill(_ sentence: String, _ arguments: [String: String]) -> String {
        var filled = ""
        var rest = sentence[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            filled += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            filled += arguments[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
