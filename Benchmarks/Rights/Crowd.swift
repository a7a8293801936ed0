import Access
import App
import Kernel
import Storage
import Web

/// A large organisation: its owner, and a collaborator who reaches many of its products, some given to them, more through
/// their teams. Written row by row, as the rules would take minutes; the rows are those that the rules write.
struct Crowd: Sendable {
    static let membersCount = 5_000
    static let teamsCount = 200
    static let productsCount = 1_200
    /// What the collaborator reaches: some given, the rest through teams, and some both ways.
    static let reachedCount = 1_000
    static let givenCount = 400
    /// The last of those reached, some of which are given, too.
    private static let sharedCount = 700
    private static let teamProductsCount = 5
    private static let teamMembersCount = 50

    let organization: OrganizationID
    let owner: PersonID
    let collaborator: PersonID
    /// Every second member is in it.
    let largestTeam: TeamID

    /// - Parameter world: empty.
    static func gather(in world: World) async throws -> Crowd {
        guard let founder = try await world.customers(1).first else { throw BenchError("Nobody founded anything.") }
        let organization = founder.organization
        let now = world.kontor.surroundings.now()
        return try await world.kontor.database.write { connection in
            let hand = CrowdHand(organization: organization, owner: founder.person, now: now, connection: connection)
            let members = try (1..<membersCount).map { try hand.member($0) }
            let products = try (0..<productsCount).map { try hand.product($0) }
            let teams = try (0..<teamsCount).map { try hand.team($0) }
            let collaborator = members[0]
            for product in products.prefix(givenCount) { try hand.give(product, to: collaborator) }
            let shared = Array(products[..<reachedCount].suffix(sharedCount))
            for (number, team) in teams.enumerated() {
                for product in 0..<teamProductsCount {
                    try hand.give(shared[(number * teamProductsCount + product) % sharedCount], to: team)
                }
                let others =
                    number == 0
                    ? members.indices.filter { $0 % 2 == 1 }
                    : (1...teamMembersCount).map { (number * 29 + $0 * 83) % (members.count - 1) + 1 }
                for place in Set([0] + others).sorted() { try hand.join(team, members[place]) }
            }
            // As the database does by itself within a minute.
            if connection.dialect == .postgres { try connection.script("ANALYZE") }
            return Crowd(
                organization: organization, owner: founder.person, collaborator: collaborator, largestTeam: teams[0])
        }
    }

    /// Signs somebody in without a password. - Returns: what their cookie holds.
    static func session(of person: PersonID, in world: World) async throws -> String {
        let secret = world.kontor.surroundings.secret()
        let now = world.kontor.surroundings.now()
        try await world.kontor.database.write { connection in
            try connection.execute(
                """
                INSERT INTO session (secret_hash, person_id, address, client, created_at, last_seen_at, expires_at)
                VALUES (\(Keys.sha256(secret)), \(person), '127.0.0.1', 'bench', \(now), \(now), \(now.adding(.days(30))))
                """)
        }
        return secret
    }
}

/// Writes the rows of a crowd.
private struct CrowdHand {
    let organization: OrganizationID
    let owner: PersonID
    let now: Instant
    let connection: Connection

    private static let firstNames = [
        "Marie", "Jean", "Léa", "Luca", "Nina", "Paul", "Anna", "Marco", "Sofia", "Peter", "Chiara", "Hans", "Élodie",
        "Carlos", "Ursula", "Noah", "Mia", "Björn", "Inès", "David",
    ]
    private static let lastNames = [
        "Rossier", "Favre", "Morand", "Bianchi", "Weber", "Keller", "Müller", "Meier", "Schmid", "Rochat", "Ferrari",
        "García", "Huber", "Monnier", "Baumann", "Frei", "Jaquet", "Gerber", "Brunner", "Romano", "Steiner", "Perrin",
        "Zürcher", "Costa", "Blanc",
    ]

    func member(_ number: Int) throws -> PersonID {
        let first = CrowdHand.firstNames[number % CrowdHand.firstNames.count]
        let last = CrowdHand.lastNames[number / CrowdHand.firstNames.count % CrowdHand.lastNames.count]
        let login = "member-\(number)@crowd.example"
        let role: Role = number % 100 == 2 ? .administrator : number % 10 == 3 ? .external : .collaborator
        let joinedAt = now.adding(.seconds(-number * 7_919 % 10_000_000))
        let id: PersonID = try connection.insert(
            """
            INSERT INTO person (login, login_key, first_name, last_name, phone, country, language, time_zone,
                password_hash, password_changed_at, is_staff, revision, created_at)
            VALUES (\(login), \(login), \(first), \(last), '+41791110001', 'CH', 'fr', 'Europe/Zurich', 'none', \(now),
                FALSE, 1, \(now))
            RETURNING id
            """)
        try connection.execute(
            """
            INSERT INTO membership (organization_id, person_id, role, has_billing_right, created_at)
            VALUES (\(organization), \(id), \(role.rawValue), \(number % 20 == 0), \(joinedAt))
            """)
        if number % 3 == 0 {
            try connection.execute(
                """
                INSERT INTO totp (person_id, secret, last_step, confirmed_at, created_at)
                VALUES (\(id), \([UInt8](repeating: 7, count: 48)), 0, \(now), \(now))
                """)
        }
        return id
    }

    func product(_ number: Int) throws -> ProductID {
        // Names in another order than keys.
        let name = "site-\(1_000 + number * 7 % Crowd.productsCount).ch"
        let today = Zone.zurich.day(of: now)
        let order: OrderID = try connection.insert(
            """
            INSERT INTO product_order (organization_id, state, client_key, offer_id, term, description, currency,
                list_price, discount_name, discount_basis_points, vat_class, total, recipient, ordered_by_id, ordered_at)
            VALUES (\(organization), 'awaiting_payment', \(name), 'domain-ch', \(Term.yearly), \(name), 'CHF', 1000, '', 0,
                'standard', 1081, '', \(owner), \(now))
            RETURNING id
            """)
        return try connection.insert(
            """
            INSERT INTO product (organization_id, type_id, offer_id, name, state, term, currency, renewal_price,
                period_start, period_end, expires_at, order_id, created_at)
            VALUES (\(organization), 'domain-name', 'domain-ch', \(name), 'active', \(Term.yearly), 'CHF', 1000,
                \(today), \(today.adding(days: 365)), \(now.adding(.days(365))), \(order), \(now))
            RETURNING id
            """)
    }

    func team(_ number: Int) throws -> TeamID {
        try connection.insert(
            """
            INSERT INTO team (organization_id, name, name_key, description, revision, created_at)
            VALUES (\(organization), \("Team \(number)"), \("team \(number)"), '', 1, \(now)) RETURNING id
            """)
    }

    func give(_ product: ProductID, to person: PersonID) throws {
        try connection.execute(
            """
            INSERT INTO product_grant (organization_id, person_id, product_id, created_at)
            VALUES (\(organization), \(person), \(product), \(now))
            """)
    }

    func give(_ product: ProductID, to team: TeamID) throws {
        try connection.execute(
            "INSERT INTO team_product (team_id, product_id, created_at) VALUES (\(team), \(product), \(now))")
    }

    func join(_ team: TeamID, _ person: PersonID) throws {
        try connection.execute(
            """
            INSERT INTO team_member (team_id, organization_id, person_id, created_at)
            VALUES (\(team), \(organization), \(person), \(now))
            """)
    }
}
