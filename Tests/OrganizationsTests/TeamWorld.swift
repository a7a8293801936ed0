import Access
import Kernel
import Organizations
import Products
import Storage
import TestSupport

extension TestWorld {
    /// A team without a page.
    func team(
        _ name: String = "Design", of person: TestPerson, members: [TestPerson] = [], products: Set<ProductID> = []
    ) async throws -> Team {
        let permit: Permit<ManageTeams> = try person.standing.permit()
        let now = clock.now
        let directory = self.products.directory
        return try await database.write { connection in
            let id = try Team.create(
                name: name, description: "", products: products, by: permit, directory: directory,
                actor: person.actor, at: now, in: connection)
            guard let team = try Team.find(id, in: person.organization, connection) else { throw Problem.notFound }
            try team.add(members.map(\.id), by: permit, actor: person.actor, at: now, in: connection)
            return try Team.find(id, in: person.organization, connection) ?? team
        }
    }

    /// Somebody of the organisation, with an own one besides.
    func member(
        _ login: String, of person: TestPerson, as role: Role = .collaborator, first: String = "Luca",
        last: String = "Bianchi", language: Language = .english, products: Set<ProductID> = []
    ) async throws -> TestPerson {
        let member = try await founder(login, first: first, last: last, organization: "Own", language: language)
        try await join(person.organization, member, as: role, products: products)
        return member
    }

    /// Orders a hosting and gives back the product.
    func product(_ name: String, of person: TestPerson) async throws -> ProductID {
        try await settle(person)
        try await order("web-hosting-basic", name: name, by: person, key: "client-key-of-\(name)-0001")
        return try await database.read { connection in
            guard let row = try connection.row("SELECT id FROM product WHERE name = \(name)") else {
                throw Problem.notFound
            }
            return try row["id"]
        }
    }

    func reached(by person: TestPerson, in organization: OrganizationID) async throws -> Set<ProductID> {
        try await database.read { try Grants.products(of: person.id, in: organization, $0).ids }
    }

    /// As if somebody had set up an authenticator app.
    func giveSecondFactor(to person: TestPerson) async throws {
        let now = clock.now
        try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO totp (person_id, secret, confirmed_at, last_step, created_at)
                VALUES (\(person.id), \([UInt8](repeating: 7, count: 20)), \(now), 0, \(now))
                """)
        }
    }

    func takeSecondFactor(from person: TestPerson) async throws {
        try await database.write { try $0.execute("DELETE FROM totp WHERE person_id = \(person.id)") }
    }
}

extension TestBrowser {
    /// Sends what may be asked for the password first.
    @discardableResult
    func act(_ path: String, _ fields: [String: String] = [:]) async -> Screen {
        await post(path, fields.merging(["confirm_password": TestWorld.password]) { $1 })
    }
}
