package import Delivery
package import Kernel
package import Storage
import Synchronization

/// A clock that can be put forward: the machine's, and what was added to it. The addition is kept in the database, so that
/// time does not go back at a restart.
package final class SandboxClock: Sendable {
    /// Nothing is due after it: the years on cards end here, too.
    package static let end = Zone.utc.start(of: Day("2099-12-31")!)

    private let machine: Surroundings
    private let aheadMilliseconds = Mutex<Int64>(0)
    private let latestMove = Mutex<Task<Void, Never>?>(nil)

    package init(machine: Surroundings = .machine) {
        self.machine = machine
    }

    package var now: Instant { Instant(milliseconds: machine.now().milliseconds + aheadMilliseconds.withLock { $0 }) }

    /// The time of this clock and the chance of the machine, for every room.
    package var surroundings: Surroundings { Surroundings(now: { self.now }, random: machine.random) }

    /// Takes over what is kept: at start, and wherever another process may have moved the clock.
    package func load(_ database: Database) async throws {
        let kept: Int64 = try await database.read { connection in
            try connection.row("SELECT ahead_milliseconds FROM sandbox_clock WHERE id = 1")?["ahead_milliseconds"] ?? 0
        }
        aheadMilliseconds.withLock { $0 = max($0, kept) }
    }

    /// Puts the clock to a moment unless it is past that already. Kept first: a process that ends in between must not find
    /// itself before what it wrote.
    func put(to moment: Instant, in database: Database) async throws {
        guard moment > now else { return }
        let ahead = moment.milliseconds - machine.now().milliseconds
        try await database.write { connection in
            try connection.execute(
                """
                UPDATE sandbox_clock SET ahead_milliseconds = \(ahead)
                WHERE id = 1 AND ahead_milliseconds < \(ahead)
                """)
        }
        aheadMilliseconds.withLock { $0 = max($0, ahead) }
    }

    /// Moves one after the other. What was begun goes on to its end, even where the one who asked has gone.
    func alone<T: Sendable>(_ move: @escaping @Sendable () async throws -> T) async throws -> T {
        let task = latestMove.withLock { latest in
            let before = latest
            let task = Task {
                await before?.value
                return try await move()
            }
            latest = Task { _ = await task.result }
            return task
        }
        return try await task.value
    }
}

/// What the clock needs of whoever works off what falls due.
package struct SandboxWork: Sendable {
    /// The earliest of what waits; nil where nothing does.
    package let nextDue: @Sendable () async throws -> Instant?
    /// Works until nothing is due now, and tells how much of what was done.
    package let drain: @Sendable () async throws -> [String: Int]

    package init(
        nextDue: @escaping @Sendable () async throws -> Instant?,
        drain: @escaping @Sendable () async throws -> [String: Int]
    ) {
        self.nextDue = nextDue
        self.drain = drain
    }

    package init(_ worker: Worker) {
        self.init(nextDue: { try await worker.nextDue() }, drain: { try await worker.drain() })
    }
}

extension Migration {
    static let sandboxClock = Migration(
        "sandbox-002-clock",
        """
        CREATE TABLE sandbox_clock (
            id BIGINT PRIMARY KEY CHECK (id = 1),
            ahead_milliseconds BIGINT NOT NULL CHECK (ahead_milliseconds >= 0)
        );
        INSERT INTO sandbox_clock (id, ahead_milliseconds) VALUES (1, 0);
        """)
}
