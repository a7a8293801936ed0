import Accounts
import Billing
import Kernel
import Logging
import Organizations
import Sandbox
import Storage
import Synchronization
import TestSupport
import Testing

/// A database with two organisations, the sandbox's processor, orders to pay for, and a clock that only moves when told.
struct World: Sendable {
    let database: Database
    /// The same data as nobody's crash can keep us from: where the processor lives.
    let outside: Database
    let clock: Clock
    let cards: SandboxCardProcessor
    /// Between the house and the processor: what goes wrong on the way.
    let line: TroubledLine
    let payments: Payments
    let shop: Shop

    static let organization = OrganizationID(rawValue: 1)
    static let other = OrganizationID(rawValue: 2)
    static let person = PersonID(rawValue: 7)
    static let actor = Event.Actor(person: person, address: "192.0.2.1")

    static let migrations: [Migration] =
        Migration.storage + Accounts.migrations + Organizations.migrations + Migration.billing + [twoOrganizations]
        + [Shop.migration] + Migration.sandboxCards

    private static let twoOrganizations = Migration(
        "test-two-organizations",
        """
        INSERT INTO organization (name, kind, currency, country, language, time_zone, street, postcode, town,
            contact_email, vat_number, revision, created_at) VALUES
            ('Atelier Rossier', 'company', 'CHF', 'CH', 'fr', 'Europe/Zurich', 'Rue du Lac 3', '1003', 'Lausanne', '', '', 1, 0),
            ('Extern', 'private', 'EUR', 'DE', 'de', 'Europe/Berlin', '', '', '', '', '', 1, 0);
        """)

    static let issuer = LegalEntity(
        code: "main", name: "Kontor Demo AG", street: "Seestrasse 1", postcode: "8000", town: "Zürich",
        country: .switzerland, vatNumber: "CHE-123.456.788 MWST", zone: .zurich,
        accounts: [("CH4431999123000889012", Currency.chf), ("CH9300762011623852957", Currency.eur)].compactMap {
            text, currency in
            IBAN(text).map { ReceivingAccount(iban: $0, currency: currency) }
        })

    static let recipient = Recipient(
        name: "Atelier Rossier", contact: "Marie Rossier", street: "Rue du Lac 3", postcode: "1003", town: "Lausanne",
        country: .switzerland, language: .french)

    static func with(_ kind: DatabaseKind, _ body: (World) async throws -> Void) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: migrations) { database in
            try await body(World(database))
        }
    }

    /// - Parameter outside: the same data for everybody but us; nil where nothing comes in between.
    init(_ database: Database, outside: Database? = nil) {
        self.database = database
        self.outside = outside ?? database
        let clock = Clock()
        self.clock = clock
        let surroundings = Surroundings(now: { clock.now }, random: Surroundings.machine.random)
        cards = SandboxCardProcessor(database: self.outside, surroundings: surroundings)
        line = TroubledLine(cards)
        shop = Shop()
        payments = Payments(
            database: database, processor: line, issuer: World.issuer, surroundings: surroundings,
            purposes: [
                shop.purpose, .document,
                .topUp(from: World.issuer, recipient: { _, _, _ in World.recipient }, description: { _ in "Avoir" }),
            ], payouts: World.payouts, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The card of the contract that ends so.
    func token(_ last4: String) async throws -> CardToken {
        let numbers = [
            "4242424242424242", "4000000000000002", "4000000000009995", "4000002500003155", "4000000000000341",
        ]
        let number = try #require(numbers.first { $0.hasSuffix(last4) })
        let today = World.issuer.zone.day(of: clock.now)
        let card = try Card(number: number, expiry: "12/\(today.year % 100 + 4)", cvc: "123", on: today)
        return try await payments.tokenize(card)
    }

    func order(_ minorUnits: Int64, in organization: OrganizationID = organization) async throws -> OrderID {
        let now = clock.now
        return try await database.write { connection in
            let currency: Currency = organization == World.organization ? .chf : .eur
            return try Shop.order(Money(minorUnits: minorUnits, currency), of: organization, in: connection, at: now)
        }
    }

    func begin(
        _ order: OrderID, _ amount: Money, key: String, method: PaymentMethod = .card
    ) async throws -> Payment {
        let now = clock.now
        return try await database.write { connection in
            try Payments.begin(Shop.request(order, amount, key: key, method: method), in: connection, at: now)
        }
    }

    func pay(_ order: OrderID, _ amount: Money, key: String, card: String) async throws -> Payment {
        let token = try await token(card)
        let payment = try await begin(order, amount, key: key)
        return try await payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
    }

    @discardableResult
    func topUp(_ minorUnits: Int64, key: String) async throws -> Payment {
        let token = try await token("4242")
        let now = clock.now
        let amount = Money(minorUnits: minorUnits, .chf)
        let payment = try await database.write { connection in
            try Payments.begin(
                .topUp(amount, of: World.organization, by: World.person, clientKey: key), in: connection, at: now)
        }
        return try await payments.charge(payment.id, with: token, returnPath: "/back", by: World.actor)
    }

    func balance() async throws -> Money {
        try await database.read { try $0.prepaidAccount(of: World.organization).balance }
    }

    func documents(_ filter: DocumentFilter = DocumentFilter()) async throws -> [Document] {
        try await database.read { try $0.documents(of: World.organization, filter, limit: 1000) }
    }

    func violations() async throws -> [Violation] { try await database.report { try verifyBooks($0) } }

    func eventNames() async throws -> [String] {
        try await database.read { try $0.rows("SELECT name FROM event ORDER BY id").map { try $0["name"] } }
    }
}

func chf(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .chf) }
func eur(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .eur) }

final class Clock: Sendable {
    private let instant = Mutex(Instant(rfc3339: "2026-11-20T08:14:00Z") ?? Instant(milliseconds: 0))

    var now: Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) { instant.withLock { $0 = $0.adding(duration) } }
}
