import Foundation
import Kernel
import Testing

/// The words of every room, held against each other and against the code that speaks them.
@Suite struct WordsTests {
    struct Room: CustomTestStringConvertible, Sendable {
        let name: String
        var testDescription: String { name }

        static let all: [Room] = Set(
            Tree.files(below: "Sources", ending: "json").filter { $0.path.contains("/Words/") }.map(\.target)
        )
        .sorted().map { Room(name: $0) }

        func file(_ language: Language) throws -> Tree.File {
            try #require(Tree.files.first { $0.path == "Sources/\(name)/Words/\(language.rawValue).json" })
        }

        func sentences(_ language: Language) throws -> [String: String] {
            try JSONDecoder().decode([String: String].self, from: Data(try file(language).text.utf8))
        }
    }

    private static let english: Set<String> = Set(
        Room.all.flatMap { (try? $0.sentences(.english).keys).map(Array.init) ?? [] })

    private func holes(_ sentence: String) -> [String] {
        sentence.matches(of: /\{([^{}]*)\}/).map { String($0.1) }.sorted()
    }

    @Test func `The rooms that speak were found`() {
        #expect(Room.all.map(\.name).contains("Web"))
        #expect(Room.all.count >= 6)
        #expect(WordsTests.english.count > 200)
    }

    @Test(arguments: Room.all, Language.allCases)
    func `A room says the same things in every language, with the same holes`(room: Room, language: Language) throws {
        let source = try room.sentences(.english)
        let words = try room.sentences(language)
        let missing = Set(source.keys).subtracting(words.keys).sorted()
        let strange = Set(words.keys).subtracting(source.keys).sorted()
        #expect(missing.isEmpty)
        #expect(strange.isEmpty)
        let empty = words.filter { $0.value.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty }.keys.sorted()
        #expect(empty.isEmpty)
        let untrimmed = words.filter { $0.value != $0.value.trimmingCharacters(in: .whitespacesAndNewlines) }.keys
            .sorted()
        #expect(untrimmed.isEmpty)
        // The singular may say "one" in words.
        let otherHoles = source.keys.filter { key in
            guard let english = source[key], let other = words[key] else { return false }
            let (wanted, got) = (Set(holes(english)), Set(holes(other)))
            return key.hasSuffix(".one") ? wanted.union(["count"]) != got.union(["count"]) : wanted != got
        }
        #expect(otherHoles.sorted().isEmpty)
    }

