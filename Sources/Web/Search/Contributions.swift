package import Kernel
package import Storage

/// What the rooms give to every page beside its entries in the navigation: what can be found, what can be done, what needs
/// somebody, what stands at the foot.
package struct Contributions: Sendable {
    var sources: [SearchSource] = []
    var actions: [SearchAction] = []
    var bannerSources: [BannerSource] = []
    var foots: [@Sendable (Visit) -> HTML] = []
    var tools: [HeaderTool] = []
    /// Lines of robots.txt.
    var crawled: [String] = []
    var grantors: @Sendable (Connection, OrganizationID, _ right: String) throws -> [String] = { _, _, _ in [] }

    package init() {}
}

extension Doors {
    /// Lets the search page and the palette find what a room holds. All sources are asked over one read.
    package func search(_ source: SearchSource) {
        precondition(!contributions.sources.contains { $0.id == source.id }, "\(source.id) is searched twice.")
        contributions.sources.append(source)
    }

    /// Lets an act be found by its name, for those who may do it.
    package func action(_ action: SearchAction) { contributions.actions.append(action) }

    /// Stands at the top right of every page, for whoever is signed in.
    package func tool(_ tool: HeaderTool) { contributions.tools.append(tool) }

    /// Says on every page of an organisation what needs somebody (UI-9).
    package func banner(_ source: BannerSource) { contributions.bannerSources.append(source) }

    /// Names those who can grant a right, on the page that says that it is missing.
    package func grantors(
        _ find: @escaping @Sendable (Connection, OrganizationID, _ right: String) throws -> [String]
    ) { contributions.grantors = find }

    /// Opens what begins with a path to search engines (RFC 9309, section 2.2.3: the longest match counts, `$` is the end);
    /// whatever no room opens is closed to them.
    /// - Parameter closed: what below it stays so.
    package func crawled(_ path: String, except closed: [String] = []) {
        contributions.crawled += ["Allow: \(path)"] + closed.map { "Disallow: \($0)" }
    }

    /// Puts something at the foot of every page. It reads nothing.
    package func foot(_ show: @escaping @Sendable (Visit) -> HTML) { contributions.foots.append(show) }
}
