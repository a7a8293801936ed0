import Kernel
package import Storage

/// A link of a letter that does not work any more, or never did: its time is over, a newer letter has replaced it, or it came
/// in pieces. Who opens it is told so and where to go on, and not that there is no such page.
package struct DeadLink: Error {
    /// Of the sentence that says why that may be, and what to do.
    let word: String
    /// The words of the ways on, the best one first.
    let ways: [(word: String, link: Link)]

    package init(_ word: String, _ ways: (word: String, link: Link)...) {
        self.word = word
        self.ways = ways
    }

    var problem: Problem { Problem(.gone, code: "link_expired", word: word) }
}

extension Visit {
    /// What the link of a letter is about: the row that the parameter of the path names, where this server made the link for
    /// it. Looking uses nothing up: mail scanners follow links too.
    /// - Throws: `DeadLink`; 429 for whoever tries many.
    package func linked<Row: Sendable>(
        _ parameter: String, _ purpose: String, or dead: DeadLink, nonce: @Sendable (Row) -> String,
        find: @escaping @Sendable (Connection, Int64) throws -> Row?
    ) async throws -> Row {
        let token = self.parameter(parameter)
        if let id = LinkToken.id(in: token), let row = try await database.read({ try find($0, id) }),
            LinkToken.isValid(token, purpose, id, nonce: nonce(row), keys: house.keys)
        {
            return row
        }
        try limit(.credentials)
        throw dead
    }
}
