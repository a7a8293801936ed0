import Kernel

/// What a page is, ready to print: its title, its content, and where it stands in the shell.
package struct Page: Sendable {
    package enum Layout: Sendable {
        /// Header, navigation, content: for people who are signed in.
        case shell
        /// A card in the middle: signing in, signing up, errors.
        case gate
        /// Only the content: a part of a page that a script asked for.
        case fragment
    }

    package let title: String
    package let layout: Layout
    /// The id of the navigation entry that is current.
    package let current: String
    package let body: HTML
    /// A page that waits for something looks again by itself, and is shown anew when its state is another.
    package let waiting: (seconds: Int, state: String)?
    /// A gate wide enough for a longer form.
    package let isBroad: Bool

    package init(
        title: String, layout: Layout = .shell, current: String = "", waiting: (seconds: Int, state: String)? = nil,
        isBroad: Bool = false, body: HTML
    ) {
        self.title = title
        self.layout = layout
        self.current = current
        self.waiting = waiting
        self.isBroad = isBroad
        self.body = body
    }
}
