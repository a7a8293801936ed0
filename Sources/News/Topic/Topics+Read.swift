package import Foundation
import Kernel

/// Topics that nobody can subscribe to: where in the file, what is wrong, what to write instead.
package struct TopicsError: Error, CustomStringConvertible {
    package let description: String
}

extension Topics {
    /// The topics that come with Kontor, to begin with.
    package static let builtIn = Bundle.module.bundleURL.appendingPathComponent("topics.json")

    /// More would be a list that nobody reads to its end.
    private static let topicsMax = 50

    /// - Throws: `TopicsError` for the first thing that is wrong.
    package init(file: URL) throws(TopicsError) {
        guard let data = try? Data(contentsOf: file) else {
            throw TopicsError(description: "The news topics \(file.path) cannot be read.")
        }
        do {
            self = try Topics(JSONDecoder().decode(TopicsFile.self, from: data))
        } catch let error as DecodingError {
            throw TopicsError(description: "The news topics \(file.path): the file \(error.place).")
        } catch {
            throw TopicsError(description: "The news topics \(file.path): \(error)")
        }
    }

    private init(_ file: TopicsFile) throws(TopicsError) {
        guard (1...Topics.topicsMax).contains(file.topics.count) else {
            throw TopicsError(
                description: "topics has \(file.topics.count) entries; write between 1 and \(Topics.topicsMax).")
        }
        var topics: [Topic] = []
        for (index, entry) in file.topics.enumerated() {
            let topic = try entry.topic(at: "topics[\(index)]")
            if topics.contains(where: { $0.id == topic.id }) {
                throw TopicsError(description: "two topics have the id \(topic.id); give each its own.")
            }
            topics.append(topic)
        }
        all = topics
    }
}

/// The file as it is written.
private struct TopicsFile: Decodable {
    let topics: [Entry]

    struct Entry: Decodable {
        let id: String
        let name: [String: String]
        let description: [String: String]

        func topic(at place: String) throws(TopicsError) -> Topic {
            let isPlain = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            guard (1...40).contains(id.utf8.count), isPlain else {
                throw TopicsError(
                    description: "\(place).id is \"\(id)\"; write at most 40 small letters, digits and hyphens.")
            }
            return Topic(
                id: id, name: try local(name, at: "\(place).name"),
                description: try local(description, at: "\(place).description"))
        }

        private func local(_ texts: [String: String], at place: String) throws(TopicsError) -> LocalText {
            do { return try LocalText(texts) } catch {
                throw TopicsError(description: "\(place) has no text in \(error.language.rawValue); write it.")
            }
        }
    }
}
