import Kernel

/// An icon at the top right of every page, such as the one that leads to what is used outside of the console (UI-7).
package struct HeaderTool: Sendable {
    let icon: String
    let title: @Sendable (Words) -> String
    let link: Link

    package init(icon: String, title: @escaping @Sendable (Words) -> String, link: Link) {
        self.icon = icon
        self.title = title
        self.link = link
    }
}
