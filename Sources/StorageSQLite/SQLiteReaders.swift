import Dispatch
import GRDB
import Storage
import Synchronization

/// The connections that read: as many as were ever busy at once. The one that was just used is used again first. GRDB's own
/// pool does the same with two queues and a semaphore for each read, which costs half as much as a read itself.
final class SQLiteReaders: Sendable {
    private struct State {
        var idle: [DatabaseQueue] = []
        var isClosed = false
    }

    private let path: String
    private let configuration: Configuration
    private let count: Int
    private let places: DispatchSemaphore
    private let state = Mutex(State())

    /// - Parameter configuration: of connections that may write, too; these may not.
    init(path: String, configuration: Configuration, count: Int) {
        self.path = path
        self.count = count
        var configuration = configuration
        configuration.readonly = true
        self.configuration = configuration
        places = DispatchSemaphore(value: count)
    }

    /// Runs a closure on the calling thread, which waits for its turn where all connections are busy.
    func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        places.wait()
        defer { places.signal() }
        let known = try state.withLock { state in
            guard !state.isClosed else { throw StorageError.closed }
            return state.idle.popLast()
        }
        let reader = try known ?? DatabaseQueue(path: path, configuration: configuration)
        defer { state.withLock { $0.idle.append(reader) } }
        return try reader.unsafeRead(body)
    }

    /// Lets nobody in any more, waits for those who are, and closes.
    /// - Parameter release: lets the statements of all connections go.
    func close(_ release: () -> Void) {
        state.withLock { $0.isClosed = true }
        for _ in 0..<count { places.wait() }
        release()
        for reader in state.withLock({ $0.idle }) { try? reader.close() }
        for _ in 0..<count { places.signal() }
    }
}
