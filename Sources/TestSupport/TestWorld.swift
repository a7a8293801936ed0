package import Accounts
package import App
package import Billing
import Delivery
package import Foundation
package import Kernel
package import Logging
package import News
import OAuth
package import Organizations
package import Products
import Sandbox
package import Storage
import Synchronization
package import Web

/// A whole house for tests: every room over a fresh database, the embedded outside world, passwords that cost next to
/// nothing, and a clock that only moves when told.
///
///     try await TestWorld.with(kind) { world in
///         let marie = try await world.founder()
///         let browser = try await world.browser(for: marie)
///     }
package struct TestWorld: Sendable {
    package let house: Kontor
    package let clock: TestClock
    package let keys: Keys

    /// The schema of the whole house.
    package static let migrations: [Migration] = Kontor.migrations

    package static let password = "seven green bicycles at dawn"

    /// - Parameters:
    ///   - rateFactor: so high that no test meets a limit by chance; 1 for the limits as they are.
    ///   - catalogue: the file of another one than the one that comes along.
    package static func with(
        _ kind: DatabaseKind, mode: Settings.Mode = .sandbox, rateFactor: Int = 100_000, catalogue: URL? = nil,
        _ body: (TestWorld) async throws -> Void
    ) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: Kontor.migrations) { database in
            try await body(TestWorld(over: database, mode: mode, rateFactor: rateFactor, catalogue: catalogue))
        }
    }

    package init(
        over database: Database, mode: Settings.Mode = .sandbox, rateFactor: Int = 100_000, catalogue: URL? = nil
    ) throws {
        var settings = try TestWorld.settings(mode, rateFactor)
        settings.catalogueFile = catalogue?.path
        try self.init(
            over: database, settings: settings, passwords: .tiny, clock: TestClock(),
            keys: Keys(root: Surroundings.machine.random(32)))
    }

    private init(
        over database: Database, settings: Settings, passwords: PasswordParameters, clock: TestClock, keys: Keys
    ) throws {
        let surroundings = Surroundings(now: { clock.now }, random: Surroundings.machine.random)
        // A hundred at once is a test, and must not be turned away.
        let hasher = PasswordHasher(parameters: passwords, queueMax: 1000, random: surroundings.random)
        house = try Kontor(
            settings, database: database, keys: keys, clock: SandboxClock(machine: surroundings), hasher: hasher,
            logger: .silent)
        self.clock = clock
        self.keys = keys
    }

    /// The same installation as another process would have it: the same keys and time, its own memory.
    package func twin(over database: Database? = nil, passwords: PasswordParameters = .tiny) throws -> TestWorld {
        try TestWorld(
            over: database ?? house.database, settings: house.settings, passwords: passwords, clock: clock, keys: keys)
    }

    /// Nothing of it comes from the environment of whoever runs the tests.
    package static func settings(_ mode: Settings.Mode = .sandbox, _ rateFactor: Int = 100_000) throws -> Settings {
        var settings = try Settings()
        settings.mode = mode
        settings.host = "127.0.0.1"
        settings.port = 8080
        settings.dataDirectory = "\(NSTemporaryDirectory())/kontor-test-nothing-here"
        settings.databaseAddress = nil
        settings.publicAddress = "http://127.0.0.1:8080"
        settings.provider = "Kontor"
        settings.catalogueFile = nil
        settings.newsTopicsFile = nil
        settings.publicFolder =
            URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Public").standardizedFileURL.path
        settings.geoipFolder =
            URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tests/Places").standardizedFileURL.path
        settings.hasDemo = true
        settings.smtp = nil
        settings.isBehindProxy = false
        settings.rateFactor = rateFactor
        return settings
    }

    package var database: Database { house.database }
    package var surroundings: Surroundings { house.surroundings }
    package var accounts: Accounts { house.accounts }
    package var news: News { house.news }
    package var products: Products { house.products }
    package var productDirectory: ProductDirectory { products.directory }
    package var payments: Payments { house.payments }
    package var press: Press { house.press }
    package var webSettings: WebSettings { house.house.settings }
    package var routes: [Route] { house.routes }

    /// Does everything that is due now, as a worker would.
    @discardableResult
    package func drain() async throws -> [String: Int] { try await house.worker.drain() }

    /// What is wrong with the books: nothing, in every test.
    package func brokenInvariants() async throws -> [String] { try await Kontor.verify(database) }

    package func count(_ query: SQL) async throws -> Int {
        try await database.read { connection in
            guard let row = try connection.row("SELECT COUNT(*) AS count FROM (\(query)) AS counted") else { return 0 }
            return try row["count"]
        }
    }

    /// The first column of a query as text, for queries that name it `value`.
    package func values(_ query: SQL) async throws -> [String] {
        try await database.read { try $0.rows(query).map { try $0["value"] } }
    }

    package func eventNames() async throws -> [String] {
        try await values("SELECT name AS value FROM event ORDER BY id")
    }
}

extension PasswordParameters {
    /// The least that Argon2 takes.
    package static let tiny = PasswordParameters(unchecked: 8, iterations: 1, parallelism: 1)
}

extension Logger {
    package static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// Stands still until it is moved.
package final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    /// A Friday morning in Switzerland.
    package init(_ start: String = "2026-11-20T08:14:00Z") {
        guard let instant = Instant(rfc3339: start) else { preconditionFailure("\(start) is no instant.") }
        self.instant = Mutex(instant)
    }

    package var now: Instant { instant.withLock { $0 } }

    package func advance(_ duration: Duration) { instant.withLock { $0 = $0.adding(duration) } }

    package func set(_ text: String) {
        guard let instant = Instant(rfc3339: text) else { preconditionFailure("\(text) is no instant.") }
        self.instant.withLock { $0 = instant }
    }
}
