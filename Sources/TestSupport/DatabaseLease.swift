import Foundation
import Kernel
package import Storage
import StoragePostgres
import StorageSQLite
import Synchronization

/// The databases that every test about storing runs on: `@Test(arguments: DatabaseKind.allCases)`.
package enum DatabaseKind: String, CaseIterable, Sendable, CustomStringConvertible {
    case sqlite
    case postgres

    package var description: String { rawValue }
}

/// A fresh, migrated database for one test, gone afterwards.
///
///     try await DatabaseLease.withDatabase(kind, migrations: …) { database in … }
///
/// SQLite: a file in a temporary directory. PostgreSQL: a database of its own on one server for the whole test process: the
/// one of `KONTOR_TEST_POSTGRES_URL`, else a throw-away cluster that is started at the first lease.
package struct DatabaseLease: Sendable {
    package let kind: DatabaseKind
    package let database: Database
    /// What a second process would open: the path of the file, or the URL of the database.
    package let location: String

    /// - Parameter migrations: applied at once; none for an empty database.
    package static func open(
        _ kind: DatabaseKind, migrations: [Migration] = Migration.storage
    ) async throws -> DatabaseLease {
        await turns.enter()
        do {
            let location = try await newLocation(kind, migrations)
            let lease = DatabaseLease(
                kind: kind, database: Database(try driver(kind, at: location)), location: location)
            if !migrations.isEmpty { _ = try await lease.database.migrate(migrations, at: machineNow()) }
            return lease
        } catch {
            await turns.leave()
            throw error
        }
    }

    package func close() async {
        await database.close()
        switch kind {
        case .sqlite: try? FileManager.default.removeItem(at: URL(filePath: location).deletingLastPathComponent())
        case .postgres: try? await DatabaseLease.server.value.drop(location)
        }
        await DatabaseLease.turns.leave()
    }

    @discardableResult
    package static func withDatabase<T>(
        _ kind: DatabaseKind, migrations: [Migration] = Migration.storage, _ body: (Database) async throws -> T
    ) async throws -> T {
        try await withLease(kind, migrations: migrations) { try await body($0.database) }
    }

    @discardableResult
    package static func withLease<T>(
        _ kind: DatabaseKind, migrations: [Migration] = Migration.storage, _ body: (DatabaseLease) async throws -> T
    ) async throws -> T {
        let lease = try await open(kind, migrations: migrations)
        do {
            let result = try await body(lease)
            await lease.close()
            return result
        } catch {
            await lease.close()
            throw error
        }
    }

    /// A second driver on the same data, as another process would have.
    package func another() throws -> Database { Database(try DatabaseLease.driver(kind, at: location)) }

    private static func driver(_ kind: DatabaseKind, at location: String) throws -> any Driver {
        switch kind {
        case .sqlite: try SQLiteDriver(path: location)
        case .postgres: try PostgresDriver(url: location, readers: 2, writers: 4)
        }
    }

    private static func newLocation(_ kind: DatabaseKind, _ migrations: [Migration]) async throws -> String {
        switch kind {
        case .sqlite: try temporaryDirectory().appending(path: "kontor.sqlite").path(percentEncoded: false)
        case .postgres: try await server.value.create(migrations)
        }
    }

    /// All tests of a process run at once, but a server only takes so many connections, about eight for each lease.
    private static let turns = Turns(max: 10)

    private static let server = Task { () throws -> LeaseServer in
        if let url = ProcessInfo.processInfo.environment["KONTOR_TEST_POSTGRES_URL"] {
            return try LeaseServer(url, isOurs: false)
        }
        let cluster = try await PostgresCluster.make()
        try await cluster.start()
        return try LeaseServer(cluster.url("postgres"), isOurs: true)
    }
}

/// Makes and drops databases on a server.
private final class LeaseServer: Sendable {
    private let maintenance: Database
    private let url: URLComponents
    private let isOurs: Bool
    private let count = Mutex(0)
    /// Databases that nobody uses any more.
    private let finished = Mutex<[String]>([])
    /// At 8 MB each, that many are no burden on the disk.
    private static let finishedMax = 40
    /// Databases to copy, by the migrations that they have: copying takes a fraction of the time of migrating.
    private let templates = Mutex<[String: Task<String, any Error>]>([:])

    init(_ url: String, isOurs: Bool) throws {
        guard let parsed = URLComponents(string: url) else {
            throw StorageError.unavailable("KONTOR_TEST_POSTGRES_URL is no URL like postgres://person@host/database.")
        }
        self.url = parsed
        self.isOurs = isOurs
        maintenance = Database(try PostgresDriver(url: url, readers: 1, writers: 1))
    }

    /// - Returns: the URL of a new database. On our own server it is migrated already; on another, where nothing of ours
    ///   may stay, it is empty.
    func create(_ migrations: [Migration]) async throws -> String {
        guard isOurs, !migrations.isEmpty else { return location(try await copy(of: "template0")) }
        let key = migrations.map { "\($0.id): \($0.schema)" }.joined()
        let template = templates.withLock { templates in
            if let known = templates[key] { return known }
            let new = Task { [self] in
                let name = try await copy(of: "template0")
                let database = Database(try PostgresDriver(url: location(name), readers: 1, writers: 1))
                try await database.migrate(migrations, at: machineNow())
                await database.close()
                return name
            }
            templates[key] = new
            return new
        }
        return location(try await copy(of: try await template.value))
    }

    private func copy(of template: String) async throws -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "kontor_test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        try await run("CREATE DATABASE \(name) TEMPLATE \(template) ENCODING 'UTF8'")
        return name
    }

    private func location(_ name: String) -> String {
        var location = url
        location.path = "/\(name)"
        return location.string ?? name
    }

    /// Dropping a database makes the server write all others out to the disk, which takes seconds while many are fresh. On
    /// our own server, which goes with this process anyway, it is done for many at once.
    func drop(_ location: String) async throws {
        let names = finished.withLock { finished in
            finished.append(String(URLComponents(string: location)?.path.dropFirst() ?? ""))
            guard !isOurs || finished.count >= LeaseServer.finishedMax else { return [String]() }
            defer { finished = [] }
            return finished
        }
        for name in names { try await run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
    }

    /// Databases are not made in a transaction, and only a reading connection works without one. So it is let write.
    private func run(_ statement: String) async throws {
        try await maintenance.read { connection in
            try connection.execute("SET default_transaction_read_only = off")
            try connection.execute(SQL(stringLiteral: statement))
        }
    }
}

/// Lets so many in at a time, in order.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(max: Int) {
        free = max
    }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

func temporaryDirectory() throws -> URL {
    let directory = FileManager.default.temporaryDirectory
        .appending(path: "kontor-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
}
