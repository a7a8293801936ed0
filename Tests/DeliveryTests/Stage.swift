import Delivery
import Kernel
import Storage
import Synchronization
import TestSupport

/// A database with this room's tables, a clock that is moved by hand, and chance that always answers the same.
struct Stage: Sendable {
    let database: Database
    let lease: DatabaseLease
    let clock: Clock
    let surroundings: Surroundings

    static let start = Instant(rfc3339: "2026-11-20T08:14:00Z")!

    /// - Parameter chance: every byte of randomness; 0 makes each back-off its shortest, 255 nearly its longest.
    static func run(
        _ kind: DatabaseKind, chance: UInt8 = 0, _ body: (Stage) async throws -> Void
    ) async throws {
        let clock = Clock(start)
        let surroundings = Surroundings(now: { clock.now }, random: { [UInt8](repeating: chance, count: $0) })
        try await DatabaseLease.withLease(kind, migrations: Migration.storage + Migration.delivery) { lease in
            try await body(
                Stage(database: lease.database, lease: lease, clock: clock, surroundings: surroundings))
        }
    }

    /// The same as another process would see it: its own connections to the same data, the same time.
    func elsewhere(_ body: @Sendable (Stage) async throws -> Void) async throws {
        let other = try lease.another()
        do {
            try await body(Stage(database: other, lease: lease, clock: clock, surroundings: surroundings))
        } catch {
            await other.close()
            throw error
        }
        await other.close()
    }

    @discardableResult
    func announce(_ name: String, subject: Int64 = 1) async throws -> EventID {
        let now = clock.now
        return try await database.write { connection in
            try connection.record(Event(name, by: .system, subject: "person", subject), at: now)
        }
    }

    func relay(_ subscriptions: [Subscription], backoff: Backoff = .relay) -> Relay {
        Relay(
            database: database, surroundings: surroundings, subscriptions: subscriptions, backoff: backoff,
            logger: quiet)
    }

    func courier(_ channels: [any Channel], backoff: Backoff = .delivery) -> Courier {
        Courier(
            database: database, surroundings: surroundings, channels: channels, backoff: backoff, logger: quiet)
    }

    func worker(
        _ subscriptions: [Subscription] = [], _ channels: [any Channel] = [], _ schedules: [Schedule] = []
    ) -> Worker {
        Worker(
            database: database, surroundings: surroundings, subscriptions: subscriptions, channels: channels,
            schedules: schedules, logger: quiet)
    }

    /// Puts deliveries of kind `test` into the table, one for each target, by the way they always come.
    func wait(for targets: [String]) async throws {
        try await announce("Prepared")
        let dispatches = targets.map { Dispatch(kind: "test", target: $0, payload: "{\"to\":\"\($0)\"}") }
        _ = try await relay([Subscription("Prepared") { _, _ in dispatches }]).run()
    }

    func deliveries() async throws -> [DeliveryRow] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT id, event_id, kind, target, payload, state, attempts, next_attempt_at, last_error
                FROM delivery ORDER BY id
                """
            ).map { row in
                DeliveryRow(
                    id: try row["id"], event: try row["event_id"], target: try row["target"],
                    payload: try row["payload"], state: try row["state"], attempts: try row["attempts"],
                    nextAttemptAt: try row["next_attempt_at"], lastError: try row["last_error"])
            }
        }
    }

    func backlog() async throws -> Backlog {
        try await database.read { try $0.backlog() }
    }
}

struct DeliveryRow: Sendable, Equatable {
    let id: DeliveryID
    let event: EventID
    let target: String
    let payload: String
    let state: String
    let attempts: Int
    let nextAttemptAt: Instant
    let lastError: String?
}

final class Clock: Sendable {
    private let instant: Mutex<Instant>

    init(_ instant: Instant) { self.instant = Mutex(instant) }

    var now: Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) { instant.withLock { $0 = $0.adding(duration) } }
    func move(to other: Instant) { instant.withLock { $0 = other } }
}

/// A way out that notes what it was asked to carry and answers as it was told to.
final class Notebook: Channel {
    struct Entry: Sendable, Equatable {
        let payload: String
        let target: String
        let key: String
        let sentAt: Instant
    }

    let kind: String
    private let entries = Mutex<[Entry]>([])
    private let answer: @Sendable (Entry) async -> DeliveryFailure?

    init(kind: String = "test", answer: @escaping @Sendable (Entry) async -> DeliveryFailure? = { _ in nil }) {
        self.kind = kind
        self.answer = answer
    }

    var noted: [Entry] { entries.withLock { $0 } }

    func deliver(_ payload: String, to target: String, key: String, sentAt: Instant) async throws(DeliveryFailure) {
        let entry = Entry(payload: payload, target: target, key: key, sentAt: sentAt)
        entries.withLock { $0.append(entry) }
        if let failure = await answer(entry) { throw failure }
    }
}

/// Closed until opened, once; and tells when somebody stands before it.
final class Gate: Sendable {
    private let opening = AsyncStream<Void>.makeStream()
    private let arrival = AsyncStream<Void>.makeStream()

    func open() { opening.continuation.finish() }

    func pass() async {
        arrival.continuation.finish()
        for await _ in opening.stream {}
    }

    func someoneWaits() async {
        for await _ in arrival.stream {}
    }
}

struct Broken: Error {}
