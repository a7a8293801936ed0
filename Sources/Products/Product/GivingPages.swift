import Access
import Kernel
import Organizations
import Storage
import Web

extension Products {
    /// Giving several products to several people and teams at once: from the list of products (UI-4).
    func openGiving(_ doors: Doors) {
        doors.organization(ManageMembers.self).confirmed.form("products/access", page: givingPage) { visit, form in
            let people: [PersonID] = Products.chosen("person-", form)
            let teams: [TeamID] = Products.chosen("team-", form)
            if people.isEmpty, teams.isEmpty {
                throw Problem.field("people", "products.access.choose", code: "validation_rule_required")
            }
            let selection = try await database.read { [form] in try ProductSelection(form, visit, $0) }
            if selection.products.isEmpty { throw Problem.field("people", "products.access.none") }
            var result = BatchResult(words: visit.words)
            var failed: [String] = []
            for receiver in people.map(Giving.person) + teams.map(Giving.team) {
                do {
                    let outcome = try await database.write { connection in
                        try give(selection.products, to: receiver, visit, connection)
                    }
                    switch outcome {
                    case .given(let name, let count):
                        result.done.append(visit.words.count("products.access.done", count, ["name": name]))
                    case .skipped(let line): result.skipped.append(line)
                    }
                } catch is StorageError {
                    // The others go on; these are offered again.
                    failed.append(receiver.field)
                }
            }
            result.gone = selection.wanted - selection.products.count
            if !failed.isEmpty { result.failed = retry(selection, failed, visit) }
            return .page(
                Page(
                    title: visit.words("members.selection.result"), current: "overview",
                    body: result.show(back: "/organizations/\(visit.organization.id)/products")))
        }
    }

    private enum Giving: Sendable {
        case person(PersonID)
        case team(TeamID)

        /// As the form names its box.
        var field: String {
            switch self {
            case .person(let id): "person-\(id)"
            case .team(let id): "team-\(id)"
            }
        }
    }

    private enum Outcome: Sendable {
        case given(name: String, count: Int)
        case skipped(SkippedProduct)
    }

    /// The rules refuse before anything is written, so that the refusal can be told as one line among others.
    private func give(
        _ products: [Product], to receiver: Giving, _ visit: OrganizationVisit<ManageMembers>,
        _ connection: Connection
    ) throws -> Outcome {
        let known = Set(try Product.directory(visit.organization.id, in: connection).map(\.id))
        let wanted = Set(products.map(\.id)).intersection(known)
        var name = visit.words("products.access.somebody")
        do {
            let count: Int
            switch receiver {
            case .person(let id):
                guard let member = try Member.find(id, by: visit.permit, in: connection) else {
                    return .skipped(SkippedProduct(name: name, problem: .notFound))
                }
                name = member.name
                var membership = member.membership
                count = wanted.subtracting(membership.products).count
                membership.products.formUnion(wanted)
                try Member.change(
                    id, to: membership, revision: member.revision, permit: visit.permit, products: directory,
                    actor: visit.actor, at: visit.now, in: connection)
            case .team(let id):
                guard let team = try Team.find(id, in: visit.organization.id, connection) else {
                    return .skipped(SkippedProduct(name: name, problem: .notFound))
                }
                name = team.name
                let permit: Permit<ManageTeams> = try visit.standing.permit()
                let ids = wanted.sorted()
                count = try stride(from: 0, to: ids.count, by: Team.batchMax).reduce(0) { sum, start in
                    let portion = Set(ids[start..<min(start + Team.batchMax, ids.count)])
                    return try sum
                        + team.give(
                            portion, by: permit, directory: directory, actor: visit.actor, at: visit.now,
                            in: connection)
                }
            }
            if count > 0 { return .given(name: name, count: count) }
            return .skipped(
                SkippedProduct(
                    name: name, problem: Problem(.conflict, code: "has_all", word: "products.access.refused.has_all")))
        } catch let problem as Problem {
            return .skipped(SkippedProduct(name: name, problem: problem))
        }
    }

    private static func chosen<Subject>(_ prefix: String, _ form: Form) -> [Identifier<Subject>] {
        form.names.filter { $0.hasPrefix(prefix) }.compactMap { Identifier(String($0.dropFirst(prefix.count))) }
    }

    private func retry(
        _ selection: ProductSelection, _ failed: [String], _ visit: OrganizationVisit<ManageMembers>
    ) -> HTML {
        let words = visit.words
        let boxes = failed.map { "<input type=\"hidden\" name=\"\($0)\" value=\"yes\">" as HTML }
        return """
            <p>\(words.count("products.selection.failed", failed.count))</p>
            <form class="gap-above" method="post" action="\(Link("/organizations/\(visit.organization.id)/products/access"))">\
            \(visit.visit.formFields)<input type="hidden" name="products" value="\(selection.idText)">\(boxes)
            <button class="btn">\(words("products.selection.retry"))</button></form>
            """
    }

    private func givingPage(_ visit: OrganizationVisit<ManageMembers>, _ form: Form) async throws -> Page {
        let words = visit.words
        let search = String((form.isEmpty ? visit.visit.query("who") : form.typed("who")).prefix(100)).trimmed
        let (selection, teams, people) = try await database.read { connection in
            let selection =
                form.isEmpty
                ? try ProductSelection(visit, catalogue, connection) : try ProductSelection(form, visit, connection)
            var filter = MemberFilter()
            filter.search = search
            filter.isLimited = true
            return (
                selection, try Team.all(in: visit.organization.id, connection),
                try Member.list(filter, Paging(size: Paging.sizeMax), by: visit.permit, in: connection)
            )
        }
        let picker = GivingPicker(
            visit: visit, form: form, selection: selection, teams: teams, people: people, search: search)
        let home: Link = "/organizations/\(visit.organization.id)/products"
        let title = words("products.access.title")
        return Page(
            title: title, current: "overview",
            body: """
                \(crumbs(words, [(words("products.products"), home), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("products.access.lead")))
                \(selection.products.isEmpty
                    ? panel(emptyState(
                        icon: "box", words("products.access.none"),
                        action: linkButton(words("products.products"), home)))
                    : picker.body)
                """)
    }
}
