package import Kernel
import Web

/// What news is sorted by, and what people subscribe to.
package struct Topic: Sendable {
    /// Stands in the database and in addresses: it stays when the name changes.
    package let id: String
    package let name: LocalText
    package let description: LocalText
}

/// The provider's topics, as data: edited as JSON, read and checked at start (`Topics+Read.swift`, `docs/news.md`). What was
/// subscribed of a topic that is gone from the file waits for its return, and can be ended.
package struct Topics: Sendable {
    package let all: [Topic]

    package func topic(_ id: String) -> Topic? { all.first { $0.id == id } }

    var ids: Set<String> { Set(all.map(\.id)) }

    /// The name of a topic, or its id where the file does not have it any more.
    func name(of id: String, _ words: Words) -> String { topic(id)?.name[words.language] ?? id }
}
