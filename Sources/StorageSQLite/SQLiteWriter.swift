import GRDB
import Storage
import Synchronization

/// A closure that waits to be written, without its type.
struct PendingWrite: Sendable {
    /// Runs it. What comes back hands the result to the caller, once it is kept.
    let run: @Sendable (Connection) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Group commit: a commit that is safe on the disk costs about the same for one closure as for a hundred, so the closures
/// that gathered during the last commit share the next one, each in its own savepoint. One that throws is undone alone.
final class SQLiteWriter: Sendable {
    private struct State {
        var waiting: [PendingWrite] = []
        var isDraining = false
        var isClosed = false
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
        var wakes: [@Sendable () -> Void] = []
    }

    private let pool: DatabasePool
    private let connections: SQLiteConnections
    private let state = Mutex(State())

    /// A larger batch hardly gains (the commit is shared by then), but makes its first closure wait for its last.
    static let batchMax = 128
    /// Some seconds of work. Whoever comes later is better told at once.
    static let waitingMax = 10_000

    init(_ pool: DatabasePool, _ connections: SQLiteConnections) {
        self.pool = pool
        self.connections = connections
    }

    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wakes.append(wake) }
    }

    func enqueue(_ write: PendingWrite) {
        let refusal: StorageError? = state.withLock { state in
            if state.isClosed { return .closed }
            if state.waiting.count >= SQLiteWriter.waitingMax { return .unavailable("Too many writes are waiting.") }
            state.waiting.append(write)
            if !state.isDraining {
                state.isDraining = true
                pool.asyncWriteWithoutTransaction { database in self.drain(database) }
            }
            return nil
        }
        if let refusal { write.fail(refusal) }
    }

    /// Takes no more, and returns once everything that was waiting is answered.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                state.isClosed = true
                if state.isDraining { state.whenEmpty.append(continuation) }
                return !state.isDraining
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// On the writer's queue, until nothing waits.
    private func drain(_ database: GRDB.Database) {
        while let batch = next() {
            do {
                let session = try connections.session(of: database, isReader: false)
                SQLiteBatch(batch, session).write(whenAnnounced: wake)
            } catch {
                for write in batch { write.fail(error) }
            }
        }
    }

    private func next() -> [PendingWrite]? {
        var finished: [CheckedContinuation<Void, Never>] = []
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(SQLiteWriter.batchMax))
            state.waiting.removeFirst(batch.count)
            state.isDraining = !batch.isEmpty
            if batch.isEmpty { swap(&finished, &state.whenEmpty) }
            return batch
        }
        for continuation in finished { continuation.resume() }
        return batch.isEmpty ? nil : batch
    }

    private func wake() {
        for wake in state.withLock({ $0.wakes }) { wake() }
    }
}
