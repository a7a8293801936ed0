import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Choosing several products for a team at once, and taking one out (TEAM-2, TEAM-6).
    func openTeamProducts(_ doors: Doors) {
        let guarded = doors.organization(ManageTeams.self).confirmed
        guarded.form("teams/{team}/products", page: teamProductsPage) { visit, form in
            let team = try await team(visit)
            let chosen: [ProductID] = form.chosen("product-")
            if chosen.isEmpty {
                throw Problem.field("products", "teams.choose_products", code: "validation_rule_required")
            }
            try await database.write { connection in
                try team.give(
                    Set(chosen), by: visit.permit, directory: products, actor: visit.actor, at: visit.now,
                    in: connection)
            }
            return .redirect(team.link, notice: "teams.products_added")
        }
        guarded.delete("teams/{team}/products/{product}") { visit, _ in
            let team = try await team(visit)
            let product: ProductID = try visit.visit.id("product")
            try await database.write { connection in
                _ = try products.check([product], in: team.organization, connection)
                try team.take(
                    [product], by: visit.permit, directory: products, actor: visit.actor, at: visit.now, in: connection)
            }
            return .redirect(team.link, notice: "teams.product_removed")
        }
    }

    private func teamProductsPage(_ visit: OrganizationVisit<ManageTeams>, _ form: Form) async throws -> Page {
        let words = visit.words
        let team = try await team(visit)
        let picker = TeamPicker(visit: visit, team: team, form: form, path: "products")
        let sought = picker.search.lowercased().split(separator: " ").prefix(5)
        let found = try await database.read { connection in
            let given = try Team.productIDs(of: team.id, connection)
            return try products.list(team.organization, connection).filter { entry in
                let text = "\(entry.name) \(entry.type(words))".lowercased()
                return !given.contains(entry.id) && sought.allSatisfy { text.contains($0) }
            }
        }
        let rows = found.prefix(Team.batchMax).map { entry in
            TeamPicker.Row(
                name: "product-\(entry.id)", title: entry.name, detail: entry.type(words), mark: .empty)
        }
        return picker.page(
            title: words("teams.add_products"), lead: words("teams.add_products.lead"), field: "products",
            rows: rows, total: found.count, submit: words("teams.add"),
            empty: emptyState(
                icon: "box",
                words(picker.search.isEmpty ? "teams.add_products.none" : "teams.add_products.none_found")))
    }
}
