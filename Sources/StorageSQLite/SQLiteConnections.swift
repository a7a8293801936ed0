import GRDB
import Storage
import Synchronization

/// The session of each of the pool's connections, so that prepared statements outlive the closure that prepared them.
final class SQLiteConnections: Sendable {
    private struct State {
        var sessions: [ObjectIdentifier: SQLiteSession] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Called on the connection's own queue.
    func session(of database: GRDB.Database, isReader: Bool) throws -> SQLiteSession {
        // Safe to hand over: this thread is on the connection's queue, and so is everyone who gets the session.
        nonisolated(unsafe) let database = database
        return try state.withLock { state in
            guard !state.isClosed else { throw StorageError.closed }
            let key = ObjectIdentifier(database)
            if let session = state.sessions[key] { return session }
            let session = SQLiteSession(database, isReader: isReader)
            state.sessions[key] = session
            return session
        }
    }

    /// Lets all prepared statements go: a connection that still has some cannot be closed.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.sessions = [:]
        }
    }
}
