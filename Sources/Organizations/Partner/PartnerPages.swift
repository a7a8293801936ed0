import Access
import Kernel
import Storage
import Web

extension Organizations {
    /// Partners and their clients: the programme at the desk, the clients of a partner, the answer to what a partner asks, the
    /// partners of an organisation (UI-8, PERM-9, PART-7 to PART-16, PART-36, PART-37).
    func openPartners(_ doors: Doors) {
        openPartnerDesk(doors)
        openClients(doors)
        openClientPage(doors)
        openClientRequests(doors)
        openAnswer(doors)
        openOwnPartners(doors)
        doors.subject(
            "partner", .members, link: { organization, _ in organization.map { "/organizations/\($0)/partners" } },
            titles: { connection, ids, _ in try Partnership.titles(ids, "partner_id", connection) })
        doors.subject(
            "client", .members, link: { organization, _ in organization.map { "/organizations/\($0)/clients" } },
            titles: { connection, ids, _ in try Partnership.titles(ids, "client_id", connection) })
        doors.subject(
            "client_request", .members,
            link: { organization, _ in organization.map { "/organizations/\($0)/clients" } },
            titles: { connection, ids, _ in
                let rows = try connection.rows("SELECT id, email FROM client_request WHERE id IN \(ids)")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["email"]) })
            })
        doors.navigate(
            NavigationItem(
                id: "clients", section: .organization, icon: "building", title: { $0("clients.title") },
                link: { "/organizations/\($0)/clients" }, isForPartners: true))
    }
}

extension Partnership {
    /// What the organisation on one side is called.
    fileprivate static func titles(
        _ ids: [Int64], _ side: SQL, _ connection: Connection
    ) throws -> [Int64: String] {
        let rows = try connection.rows(
            """
            SELECT partnership.id AS id, organization.name AS name FROM partnership
            JOIN organization ON organization.id = partnership.\(side) WHERE partnership.id IN \(ids)
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["id"], try $0["name"]) })
    }
}

/// What a partner may do, as two sides of a form.
struct PartnerAccessForm {
    let products: [ProductDirectory.Entry]

    /// - Throws: `Problems` where nothing was chosen.
    static func read(_ form: inout Form) throws -> PartnerAccess {
        switch form.typed("access") {
        case "full": return .full
        case "products":
            let products = Set<ProductID>(ids: form.list("products").joined(separator: ","))
            if products.isEmpty { throw PartnerAccess.nothing }
            return .products(products)
        default: throw Problem.field("access", "partners.access.choose", code: "validation_rule_required")
        }
    }

    func fields(_ form: Form, _ words: Words) -> HTML {
        let chosen = MembershipForm.parts(form, "products")
        let boxes = products.map { product -> HTML in
            let id = product.id.description
            return """
                <li><label class="check"><input type="checkbox" name="products" value="\(id)"\
                \(when(chosen.contains(id), " checked"))><span>\(product.name) <small>\(product.type(words))</small></span></label></li>
                """
        }
        let list: HTML =
            boxes.isEmpty ? "<p>\(words("partners.products.none"))</p>" : "<ul role=\"list\">\(boxes)</ul>"
        let error = form.problem(of: "products").map { problem -> HTML in
            "<p class=\"error\">\(icon("warning"))\(words(problem.word, problem.arguments))</p>"
        }
        return """
            \(form.choices(
                "access", legend: words("partners.access"),
                options: [
                    ("full", words("partners.access.full"), words("partners.access.full.text")),
                    ("products", words("partners.access.products"), words("partners.access.products.text")),
                ], words))
            <fieldset class="stack" id="products"><legend>\(words("partners.products"))</legend>
            \(list)
            \(error ?? .empty)</fieldset>
            """
    }
}
