package import Access
package import Kernel
package import Storage

extension Team {
    /// Gives products to everybody in the team, at once and in open sessions too (TEAM-5). What it has already, it keeps.
    /// - Throws: 404 where one is not the organisation's, or the team has gone; 422 where they are too many.
    /// - Returns: how many are new.
    @discardableResult
    package func give(
        _ products: Set<ProductID>, by permit: Permit<ManageTeams>, directory: ProductDirectory, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> Int {
        guard products.count <= Team.batchMax else { throw Team.tooMany("products") }
        try permit.renew(in: connection)
        guard try Team.find(id, in: permit.organization, connection) != nil else { throw Problem.notFound }
        let new = products.subtracting(try Team.productIDs(of: id, connection))
        for entry in try directory.check(new, in: permit.organization, connection).sorted(by: { $0.id < $1.id }) {
            try Team.join(entry.id, to: id, at: now, connection)
            try announce("TeamProductAdded", entry.id, entry.name, by: actor, permit, at: now, connection)
        }
        return new.count
    }

    /// Takes products from the team. Who has one from elsewhere keeps it (TEAM-8).
    /// - Returns: how many went; what it did not have is passed over.
    @discardableResult
    package func take(
        _ products: Set<ProductID>, by permit: Permit<ManageTeams>, directory: ProductDirectory, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws -> Int {
        try permit.renew(in: connection)
        guard try Team.find(id, in: permit.organization, connection) != nil else { throw Problem.notFound }
        let names = Dictionary(
            try directory.list(permit.organization, connection).map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        var count = 0
        for product in products.sorted() {
            guard
                try connection.execute(
                    "DELETE FROM team_product WHERE team_id = \(id) AND product_id = \(product)") == 1
            else { continue }
            count += 1
            try announce("TeamProductRemoved", product, names[product] ?? "", by: actor, permit, at: now, connection)
        }
        return count
    }

    static func join(_ product: ProductID, to team: TeamID, at now: Instant, _ connection: Connection) throws {
        try connection.execute(
            "INSERT INTO team_product (team_id, product_id, created_at) VALUES (\(team), \(product), \(now))")
    }

    private func announce(
        _ event: String, _ product: ProductID, _ productName: String, by actor: Event.Actor,
        _ permit: Permit<ManageTeams>, at now: Instant, _ connection: Connection
    ) throws {
        try connection.announce(
            Event(
                event, by: actor, organization: permit.organization, subject: "team", id.rawValue, product: product,
                payload: ["name": name, "product": productName]), at: now)
    }
}
