import Kernel
package import Organizations
import Storage
import Web

extension Products {
    /// What products have to say against somebody's leaving (ORG-7): their login in one of the organisation's mail services, and
    /// being in its suite.
    package static func leavingConditions(_ catalogue: Catalogue) -> [LeavingCondition] {
        let mail = catalogue.types.filter { $0.service == .mail }.map(\.id)
        let suites = catalogue.types.filter { $0.service == .suite }.map(\.id)
        return [
            LeavingCondition { person, organization, connection in
                try Product.mailHindrances(of: person, in: organization, types: mail, connection)
            },
            LeavingCondition { person, organization, connection in
                try Product.suiteHindrances(of: person, in: organization, types: suites, connection)
            },
        ]
    }
}

extension Product {
    /// A mail service is called by its domain, so the login is in it when its domain is the same. What was ordered and not paid,
    /// and what has expired, holds no mailboxes.
    fileprivate static func mailHindrances(
        of person: PersonID, in organization: OrganizationID, types: [String], _ connection: Connection
    ) throws -> [Hindrance] {
        if types.isEmpty { return [] }
        guard let login: EmailAddress = try connection.row("SELECT login FROM person WHERE id = \(person)")?["login"]
        else { return [] }
        let domain = login.key.drop { $0 != "@" }.dropFirst()
        return try running(types, in: organization, connection).filter { $0.name.lowercased() == domain }.map {
            product in
            hindrance("login_in_mail_service", "products.leave.mail", product, ["login": login.description])
        }
    }

    /// Whoever was given the suite, or is in a team that was, is in it. Those who administer the organisation reach it by their
    /// role, and are not in it for that: else no administrator could ever leave.
    fileprivate static func suiteHindrances(
        of person: PersonID, in organization: OrganizationID, types: [String], _ connection: Connection
    ) throws -> [Hindrance] {
        if types.isEmpty { return [] }
        return try running(types, in: organization, connection).filter { product in
            try Grants.isHeld(product.id, by: person, in: connection)
        }.map { hindrance("in_suite", "products.leave.suite", $0) }
    }

    private static func hindrance(
        _ code: String, _ word: String, _ product: Product, _ arguments: [String: String] = [:]
    ) -> Hindrance {
        Hindrance(
            code: code, word: word, arguments: arguments.merging(["product": product.name]) { $1 },
            remedies: [Hindrance.Remedy("products.leave.access", "/organizations/\(product.organization)/access")])
    }

    private static func running(
        _ types: [String], in organization: OrganizationID, _ connection: Connection
    ) throws -> [Product] {
        try connection.rows(
            """
            \(select) WHERE organization_id = \(organization) AND type_id IN \(types) AND state = \(State.active)
            ORDER BY name, id
            """
        ).map(Product.init)
    }
}
