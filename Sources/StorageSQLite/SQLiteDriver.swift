import Foundation
import GRDB
package import Storage
import Synchronization

/// The embedded database: one file, written ahead (WAL), every commit on the disk before it is answered.
///
/// Short reads run on the calling thread, each on its own connection and in its own snapshot. Reports run on threads of
/// their own. Writes wait in a line and share commits: see `SQLiteWriter`.
package final class SQLiteDriver: Driver {
    private let pool: DatabasePool
    private let readers: SQLiteReaders
    private let connections = SQLiteConnections()
    private let writer: SQLiteWriter
    private let checkpointer: SQLiteCheckpointer
    private let reports = OperationQueue()

    package var dialect: Dialect { .sqlite }

    /// Opens the database file, and makes it where there is none. Its directory has to be there.
    /// - Throws: `StorageError.unavailable` where the directory cannot be written or the file is no database.
    package init(path: String) throws {
        do {
            pool = try DatabasePool(path: path, configuration: SQLiteDriver.configuration)
            try SQLiteDriver.makeDurable(pool)
        } catch {
            throw StorageError.unavailable("The database \(path) cannot be opened: \(StorageError.sentence(error))")
        }
        checkpointer = SQLiteCheckpointer(path: path, configuration: SQLiteDriver.configuration)
        pool.writeWithoutTransaction(checkpointer.watch)
        readers = SQLiteReaders(
            path: path, configuration: SQLiteDriver.configuration, count: SQLiteDriver.readersMax)
        writer = SQLiteWriter(pool, connections)
        reports.maxConcurrentOperationCount = SQLiteDriver.reportsAtOnceMax
    }

    /// Reports hold a reader for seconds; two leave the rest to the pages.
    private static let reportsAtOnceMax = 2

    /// Reads run on their callers' threads, of which there are two kinds (event loops and tasks), one per core each.
    private static let readersMax = ProcessInfo.processInfo.activeProcessorCount * 2 + reportsAtOnceMax

    /// Another process (`kontor verify`, a bank import) may be writing: wait for it that long before giving up.
    private static let busyTimeoutSeconds = 5.0

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        return configuration
    }

    /// GRDB lowers `synchronous` to NORMAL while it opens a pool, with which a power cut may take back commits that were
    /// answered. So it is raised afterwards, and read back.
    private static func makeDurable(_ pool: DatabasePool) throws {
        let level = try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard level == 2 else {
            throw StorageError.unavailable(
                "synchronous is \(level ?? -1) and not 2 (FULL), so commits would not be safe.")
        }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try readInline(body)
    }

    package func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            reports.addOperation { [self] in
                continuation.resume(with: Result { try readInline(body) })
            }
        }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            writer.enqueue(
                PendingWrite(
                    run: { connection in
                        let value = try body(connection)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    package func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { writer.onAnnouncement(wake) }

    /// Finishes the writes and reports that are waiting, then closes. What comes later is answered `unavailable`.
    package func close() async {
        await writer.finish()
        await withCheckedContinuation { continuation in
            reports.addBarrierBlock { continuation.resume() }
        }
        await closeFile()
    }

    /// Not async itself: inside an async function GRDB would pick its slower, asynchronous overload. `unsafeRead` leaves it
    /// to us to open the snapshot, which we do with prepared statements where GRDB would parse two each time.
    private func readInline<T>(_ body: (Connection) throws -> T) throws -> T {
        do {
            return try readers.read { database in
                let session = try connections.session(of: database, isReader: true)
                try session.beginSnapshot()
                defer { session.endSnapshot() }
                return try body(Connection(session))
            }
        } catch let error as DatabaseError {
            throw StorageError(error)
        }
    }

    private func closeFile() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                // Nobody is reading or writing while the statements of all connections are let go.
                readers.close {
                    pool.writeWithoutTransaction { database in
                        checkpointer.leave(database)
                        connections.close()
                    }
                }
                checkpointer.close()
                try? pool.close()
                continuation.resume()
            }
        }
    }
}
