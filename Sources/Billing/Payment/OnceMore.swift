package import Kernel
package import Web

/// The question before the same is paid for a second time. With the browser's Back a form comes with a key of its own, and Pay would
/// charge once more what was meant once (PRE-2, ORD-2).
package enum OnceMore {
    /// Its value is the id of what was asked about, so that a yes is no yes to another one.
    package static let field = "once_more"
    /// Who goes back wonders within minutes; who wants the same again later has a reason.
    package static let alike = Duration.seconds(10 * 60)
    private static let asked = "earlier"

    /// - Parameter earlier: the id of what waits for its payment, or was paid a short while ago.
    package static func question(
        about earlier: String, code: String, word: String, _ arguments: [String: String]
    ) -> Problem {
        Problem(
            .conflict, code: code, word: word, arguments: arguments.merging([asked: earlier]) { $1 }, field: field)
    }

    /// What the question of a form is about. It stays while the form comes back for other reasons.
    package static func asked(by form: Form) -> String {
        form.problem(of: field)?.arguments[asked] ?? form.typed(field)
    }

    /// The box that says it is meant.
    /// - Parameter more: what stands between the question and the box.
    package static func box(
        about earlier: String, yes: String, more: HTML = .empty, _ form: Form, _ words: Words
    ) -> HTML {
        "\(form.error(field, words))\(more)\(form.checkbox(field, label: yes, value: earlier))"
    }
}
