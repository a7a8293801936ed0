import Access
package import Accounts
package import Billing
package import Delivery
package import Foundation
package import Kernel
package import Logging
package import News
import OAuth
import Organizations
package import Products
package import Sandbox
package import Storage
import StoragePostgres
import StorageSQLite
import Support
package import Web

/// The whole house, put together: the only place that knows every room and both drivers.
package struct Kontor: Sendable {
    package let settings: Settings
    package let database: Database
    package let surroundings: Surroundings
    package let keys: Keys
    package let house: House
    package let routes: [Route]
    package let worker: Worker
    package let accounts: Accounts
    package let news: News
    package let products: Products
    package let payments: Payments
    package let press: Press
    package let clock: SandboxClock
    package let prometheus: Prometheus

    /// In the order of the floors: a room's tables may point to those below.
    package static let migrations: [Migration] =
        Migration.storage + Migration.delivery + Accounts.migrations + News.migrations + OAuth.migrations
        + Organizations.migrations + Migration.billing + Products.migrations + Sandbox.migrations + Support.migrations

    package static let wordFolders: [URL] = [
        CommonPages.words, Accounts.words, News.words, Organizations.words, Billing.words, Products.words,
        Sandbox.words, Support.words,
    ]

    /// Opens the database of the settings, without touching what is in it.
    /// - Throws: `StartError`.
    package static func openDatabase(_ settings: Settings) throws(StartError) -> Database {
        do {
            if let address = settings.databaseAddress {
                guard address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") else {
                    throw StartError.configuration("The database address does not begin with postgres://.")
                }
                return Database(try PostgresDriver(url: address))
            }
            return Database(try SQLiteDriver(path: try DataDirectory(settings.dataDirectory).databaseFile))
        } catch let error as StartError {
            throw error
        } catch {
            throw .unavailable("The database cannot be opened: \(error.sentence)")
        }
    }

    /// The same for checks: a wrong path must not make a new, empty and therefore faultless database.
    package static func openExistingDatabase(_ settings: Settings) throws(StartError) -> Database {
        let file = "\(settings.dataDirectory)/kontor.sqlite"
        if settings.databaseAddress == nil, !FileManager.default.fileExists(atPath: file) {
            throw .data("There is no database at \(file). Say where with --data or --database.")
        }
        return try openDatabase(settings)
    }

    /// Opens everything and brings the schema up to date.
    /// - Throws: `StartError`.
    package init(_ settings: Settings, logger: Logger) async throws(StartError) {
        let reading = Parts.reading(settings)
        let directory = try DataDirectory(settings.dataDirectory)
        let keys = try directory.keys(Surroundings.machine.random)
        let database = try Kontor.openDatabase(settings)
        let clock = SandboxClock()
        do {
            try await database.migrate(Kontor.migrations, at: machineNow())
            if settings.mode == .sandbox { try await clock.load(database) }
        } catch StorageError.newerSchema(let ids) {
            throw .data(
                "The database was used by a newer Kontor (it knows \(ids.joined(separator: ", "))). Start that version."
            )
        } catch {
            throw .unavailable("The database cannot be brought up to date: \(error.sentence)")
        }
        try self.init(
            settings, database: database, keys: keys, clock: clock, hasher: nil, parts: await reading.value.get(),
            logger: logger)
    }

    /// Puts the rooms together over a database that is up to date.
    /// - Parameter hasher: for tests, which cannot wait for a real one; nil for what the settings say.
    package init(
        _ settings: Settings, database: Database, keys: Keys, clock: SandboxClock, hasher: PasswordHasher? = nil,
        logger: Logger
    ) throws(StartError) {
        try self.init(
            settings, database: database, keys: keys, clock: clock, hasher: hasher, parts: Parts(settings),
            logger: logger)
    }

    private init(
        _ settings: Settings, database: Database, keys: Keys, clock: SandboxClock, hasher: PasswordHasher?,
        parts: Parts, logger: Logger
    ) throws(StartError) {
        let isSandbox = settings.mode == .sandbox
        let surroundings = isSandbox ? clock.surroundings : .machine
        let web = WebSettings(
            publicAddress: settings.publicAddress ?? "http://\(settings.host):\(settings.port)", isSandbox: isSandbox,
            provider: settings.provider, isBehindProxy: settings.isBehindProxy, rateFactor: settings.rateFactor)
        let wording = parts.wording
        let issuer = try Kontor.issuer(settings.issuer)
        let passwords = if let hasher { hasher } else { try Kontor.hasher(settings, surroundings) }

        let places = Places(folder: settings.geoipFolder, logger: logger)
        let accounts = Accounts(
            database: database, surroundings: surroundings, keys: keys, wording: wording, settings: web,
            hasher: passwords, policy: parts.policy, places: places,
            founding: Organizations.founding(Products.directory(parts.catalogue)), departure: Kontor.departure)
        let processor = SandboxCardProcessor(database: database, surroundings: surroundings)
        let stripe = try Kontor.stripe(settings, publicAddress: web.publicAddress)
        let outside: any PaymentProcessor =
            if let stripe {
                StripeProcessor(stripe, database: database, surroundings: surroundings)
            } else if isSandbox {
                processor
            } else {
                NoCards()
            }
        let payments = Payments(
            database: database, processor: outside, issuer: issuer, surroundings: surroundings,
            purposes: [
                Products.purpose(issuer: issuer),
                .document,
                .topUp(
                    from: issuer, recipient: Billing.topUpRecipient,
                    description: { wording.words($0)("billing.top_up.line") }),
            ],
            payouts: Payouts(
                withdrawals: Withdrawals(keys: keys, issuer: issuer),
                accounts: try Kontor.payingAccounts(settings.payingAccounts)),
            logger: logger)
        let press = Press(wording: wording, logo: try Kontor.logo(settings.issuer))
        let billing = Billing(
            database: database, surroundings: surroundings, payments: payments, wording: wording, settings: web,
            addressUses: Products.addressUses, press: press, fourEyesAbove: settings.fourEyesAbove.minorUnits,
            reminders: settings.reminders, stripe: stripe)
        let products = Products(
            database: database, surroundings: surroundings, catalogue: parts.catalogue, payments: payments, keys: keys,
            wording: wording, settings: web)
        let organizations = Organizations(
            database: database, surroundings: surroundings, keys: keys, wording: wording, settings: web,
            products: products.directory, endings: Kontor.endings(products))
        let news = News(
            database: database, surroundings: surroundings, keys: keys, wording: wording, settings: web,
            topics: parts.topics)
        let support = Support(database: database, facts: Kontor.facts(products))
        let bank = SandboxBank(database: database, surroundings: surroundings, payments: payments)
        let sandbox = Sandbox(
            database: database, clock: clock, processor: processor, bank: bank, payments: payments)

        let mail: [any Channel] = isSandbox ? [sandbox.channel] : settings.smtp.map { [SMTPChannel($0)] } ?? []
        let channels: [any Channel] = mail + [Forgetting(database: database, processor: payments.processor)]
        let worker = Worker(
            database: database, surroundings: surroundings,
            subscriptions: accounts.subscriptions + organizations.subscriptions + billing.subscriptions
                + products.subscriptions,
            channels: channels,
            schedules: accounts.schedules + news.schedules + organizations.schedules + billing.schedules
                + products.schedules + (isSandbox ? [bank.schedule] : []),
            logger: logger)

        let prometheus = Prometheus()
        let doors = Doors()
        CommonPages.open(doors, assets: parts.assets, metrics: prometheus)
        accounts.open(doors)
        news.open(doors)
        products.open(doors)
        billing.open(doors)
        organizations.open(doors)
        support.open(doors)
        sandbox.open(doors, worker: worker)
        try Kontor.openDescription(doors)

        self.settings = settings
        self.database = database
        self.surroundings = surroundings
        self.keys = keys
        self.worker = worker
        self.accounts = accounts
        self.news = news
        self.products = products
        self.payments = payments
        self.press = press
        self.clock = clock
        self.prometheus = prometheus
        routes = doors.routes
        house = House(
            settings: web, wording: wording, assets: parts.assets, keys: keys, surroundings: surroundings,
            database: database,
            recognition: Kontor.recognition(accounts), navigation: doors.navigation,
            subjects: doors.subjects, contributions: doors.contributions, places: places)
    }

    package var reception: Reception { Reception(gate: Gate(house: house)) }

    private static func recognition(_ accounts: Accounts) -> Recognition {
        Recognition(
            session: { connection, hash, place, now in
                try Accounts.recognise(hash, at: now, in: connection) { person in
                    try Organization.places(of: person, in: place, connection)
                }
            },
            clients: { connection, person in try Partnership.clients(of: person, in: connection) },
            seen: { connection, session, now in try Accounts.seen(session, at: now, in: connection) },
            moved: { connection, session, organization in
                try Accounts.remember(organization, in: session, connection: connection)
            },
            token: { connection, token, now in try OAuth.recognise(token, at: now, in: connection) },
            confirm: { visit, password, code in
                [try await accounts.confirm(visit, password: password, code: code)]
            })
    }
}

extension Error {
    /// A database's own words, without the type around them.
    var sentence: String {
        switch self as? StorageError {
        case .unavailable(let text), .failed(let text), .refused(let text), .contended(let text),
            .commitUnknown(let text), .unreadable(let text), .duplicate(let text):
            text
        default: "\(self)"
        }
    }
}