    @Test(arguments: Room.all, Language.allCases)
    func `A file of words is sorted, one key a line and none twice`(room: Room, language: Language) throws {
        let file = try room.file(language)
        let keys = file.lines.compactMap { $0.firstMatch(of: /^  "([^"]+)": "/).map { String($0.1) } }
        #expect(
            keys.count == (try room.sentences(language)).count,
            "Every key stands on a line of its own, indented by two.")
        #expect(keys == Set(keys).sorted())
        let malformed = keys.filter { $0.wholeMatch(of: /[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+/) == nil }
        #expect(malformed.isEmpty)
    }

    @Test(arguments: Room.all, Language.allCases.filter { $0 != .english })
    func `A translation is one`(room: Room, language: Language) throws {
        let source = try room.sentences(.english)
        let same = try room.sentences(language).filter { key, sentence in
            // Names and single words may well be alike; a sentence is not.
            let words = sentence.replacing(/\{[^{}]*\}/, with: "").split(separator: " ").filter {
                $0.contains(where: \.isLetter)
            }
            return source[key] == sentence && words.count >= 4
        }
        #expect(same.keys.sorted().isEmpty)
    }

    @Test func `A singular has its plural`() {
        let keys = WordsTests.english
        let lonely = keys.filter {
            $0.hasSuffix(".one") && !keys.contains("\($0.dropLast(4)).other")
                || $0.hasSuffix(".other") && !keys.contains("\($0.dropLast(6)).one")
        }
        #expect(lonely.sorted().isEmpty)
    }

    // MARK: Against the code

    /// Literals that look like a key: `form.save`, `role.\(…)`.
    private static let spoken = Literal.all.filter {
        $0.text.wholeMatch(of: /[a-z_\u{fffc}]+(\.[A-Za-z0-9_\u{fffc}]+)+/) != nil
    }
    private static let plain = Set(spoken.filter { !$0.hasHole }.map(\.text))
    private static let patterned = spoken.filter {
        $0.hasHole && !$0.text.hasPrefix(String(Literal.hole)) && $0.beforeHole.contains(".")
    }
    /// `\(word).subject`: what follows a key that is named elsewhere.
    private static let endings: [String] =
        spoken.filter { $0.text.hasPrefix(String(Literal.hole)) }.map { String($0.text.dropFirst()) }
        .filter { !$0.contains(Literal.hole) } + [".one", ".other"]

    private func matches(_ key: String, _ literal: Literal) -> Bool {
        var rest = key[...]
        let parts = literal.text.split(separator: Literal.hole, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if index == parts.count - 1 {
                guard rest.hasSuffix(part), rest.count > part.count else { return false }
            } else {
                guard let range = rest.dropFirst().firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
        }
        return parts.count > 1
    }

    @Test func `Every word that is spoken exists`() {
        let keys = WordsTests.english
        let rooms = Set(keys.map { $0.prefix { $0 != "." } })
        let unknown = WordsTests.spoken.filter { literal in
            guard rooms.contains(literal.text.prefix { $0 != "." }) else { return false }
            let text = literal.text
            if keys.contains(text) || keys.contains("notice.\(text)") { return false }
            if literal.hasHole { return !keys.contains { matches($0, literal) } }
            return !WordsTests.endings.contains { keys.contains("\(text)\($0)") }
        }
        #expect(unknown.isEmpty)
    }

    @Test func `Every word that a call names exists`() {
        let keys = WordsTests.english
        let calls = Tree.sources.flatMap { file in
            file.code.matches(of: /\b(?:words|visit\.words)\("([^"\\]+)"|\bword: "([^"\\]+)"|\botherwise: "([^"\\]+)"/)
                .compactMap { match in (match.1 ?? match.2 ?? match.3).map { (file.path, String($0)) } }
        }
        #expect(calls.count > 200)
        let unknown = calls.filter { !keys.contains($0.1) }.map { "\($0.0): \($0.1)" }
        #expect(unknown.isEmpty)
        let counts = Tree.sources.flatMap { $0.text.matches(of: /\.count\(\s*"([^"\\]+)"/).map { String($0.1) } }
        #expect(counts.filter { !keys.contains("\($0).one") || !keys.contains("\($0).other") }.isEmpty)
        let notices = Tree.sources.flatMap { file in
            file.text.matches(of: /notice: (?:[^",)]*\? )?"([^"\\]+)"(?: : "([^"\\]+)")?/)
                .flatMap { [String($0.1)] + ($0.2.map { [String($0)] } ?? []) }
        }
        #expect(notices.filter { !keys.contains("notice.\($0)") }.isEmpty)
    }

    @Test func `Every word is spoken somewhere`() {
        let unused = WordsTests.english.filter { key in
            if WordsTests.plain.contains(key) { return false }
            // Any literal can be the rest of a notice's key, one without a dot too.
            if key.hasPrefix("notice."), Literal.all.contains(where: { $0.text == key.dropFirst("notice.".count) }) {
                return false
            }
            // The log names its sentences after the events.
            if key.hasPrefix("activity."), Literal.all.contains(where: { $0.text == key.dropFirst("activity.".count) })
            {
                return false
            }
            if WordsTests.endings.contains(where: {
                key.hasSuffix($0) && WordsTests.plain.contains(String(key.dropLast($0.count)))
            }) {
                return false
            }
            return !WordsTests.patterned.contains { $0.beforeHole != "notice." && matches(key, $0) }
        }
        #expect(unused.sorted().isEmpty)
    }
}
