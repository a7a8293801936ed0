import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Copies what was committed from the log (WAL) into the database file, beside the commits. SQLite by itself does so within
/// every commit that fills another thousand pages of the log, and whoever made it waits for the disk several times more.
///
/// Nothing depends on it: a commit is safe once it is in the log, and a copy that fails is made with a later one.
final class SQLiteCheckpointer: Sendable {
    private struct State {
        var isCopying = false
        /// Pages in the log from which on it is copied again.
        var next = SQLiteCheckpointer.step
    }

    private let path: String
    private let configuration: Configuration
    private let queue = DispatchQueue(label: "kontor-checkpoint", qos: .utility)
    private let state = Mutex(State())
    /// Opened when there is something to copy.
    private let connection = Mutex<DatabaseQueue?>(nil)

    /// As SQLite's own.
    private static let step = 1_000
    /// The log begins anew once all of it is copied and nobody has written meanwhile. While writers give it no such moment it
    /// grows, up to here (40 MB): then the writer copies what is left, as SQLite does.
    private static let most = 10_000

    init(path: String, configuration: Configuration) {
        self.path = path
        self.configuration = configuration
    }

    /// Watches the commits of a connection, which has to be closed, or given to `leave`, before this object is gone.
    func watch(_ database: Database) {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            database.sqliteConnection,
            { pointer, connection, _, pages in
                guard let pointer else { return SQLITE_OK }
                Unmanaged<SQLiteCheckpointer>.fromOpaque(pointer).takeUnretainedValue()
                    .committed(Int(pages), on: connection)
                return SQLITE_OK
            }, pointer)
    }

    func leave(_ database: Database) { sqlite3_wal_hook(database.sqliteConnection, nil, nil) }

    /// Waits for a copy that is being made.
    func close() {
        queue.sync {}
        try? connection.withLock { try $0?.close() }
    }

    private func committed(_ pages: Int, on connection: OpaquePointer?) {
        if pages >= SQLiteCheckpointer.most {
            SQLiteCheckpointer.copy(connection)
            return
        }
        let isDue = state.withLock { state in
            // The log has begun anew.
            if pages < SQLiteCheckpointer.step { state.next = SQLiteCheckpointer.step }
            guard pages >= state.next, !state.isCopying else { return false }
            state.isCopying = true
            state.next = pages + SQLiteCheckpointer.step
            return true
        }
        guard isDue else { return }
        queue.async { [self] in
            try? copy()
            state.withLock { $0.isCopying = false }
        }
    }

    private func copy() throws {
        try connection.withLock { connection in
            let open = try connection ?? DatabaseQueue(path: path, configuration: configuration)
            connection = open
            open.inDatabase { SQLiteCheckpointer.copy($0.sqliteConnection) }
        }
    }

    /// As much as can be copied without making anybody wait.
    private static func copy(_ connection: OpaquePointer?) {
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
}
