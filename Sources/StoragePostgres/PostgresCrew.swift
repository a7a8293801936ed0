import Dispatch
import Foundation
import Storage
import Synchronization

/// A closure that waits for a connection, without its type.
struct PostgresWork: Sendable {
    /// Runs it. What comes back hands the result to the caller, once it is kept.
    let run: @Sendable (Connection) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Some threads, the line of closures they take from, and the connections they run them on: as many as were ever busy at
/// once. A connection that was just used is used again first, so that a quiet process needs only one of them.
final class PostgresCrew: Sendable {
    private struct Line {
        var waiting: [PostgresWork] = []
        var idle: [PostgresSession] = []
        var isClosed = false
    }

    private let line = Mutex(Line())
    /// Counts the waiting closures, and once closed one more for each thread.
    private let arrivals = DispatchSemaphore(value: 0)
    private let threads = DispatchGroup()
    private let flush = PostgresFlush()
    private let count: Int

    /// A few seconds of work. Whoever comes later is better told at once.
    private static let waitingMax = 1000

    /// - Parameters:
    ///   - first: a session of this purpose that is open already.
    ///   - whenAnnounced: called after each commit that announced an event.
    init(
        _ count: Int, _ server: PostgresServer, _ purpose: PostgresPurpose, first: PostgresSession? = nil,
        whenAnnounced: @escaping @Sendable () -> Void = {}
    ) {
        self.count = count
        line.withLock { $0.idle = first.map { [$0] } ?? [] }
        for _ in 0..<count {
            threads.enter()
            let thread = Thread { [self] in
                while let work = next() {
                    let session = line.withLock { $0.idle.popLast() } ?? PostgresSession(server, purpose)
                    PostgresWorker(session, flush, whenAnnounced: whenAnnounced).perform(work)
                    line.withLock { $0.idle.append(session) }
                }
                line.withLock { $0.idle.popLast() }?.close()
                threads.leave()
            }
            thread.name = "kontor-\(purpose)"
            thread.start()
        }
    }

    func run<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let work = PostgresWork(
                run: { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            if let refusal = enqueue(work) { continuation.resume(throwing: refusal) }
        }
    }

    private func enqueue(_ work: PostgresWork) -> StorageError? {
        let refusal: StorageError? = line.withLock { line in
            if line.isClosed { return .unavailable("The database is closed.") }
            if line.waiting.count >= PostgresCrew.waitingMax {
                return .unavailable("Too many are waiting for the database.")
            }
            line.waiting.append(work)
            return nil
        }
        if refusal == nil { arrivals.signal() }
        return refusal
    }

    private func next() -> PostgresWork? {
        arrivals.wait()
        return line.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// Takes no more; returns when everything that waited is answered and the connections are closed.
    func close() async {
        let wasClosed = line.withLock { line in
            defer { line.isClosed = true }
            return line.isClosed
        }
        if !wasClosed { for _ in 0..<count { arrivals.signal() } }
        await withCheckedContinuation { continuation in
            threads.notify(queue: .global()) { continuation.resume() }
        }
    }
}
