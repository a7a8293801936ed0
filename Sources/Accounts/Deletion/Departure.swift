package import Kernel
package import Storage
package import Web

/// What the rooms above have to say when an account is to be deleted: handed down by `App`, as `Founding` is, because it has to
/// be true in the same transaction (ACC-36).
package struct Departure: Sendable {
    /// What has to be done first; none where the person may go. Asked for the page, and again inside the transaction, where it
    /// holds the rows that its answer depends on.
    let obstacles: @Sendable (Connection, PersonID) throws -> [Obstacle]
    /// Takes the person out of everything above, once nothing is in the way.
    let depart: @Sendable (Connection, PersonID, Event.Actor, Instant) throws -> Void

    package init(
        obstacles: @escaping @Sendable (Connection, PersonID) throws -> [Obstacle],
        depart: @escaping @Sendable (Connection, PersonID, Event.Actor, Instant) throws -> Void
    ) {
        self.obstacles = obstacles
        self.depart = depart
    }

    /// For `depart`, where something came into the way after it was asked for.
    package static let obstructed = Problem(
        .conflict, code: "deletion_obstructed", word: "accounts.deletion.obstructed")
}

/// Something that keeps an account from being deleted, as a sentence, and where it can be put right.
package struct Obstacle: Sendable {
    package let word: String
    package let arguments: [String: String]
    package let link: Link?

    package init(word: String, arguments: [String: String] = [:], link: Link? = nil) {
        self.word = word
        self.arguments = arguments
        self.link = link
    }
}
