import Logging
import Storage
import Synchronization

/// The server as all our connections know it: its address, and whether it is down just now.
///
/// While it is down, one attempt to connect in a while is enough. Whoever comes in between is told at once what the last
/// attempt was told, so that a line of requests does not wait two seconds each.
final class PostgresServer: Sendable {
    private struct State {
        var outage: Outage?
        var wasReached = false
    }

    private struct Outage {
        let error: StorageError
        let until: ContinuousClock.Instant
    }

    private let address: PostgresAddress
    private let state = Mutex(State())
    private let logger = Logger(label: "kontor.storage")

    /// Short enough that nobody notices when the server is back.
    private static let outageMemory = Duration.milliseconds(250)

    init(_ address: PostgresAddress) {
        self.address = address
    }

    /// - Throws: `StorageError.unavailable`
    func connect() throws -> OpaquePointer {
        let known = state.withLock { $0.outage }
        if let known, ContinuousClock.now < known.until { throw known.error }
        do {
            let connection = try address.connect()
            if reached() { logger.notice("The database is back.") }
            return connection
        } catch let error as StorageError {
            // At the first attempt it is for the caller to say that the address is wrong.
            if missed(error) { logger.error("The database is gone.", metadata: ["error": "\(error)"]) }
            throw error
        }
    }

    func unavailable(_ reason: String) -> StorageError { address.unavailable(reason) }

    /// - Returns: whether it was down before.
    private func reached() -> Bool {
        state.withLock { state in
            defer { state = State(outage: nil, wasReached: true) }
            return state.outage != nil && state.wasReached
        }
    }

    /// - Returns: whether it was up before.
    private func missed(_ error: StorageError) -> Bool {
        state.withLock { state in
            defer { state.outage = Outage(error: error, until: .now + PostgresServer.outageMemory) }
            return state.outage == nil && state.wasReached
        }
    }
}
