import Foundation
import Kernel
import Testing

@testable import News

@Suite("The topics of news")
struct TopicsTests {
    /// The smallest file, with one place changed.
    private static func topics(_ change: (String, String)) -> String {
        let text = ##"{"en": "Text", "fr": "Texte", "de": "Text", "it": "Testo", "es": "Texto"}"##
        return """
            {"topics": [{"id": "one", "name": \(text), "description": \(text)},
            {"id": "two", "name": \(text), "description": \(text)}]}
            """.replacingOccurrences(of: change.0, with: change.1)
    }

    private static func read(_ json: String) throws -> Topics {
        let file = URL(filePath: NSTemporaryDirectory()).appending(path: "topics-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Topics(file: file)
    }

    @Test("Those that come along can be read in every language")
    func builtIn() throws {
        let topics = try Topics(file: Topics.builtIn)
        #expect(topics.all.map(\.id) == ["products", "maintenance", "company"])
        #expect(topics.topic("maintenance")?.name[.german] == "Wartung und Störungen")
        for topic in topics.all {
            #expect(Set(Language.allCases.map { topic.description[$0] }).count == Language.allCases.count)
        }
    }

    @Test(
        "What is wrong is said in a sentence that says where, and what to write",
        arguments: [
            (("\"topics\"", "\"themes\""), "the file lacks topics"),
            (("{\"topics\"", "\"topics\""), "the file is not JSON"),
            (("\"id\": \"one\"", "\"id\": \"One!\""), "topics[0].id is \"One!\"; write at most 40 small letters"),
            (("\"id\": \"two\"", "\"id\": \"one\""), "two topics have the id one; give each its own."),
            (("\"it\": \"Testo\", ", ""), "topics[0].name has no text in it; write it."),
            (("\"es\": \"Texto\"", "\"es\": \"  \""), "topics[0].name has no text in es; write it."),
            (("\"id\": \"two\"", "\"id\": 2"), "has at topics[1].id something of another kind"),
        ] as [((String, String), String)])
    func broken(_ change: (String, String), _ sentence: String) throws {
        let error = #expect(throws: TopicsError.self) { _ = try Self.read(Self.topics(change)) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    @Test("None and too many are refused, and a file that is not there is named")
    func count() throws {
        let text = ##"{"en": "Text", "fr": "Texte", "de": "Text", "it": "Testo", "es": "Texto"}"##
        func file(_ count: Int) -> String {
            let entries = (0..<count).map { "{\"id\": \"t\($0)\", \"name\": \(text), \"description\": \(text)}" }
            return "{\"topics\": [\(entries.joined(separator: ","))]}"
        }
        #expect(try Self.read(file(50)).all.count == 50)
        for count in [0, 51] {
            let error = #expect(throws: TopicsError.self) { _ = try Self.read(file(count)) }
            #expect(error?.description.contains("topics has \(count) entries; write between 1 and 50.") == true)
        }
        let error = #expect(throws: TopicsError.self) { _ = try Topics(file: URL(filePath: "/nowhere/topics.json")) }
        #expect(error?.description == "The news topics /nowhere/topics.json cannot be read.")
    }
}
