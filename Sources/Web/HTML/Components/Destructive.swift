import Kernel

/// An act that takes something away, in the three levels of interface.md ("Destructive acts"):
///
/// 1. what can be taken back is done at once, with the way back beside it: `undo`;
/// 2. a page that says what will happen, counted from live data, with one red button: `show`;
/// 3. the same, with the name typed: give a `name`, call `check`, and put it behind a door that is `confirmed`.
package struct Destructive: Sendable {
    /// A sentence about what will happen, and where to look at it before.
    package struct Effect: Sendable {
        let sentence: String
        let link: Link?

        package init(_ sentence: String, link: Link? = nil) {
            self.sentence = sentence
            self.link = link
        }
    }

    let title: String
    let action: Link
    let effects: [Effect]
    let back: Link
    let name: String?

    /// - Parameters:
    ///   - title: what the button does: "Leave Atelier Nord".
    ///   - action: where the form is posted.
    ///   - back: where whoever thinks better of it goes.
    ///   - name: what has to be typed at the third level.
    package init(title: String, action: Link, effects: [Effect], back: Link, name: String? = nil) {
        self.title = title
        self.action = action
        self.effects = effects
        self.back = back
        self.name = name
    }

    private static let field = "confirmation_name"

    /// - Parameter fields: what else the form asks, above the name.
    package func show(_ form: Form, _ visit: Visit, fields: HTML = .empty) -> HTML {
        let words = visit.words
        let rows = effects.map { effect -> HTML in
            guard let link = effect.link else { return "<li>\(effect.sentence)</li>" }
            return "<li><a href=\"\(link)\">\(effect.sentence)</a></li>"
        }
        let typed: HTML =
            name.map { name in
                form.field(
                    Field(
                        Destructive.field, label: words("destructive.name", ["name": name]),
                        hint: words("destructive.name.hint"), autocomplete: "off", max: 200), words)
            } ?? .empty
        return """
            <section class="card danger"><header><h2>\(words("destructive.effects"))</h2></header>
            <div class="body"><ul class="stack">\(rows)</ul>
            <form class="stack measure gap-above" method="post" action="\(action)">\(visit.formFields)
            \(fields)
            \(typed)
            <div class="row"><button class="btn danger">\(icon("warning"))\(title)</button>\
            <a class="btn" href="\(back)">\(words("form.cancel"))</a></div>
            </form></div></section>
            """
    }

    /// At the third level: notes a problem at the field where something else was typed than the name.
    package func check(_ form: inout Form) {
        guard let name else { return }
        let typed = form.text(Destructive.field, max: 200)
        if !typed.isEmpty, typed != name.trimmed {
            form.add(.field(Destructive.field, "destructive.name.different", ["name": name]))
        }
    }

    /// The first level: what was done, and the button that takes it back.
    /// - Parameter action: a path that takes a post.
    package static func undo(_ done: String, action: Link, _ visit: Visit) -> HTML {
        """
        <div class="notice" role="status">\(icon("check"))<span>\(done)</span>\
        <form method="post" action="\(action)">\(visit.formFields)\
        <button class="link-button">\(visit.words("destructive.undo"))</button></form></div>
        """
    }
}
