package import Access
package import Kernel

/// An entry of the left navigation (UI-1).
package struct NavigationItem: Sendable {
    /// The headings, in their order.
    package enum Section: String, CaseIterable, Sendable {
        case top, collaborate, web, cloud, events, streaming, organization
    }

    let id: String
    let section: Section
    let icon: String
    let title: @Sendable (Words) -> String
    let link: @Sendable (OrganizationID) -> Link
    let isShown: @Sendable (Standing) -> Bool
    /// Only in organisations that have clients of their own.
    let isForPartners: Bool

    package init(
        id: String, section: Section, icon: String, title: @escaping @Sendable (Words) -> String,
        link: @escaping @Sendable (OrganizationID) -> Link,
        isShown: @escaping @Sendable (Standing) -> Bool = { _ in true }, isForPartners: Bool = false
    ) {
        self.id = id
        self.section = section
        self.icon = icon
        self.title = title
        self.link = link
        self.isShown = isShown
        self.isForPartners = isForPartners
    }
}

extension [NavigationItem] {
    /// Those that there are in an organisation, whoever looks.
    func offered(in organization: OrganizationSummary) -> [NavigationItem] {
        filter { !$0.isForPartners || organization.isPartner }
    }
}
