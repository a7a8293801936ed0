import Access
import Accounts
import App
import Billing
import Demo
import Foundation
import Kernel
import Logging
import Organizations
import Products
import Sandbox
import Storage
import Web

/// An installation with the demo people, made in this process; a server can be started over it afterwards.
struct World: Sendable {
    let kontor: Kontor
    let directory: String
    let address: String?

    /// - Parameters:
    ///   - address: of an empty or used PostgreSQL database; nil for SQLite in the directory.
    ///   - around: wraps the database, to watch what is said to it.
    static func open(
        _ directory: String, address: String?, around: (Database) -> Database = { $0 }
    ) async throws -> World {
        var settings = try Settings()
        settings.mode = .sandbox
        settings.dataDirectory = directory
        settings.databaseAddress = address
        settings.rateFactor = World.rateFactor
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let keys = try DataDirectory(directory).keys(Surroundings.machine.random)
        let database = try Kontor.openDatabase(settings)
        try await database.migrate(Kontor.migrations, at: machineNow())
        let kontor = try Kontor(settings, database: around(database), keys: keys, clock: .init(), logger: logger)
        return World(kontor: kontor, directory: directory, address: address)
    }

    /// Nobody is turned away for asking too often.
    static let rateFactor = 1_000_000

    func close() async { await kontor.database.close() }

    /// Makes the demo people where there are none. - Returns: the API token.
    func token() async throws -> String {
        guard let greeting = try await kontor.demoToken() else { throw BenchError("The demo people are not there.") }
        return greeting.token
    }

    static let password = DemoWorld.password
    static let marie = "marie.rossier@atelier.example"

    /// Where a person stands in the first organisation of theirs.
    func standing(of login: String) async throws -> Standing {
        guard let login = EmailAddress(login) else { throw BenchError("\(login) is no address.") }
        let own = try await kontor.database.read { connection -> [OrganizationSummary] in
            guard let person = try Person.find(login: login, in: connection) else { return [] }
            return try Organization.summaries(of: person.id, connection)
        }
        guard let first = own.first else { throw BenchError("\(login) has no organisation.") }
        return first.standing
    }

    /// Fifty domain names for a page that lists them; their names begin with `bench`.
    func orderFifty() async throws {
        let permit: Permit<OrderProducts> = try await standing(of: World.marie).permit()
        try await fund(permit, "1000.00")
        for number in 100..<150 { try await order("domain-ch", named: "bench-\(number).ch", permit) }
    }

    func order(_ offer: String, named name: String, _ permit: Permit<OrderProducts>) async throws {
        _ = try await kontor.products.order(
            offer, .yearly, name: name, choice: .prepaid, clientKey: "bench \(permit.organization) \(name)",
            permit: permit, actor: Event.Actor(person: permit.person, client: "bench"))
    }

    /// Organisations with a full prepaid account, each of a person of its own.
    func customers(_ count: Int) async throws -> [Permit<OrderProducts>] {
        guard let phone = PhoneNumber("+41791110001"), let country = Country("CH") else {
            throw BenchError("The number and the country are real.")
        }
        return try await withThrowingTaskGroup(of: Permit<OrderProducts>.self) { group in
            for number in 0..<count {
                group.addTask {
                    let login = "customer-\(number)@bench.example"
                    let person = NewPerson(
                        login: try address(login), firstName: "Customer", lastName: "\(number)", phone: phone,
                        country: country, language: .english)
                    _ = try await kontor.accounts.add(
                        person, password: "a long enough phrase \(number)",
                        founding: ("Customer \(number)", true, .chf))
                    let permit: Permit<OrderProducts> = try await standing(of: login).permit()
                    let place = PostalAddress(street: "Rue du Lac 1", postcode: "1800", town: "Vevey", country: country)
                    try await kontor.database.write { try Organization.move(to: place, by: permit, in: $0) }
                    try await fund(permit, "9000.00")
                    return permit
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted {
                $0.organization.rawValue < $1.organization.rawValue
            }
        }
    }

    private func address(_ text: String) throws -> EmailAddress {
        guard let address = EmailAddress(text) else { throw BenchError("\(text) is no address.") }
        return address
    }

    /// Puts money on the prepaid account, by card.
    private func fund(_ permit: Permit<OrderProducts>, _ amount: String) async throws {
        let now = kontor.surroundings.now()
        let payment = try await kontor.database.write { connection in
            let currency = try connection.billingCurrency(of: permit.organization)
            return try Payments.begin(
                .topUp(
                    try PrepaidAccount.deposit(amount, currency), of: permit.organization, by: permit.person,
                    clientKey: "bench-top-up-\(permit.organization)"), in: connection, at: now)
        }
        let today = Zone.zurich.day(of: now)
        let card = try Card(number: "4242 4242 4242 4242", expiry: "12/\(today.year % 100 + 3)", cvc: "123", on: today)
        _ = try await kontor.payments.charge(
            payment.id, with: try await kontor.payments.tokenize(card), returnPath: "/",
            by: Event.Actor(person: permit.person, client: "bench"))
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
