package import Access
package import Kernel
package import Storage

/// Something that was found. Its title opens it.
package struct SearchHit: Sendable {
    /// The headings of the page, in their order. The word is `search.kind.<raw value>`.
    package enum Kind: String, CaseIterable, Sendable {
        case products, people, teams, documents, settings, actions
    }

    package let kind: Kind
    package let title: String
    /// The second line, which tells it from others of its title; empty where there is nothing to say.
    package let detail: String
    package let icon: String
    package let link: Link
    /// Other words that people look for it by; not shown.
    let also: String

    package init(
        kind: Kind, title: String, detail: String = "", icon: String, link: Link, also: String = ""
    ) {
        self.kind = kind
        self.title = title
        self.detail = detail
        self.icon = icon
        self.link = link
        self.also = also
    }
}

/// What a room lets be found. `find` answers only what the standing may see, the best hit first, at most `query.limit`; it is
/// not called without a text. Its statements must stay within an index of the organisation: it runs at every keystroke.
package struct SearchSource: Sendable {
    /// For the ears of the program: `products`.
    package let id: String
    package let find: @Sendable (SearchQuery, Connection) throws -> [SearchHit]
    /// The list of everything that matches, where there are more hits than are shown.
    package let all: (@Sendable (SearchQuery) -> Link)?

    package init(
        id: String, all: (@Sendable (SearchQuery) -> Link)? = nil,
        find: @escaping @Sendable (SearchQuery, Connection) throws -> [SearchHit]
    ) {
        self.id = id
        self.all = all
        self.find = find
    }
}

/// Something that can be done, found by its name: "Order: Web hosting".
package struct SearchAction: Sendable {
    let title: @Sendable (Words) -> String
    let icon: String
    let link: @Sendable (OrganizationID) -> Link
    let isShown: @Sendable (Standing) -> Bool
    let also: @Sendable (Words) -> String

    /// - Parameters:
    ///   - also: other words that people look for it by: "2FA", "logo", "VAT".
    ///   - isShown: by the right that the page behind the link asks for.
    package init(
        icon: String, title: @escaping @Sendable (Words) -> String,
        also: @escaping @Sendable (Words) -> String = { _ in "" },
        link: @escaping @Sendable (OrganizationID) -> Link, isShown: @escaping @Sendable (Standing) -> Bool
    ) {
        self.also = also
        self.icon = icon
        self.title = title
        self.link = link
        self.isShown = isShown
    }
}
