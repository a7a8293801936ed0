import Kernel

/// What a page is, ready to print: its title, its content, and where it stands in the shell.
package struct Page: Sendable {
    package enum Layout: Sendable {
        /// Header, navigation, content: for people who are signed in.
        case shell
        /// A card in the middle: signing in, signing up, errors.
        case gate
    }

    package let title: String
    package let layout: Layout
    /// The id of the navigation entry that is current.
    package let current: String
    package let body: HTML
    /// How often a waiting page looks again.
    package let refreshSeconds: Int?

    package init(
        title: String, layout: Layout = .shell, current: String = "", refreshSeconds: Int? = nil, body: HTML
    ) {
        self.title = title
        self.layout = layout
        self.current = current
        self.refreshSeconds = refreshSeconds
        self.body = body
    }
}
