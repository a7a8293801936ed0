/// A driver: opens transactions on its database. `StorageSQLite` and `StoragePostgres` each have one.
package protocol Driver: Sendable {
    var dialect: Dialect { get }

    /// Runs a closure that only reads.
    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T

    /// Runs a closure in a transaction: kept whole when it returns, gone whole when it throws. The closure may run again
    /// after a serialization failure or a lost connection, so it has no effects but on its connection.
    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T

    /// Runs a long closure that only reads, on its own thread: exports, reports, verification.
    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T

    /// Called after each commit that announced an event, from any thread, in this process or (PostgreSQL) another.
    func onAnnouncement(_ wake: @escaping @Sendable () -> Void)

    func close() async
}

/// The one way to the data. Rooms get this and know no driver.
package struct Database: Sendable {
    private let driver: any Driver

    package init(_ driver: any Driver) {
        self.driver = driver
    }

    package var dialect: Dialect { driver.dialect }

    /// - Throws: what the closure throws; `StorageError`.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await driver.read(body)
    }

    /// What was announced is written last, before the commit.
    /// - Throws: what the closure throws (then nothing was written); `StorageError`.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await driver.write { connection in
            let answer = try body(connection)
            try connection.writeAnnounced()
            return answer
        }
    }

    package func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await driver.report(body)
    }

    package func onAnnouncement(_ wake: @escaping @Sendable () -> Void) { driver.onAnnouncement(wake) }

    package func close() async { await driver.close() }
}
