import Access
import Kernel
import Storage

/// Hits of one kind, as a page shows them.
struct SearchGroup: Sendable {
    let kind: SearchHit.Kind
    var hits: [SearchHit]
    /// There are more than are shown.
    var hasMore = false
    var all: Link?
}

/// One search through everything that the rooms let be found, and through what is known without a database: the pages of
/// the navigation, the person's own, the actions.
struct Search: Sendable {
    let query: SearchQuery
    let contributions: Contributions
    let navigation: [NavigationItem]
    /// How many hits of a kind are shown.
    let shownMax: Int

    /// - Returns: the groups that have a hit, in the order of their kinds.
    func groups(in connection: Connection) throws -> [SearchGroup] {
        if query.text.isEmpty { return [] }
        var groups: [SearchHit.Kind: SearchGroup] = [:]
        func add(_ hits: [SearchHit], all: Link?) {
            for hit in hits {
                var group = groups[hit.kind] ?? SearchGroup(kind: hit.kind, hits: [])
                if group.hits.count < shownMax {
                    group.hits.append(hit)
                } else {
                    group.hasMore = true
                    group.all = group.all ?? all
                }
                groups[hit.kind] = group
            }
        }
        for source in contributions.sources { add(try source.find(query, connection), all: source.all?(query)) }
        add(best(pages), all: nil)
        add(best(actions), all: nil)
        return SearchHit.Kind.allCases.compactMap { groups[$0] }
    }

    private func best(_ hits: [SearchHit]) -> [SearchHit] {
        let found = hits.filter { query.matches("\($0.title) \($0.also)") }
        return found.filter { query.begins($0.title) } + found.filter { !query.begins($0.title) }
    }

    private var pages: [SearchHit] {
        let words = query.words
        let inside = navigation.filter { $0.isShown(query.standing) }.map { item in
            SearchHit(
                kind: .settings, title: item.title(words),
                detail: item.section == .top ? "" : words("navigation.\(item.section.rawValue)"), icon: item.icon,
                link: item.link(query.organization))
        }
        let own = words("shell.no_organization")
        return inside + [
            SearchHit(
                kind: .settings, title: words("shell.profile"), detail: own, icon: "person", link: "/profile",
                also: words("search.also.profile")),
            SearchHit(
                kind: .settings, title: words("shell.security"), detail: own, icon: "shield", link: "/security",
                also: words("search.also.security")),
            SearchHit(
                kind: .settings, title: words("shell.manage_organizations"), detail: own, icon: "building",
                link: "/profile/organizations"),
            SearchHit(kind: .settings, title: words("tour.title"), icon: "help", link: "/tour"),
        ]
    }

    private var actions: [SearchHit] {
        let words = query.words
        let shown = contributions.actions.filter { $0.isShown(query.standing) }.map { action in
            SearchHit(
                kind: .actions, title: action.title(words), icon: action.icon, link: action.link(query.organization),
                also: action.also(words))
        }
        return shown + [
            SearchHit(
                kind: .actions, title: words("shell.new_organization"), icon: "plus", link: "/organizations/new")
        ]
    }
}
