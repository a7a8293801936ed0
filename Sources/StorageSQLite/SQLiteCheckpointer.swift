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
        /// A copy was made, of all that was committed when it began.
        var isCopied = false
        /// Pages in the log from which on it is copied again.
        var next = SQLiteCheckpointer.step
    }

    private let path: String
    private let configuration: Configuration
    private let queue = DispatchQueue(label: "kontor-checkpoint", qos: .utility)
    private let state = Mutex(State())
    /// Opened when there is something to copy.
    private let connection = Mutex<DatabaseQueue?>(nil)

    /// 32 MB, eight times SQLite's own: commits that come during a copy share the disk with it, and most pages are written again
    /// before the next. So an eighth as many wait, and less is copied.
    private static let step = 8_000
    /// Where copies come to no end, the writer copies all that is left, as SQLite does: at 80 MB.
    private static let most = 20_000

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

    private enum Due { case nothing, copy, rest }

    private func committed(_ pages: Int, on connection: OpaquePointer?) {
        let due = state.withLock { state -> Due in
            // The log has begun anew.
            if pages < SQLiteCheckpointer.step { state.next = SQLiteCheckpointer.step }
            if state.isCopied || pages >= SQLiteCheckpointer.most {
                state.isCopied = false
                return .rest
            }
            guard pages >= state.next, !state.isCopying else { return .nothing }
            state.isCopying = true
            state.next = pages + SQLiteCheckpointer.step
            return .copy
        }
        switch due {
        case .nothing: break
        // The log begins anew, in the same place on the disk, only where nothing is left to copy; between two commits that is
        // what was committed during the copy.
        case .rest: SQLiteCheckpointer.copy(connection)
        case .copy:
            queue.async { [self] in
                try? copy()
                state.withLock { state in
                    state.isCopying = false
                    state.isCopied = true
                }
            }
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
