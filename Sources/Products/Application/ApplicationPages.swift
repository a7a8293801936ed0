import Access
import Kernel
import Storage
import Web

/// Between the console and what is used outside of it (UI-7), and between organisations there (ORG-4).
extension Products {
    func openApplications(_ doors: Doors) {
        if catalogue.applications.isEmpty { return }
        doors.tool(
            HeaderTool(icon: "apps", title: { $0("products.applications") }, link: "/applications"))
        doors.signedIn.get("/applications") { [database, catalogue] visit in
            let groups = try await database.read {
                try ApplicationGroup.all(of: visit.person, catalogue, in: $0)
            }
            return .page(applicationPage(visit, groups))
        }
        doors.organization(SeeProducts.self).get("products/{product}/application") { visit in
            let id: ProductID = try visit.visit.id("product")
            let found = try await database.read { connection in
                (
                    product: try Product.find(id, by: visit.permit, in: connection),
                    groups: try ApplicationGroup.all(of: visit.person, catalogue, in: connection)
                )
            }
            guard let product = found.product else { throw Problem.notFound }
            // What has ended, or is used nowhere else any more, still says on its page what it is.
            guard product.isUsed, let type = catalogue.type(product.typeID), let application = type.application else {
                return .redirect(product.link)
            }
            switch application {
            case .address(let address): return .redirect(address.link(to: product) ?? product.link)
            case .standIn: return .page(standIn(visit, Application(product: product, type: type), found.groups))
            }
        }
    }

    /// The button on the page of a product that is used elsewhere.
    func applicationButton(_ product: Product, _ words: Words) -> HTML {
        guard product.isUsed, catalogue.type(product.typeID)?.application != nil else { return .empty }
        return linkButton(words("products.application.open"), Application.link(to: product), icon: "external")
    }

    private func applicationPage(_ visit: SignedInVisit, _ groups: [ApplicationGroup]) -> Page {
        let words = visit.words
        let cards = groups.map { group in
            card(
                group.organization.name,
                action: linkButton(words("products.applications.console"), "/organizations/\(group.organization.id)"),
                """
                \(when(group.organization.through != nil, "<p class=\"muted\">\(group.organization.place(words))</p>"))
                \(list(group, words))
                """)
        }
        return Page(
            title: words("products.applications"), current: "applications",
            body: """
                \(pageHead(words("products.applications"), words("products.applications.lead")))
                \(groups.isEmpty ? panel(emptyState(icon: "apps", words("products.applications.none"))) : "<div class=\"stack\">\(cards)</div>")
                """)
    }

    private func list(_ group: ApplicationGroup, except current: Application? = nil, _ words: Words) -> HTML {
        summary(
            group.applications.filter { $0.product.id != current?.product.id }.map { application in
                (
                    application.type.name[words.language],
                    "<a href=\"\(application.link)\">\(application.product.name)</a>", .empty
                )
            })
    }

    /// In the sandbox, in place of an application that is not there: it says where one is, and leads on as one would.
    private func standIn(
        _ visit: OrganizationVisit<SeeProducts>, _ application: Application, _ groups: [ApplicationGroup]
    ) -> Page {
        let words = visit.words
        let name = application.type.name[words.language]
        let others = groups.filter { $0.applications.contains { $0.product.id != application.product.id } }.map {
            group -> HTML in
            "<h2>\(group.organization.name)</h2>\(list(group, except: application, words))"
        }
        return Page(
            title: name, layout: .gate,
            body: """
                <h1>\(name)</h1>
                <p><strong>\(application.product.name)</strong> · \(visit.organization.name)</p>
                <div class="stack">
                <p class="muted">\(words("products.application.stand_in"))</p>
                <p>\(linkButton(words("products.applications.console"), "/organizations/\(visit.organization.id)", isPrimary: true))</p>
                \(others)
                </div>
                """)
    }
}
