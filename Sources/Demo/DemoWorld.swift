import Access
package import Accounts
package import Billing
package import Kernel
package import News
import OAuth
import Organizations
package import Products
package import Storage
package import Web

/// The people and organisations that a new sandbox begins with, made through the rules like anybody else's.
package struct DemoWorld: Sendable {
    let database: Database
    let surroundings: Surroundings
    let accounts: Accounts
    let products: Products
    let payments: Payments
    let news: News
    let keys: Keys

    package init(
        database: Database, surroundings: Surroundings, accounts: Accounts, products: Products, payments: Payments,
        news: News, keys: Keys
    ) {
        self.database = database
        self.surroundings = surroundings
        self.accounts = accounts
        self.products = products
        self.payments = payments
        self.news = news
        self.keys = keys
    }

    package static let password = "correct horse battery staple"

    /// What the program prints when it listens.
    package struct Greeting: Sendable {
        package let people: [(login: String, who: String)]
        package let password: String
        package let token: String
    }

    /// Makes the world where there is nobody yet, and tells how to enter it. A half-made world (a process that was killed
    /// while making it) is completed: each person and order is looked up before it is made.
    package func greet() async throws -> Greeting? {
        let hasStrangers = try await database.read { connection in
            try connection.row("SELECT id FROM person LIMIT 1") != nil
                && Person.find(login: DemoPerson.marie.login, in: connection) == nil
        }
        if hasStrangers { return nil }
        try await make()
        return Greeting(
            people: DemoPerson.all.map { ($0.login.description, $0.who) }, password: DemoWorld.password,
            token: try await token())
    }

    private func make() async throws {
        let last = try await database.read { try Person.find(login: DemoPerson.staff.login, in: $0) }
        if last != nil { return }
        let marie = try await person(.marie)
        let atelier = try await organization(of: marie)
        for member in [DemoPerson.jean, .lea, .luca, .nina] { _ = try await person(member, joining: atelier) }
        let paul = try await person(.paul)
        try await furnishAtelier(atelier, marie)
        try await staffAtelier(atelier, marie)
        try await furnishOthers(try await organization(of: paul), paul)
        try await writeNews()
        try await partner(try await organization(of: paul), paul)
        _ = try await person(.staff)
    }

    private func person(_ demo: DemoPerson, joining organization: OrganizationID? = nil) async throws -> PersonID {
        if let known = try await database.read({ try Person.find(login: demo.login, in: $0) }) { return known.id }
        return try await accounts.add(demo.person, password: DemoWorld.password, founding: demo.founding) {
            connection, person, now in
            guard let organization, let role = demo.role else { return }
            try Organization.join(
                organization, person,
                as: Membership(
                    role: role, hasBillingRight: demo.hasBillingRight, contacts: demo.hasBillingRight ? .billing : []),
                actor: .system, at: now, in: connection)
        }
    }

    /// The one they founded.
    private func organization(of person: PersonID) async throws -> OrganizationID {
        let own = try await database.read { try Organization.summaries(of: person, $0) }
        guard let own = own.first(where: { $0.standing.role == .legalRepresentative }) else {
            preconditionFailure("Everybody in the demo world who orders has an organisation.")
        }
        return own.id
    }

    /// Derived from the key of the installation, so that every start can print it while only its hash is stored.
    private func token() async throws -> String {
        let keys = keys
        let now = surroundings.now()
        let derived = Surroundings(
            now: { now },
            random: { count in
                (0...(count / 32)).flatMap { keys.sign("demo token", "\(count) \($0)") }.prefix(count).map { $0 }
            })
        let token = Token(derived)
        // A start that has nothing to write does not wait for a disk.
        let isStored = try await database.read { try OAuth.recognise(token.text, at: now, in: $0) != nil }
        if !isStored {
            try await database.write { connection in
                guard let marie = try Person.find(login: DemoPerson.marie.login, in: connection) else {
                    throw Problem.notFound
                }
                try token.store(for: marie.id, name: "Demo", scopes: ["all"], at: now, expiresAt: nil, in: connection)
            }
        }
        return token.text
    }
}
