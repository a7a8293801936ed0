import Access
import Kernel

extension Shell {
    /// So many types of product stand open below their families; with more, the families are closed but the one one is in.
    private static let openTypesMax = 12

    /// The left navigation: the overview, the product families with their types, the organisation's own pages; two levels.
    func sideNavigation(current: String) -> HTML {
        let words = visit.words
        guard let organization = visit.organization else {
            return """
                <nav class="side nav" id="side" popover aria-label="\(words("shell.navigation"))">
                <ul role="list">
                <li><a href="/">\(icon("home"))\(words("shell.home"))</a></li>
                <li><a href="/profile"\(when(current == "profile", " aria-current=\"page\""))>\(icon("person"))\
                \(words("shell.profile"))</a></li>
                <li><a href="/security"\(when(current == "security", " aria-current=\"page\""))>\(icon("shield"))\
                \(words("shell.security"))</a></li>
                </ul>
                </nav>
                """
        }
        let shown = visit.house.navigation.offered(in: organization).filter { $0.isShown(organization.standing) }
        let isLong = shown.count { $0.section.isFamily } > Shell.openTypesMax
        let sections = NavigationItem.Section.allCases.map { section -> HTML in
            let items = shown.filter { $0.section == section }
            if items.isEmpty { return .empty }
            let rows = items.map { item -> HTML in
                """
                <li><a id="nav-\(item.id)" href="\(item.link(organization.id))"\(when(item.id == current, " aria-current=\"page\""))>\
                \(icon(item.icon))\(item.title(words))</a></li>
                """
            }
            if section == .top { return "<ul role=\"list\">\(rows)</ul>" }
            let title = words("navigation.\(section.rawValue)")
            guard section.isFamily, isLong else {
                return "<h2>\(title)</h2>\n<ul role=\"list\">\(rows)</ul>"
            }
            // One at a time is open, without a script.
            let isOpen = items.contains { $0.id == current }
            return """
                <details name="families"\(when(isOpen, " open"))><summary>\(title) <small>\(items.count)</small></summary>
                <ul role="list">\(rows)</ul></details>
                """
        }
        return """
            <nav class="side nav" id="side" popover aria-label="\(words("shell.navigation"))">\(sections)</nav>
            """
    }
}

extension NavigationItem.Section {
    /// Whether its entries are types of products.
    package var isFamily: Bool { self != .top && self != .organization }
}
