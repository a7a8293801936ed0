package import Storage

/// A PostgreSQL server, shared by any number of processes.
///
/// A few threads for each purpose, and connections that are opened when they are needed. Reads run without a transaction, statement by statement, on connections
/// that refuse to write; writes in a transaction at READ COMMITTED; reports in one snapshot.
///
/// A write runs again after a serialization failure, a deadlock, or a connection lost before its COMMIT. Lost during the
/// COMMIT, it is answered `StorageError.commitUnknown`.
package final class PostgresDriver: Driver {
    private let readers: PostgresCrew
    private let writers: PostgresCrew
    private let reporters: PostgresCrew
    private let listener: PostgresListener
    private let announcer: PostgresAnnouncer

    package var dialect: Dialect { .postgres }

    /// Reports hold a connection for seconds; two at once, so that one long export does not stop all others.
    private static let reportersMax = 2

    /// Connects once, so that a wrong address is told at the start.
    /// - Parameter url: `postgres://person:password@host:port/database`, or libpq's `host=… dbname=…`.
    /// - Throws: `StorageError.unavailable` with one sentence, never with the password in it.
    package init(url: String, readers: Int = 4, writers: Int = 12) throws {
        let server = PostgresServer(try PostgresAddress(url))
        let first = PostgresSession(server, .reading)
        try first.open()
        self.readers = PostgresCrew(readers, server, .reading, first: first)
        let (listener, announcer) = (PostgresListener(server), PostgresAnnouncer(server))
        self.writers = PostgresCrew(writers, server, .writing) {
            listener.wake()
            announcer.announce()
        }
        reporters = PostgresCrew(PostgresDriver.reportersMax, server, .reporting)
        self.listener = listener
        self.announcer = announcer
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await readers.run(body)
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await writers.run(body)
    }

    package func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await reporters.run(body)
    }

    package func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { listener.add(wake) }

    /// Finishes what is waiting, then closes all connections.
    package func close() async {
        await writers.close()
        await readers.close()
        await reporters.close()
        await listener.close()
        announcer.close()
    }
}
