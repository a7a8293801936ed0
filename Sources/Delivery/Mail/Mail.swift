/// A letter, ready to go: words chosen, filled in and escaped by the room that writes it.
package struct Mail: Sendable, Codable, Equatable {
    /// The bare address.
    package let to: String
    /// Empty where it is not known.
    package let toName: String
    package let subject: String
    package let text: String
    /// A whole document. It says the same as `text`.
    package let html: String

    package init(to: String, toName: String, subject: String, text: String, html: String) {
        self.to = to
        self.toName = toName
        self.subject = subject
        self.text = text
        self.html = html
    }
}
