import Delivery
import Kernel
import ServiceLifecycle
import Storage
import Synchronization
import TestSupport
import Testing

/// The time limits only catch what hangs: in a whole run, the wait for a turn and for a core counts as well.
@Suite struct WorkerTests {
    static let subscription = Subscription("SignedUp") { _, _ in
        [Dispatch(kind: "test", target: "marie", payload: "{}")]
    }

    @Test(.timeLimit(.minutes(10)), arguments: DatabaseKind.allCases)
    func anEventWakesItAndShutdownWaitsForWhatHasBegun(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let gate = Gate()
            let notebook = Notebook { _ in
                await gate.pass()
                return nil
            }
            let worker = stage.worker([Self.subscription], [notebook])
            let group = ServiceGroup(services: [worker], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await stage.announce("SignedUp")
                await gate.someoneWaits()
                await group.triggerGracefulShutdown()
                gate.open()
                try await tasks.waitForAll()
            }
            #expect(try await stage.deliveries().map(\.state) == ["done"])
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: DatabaseKind.allCases)
    func drainWaitsForWhatTheRunningWorkerHolds(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let gate = Gate()
            let notebook = Notebook { _ in
                await gate.pass()
                return nil
            }
            let worker = stage.worker([Self.subscription], [notebook])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                let running = Task { try await worker.run() }
                try await stage.announce("SignedUp")
                await gate.someoneWaits()
                tasks.addTask {
                    try await worker.drain()
                    #expect(try await stage.deliveries().map(\.state) == ["done"])
                }
                gate.open()
                try await tasks.waitForAll()
                running.cancel()
                try await running.value
            }
            #expect(notebook.noted.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func aDatabaseThatIsAwayIsAskedAgain() async throws {
        let away = Away()
        let surroundings = Surroundings(now: { Stage.start }, random: { [UInt8](repeating: 0, count: $0) })
        let worker = Worker(
            database: Database(away), surroundings: surroundings, subscriptions: [], channels: [], schedules: [],
            logger: quiet)
        let running = Task { try await worker.run() }
        // Relay, courier and timekeeper ask at once, and again a second later.
        while away.questions < 6 { try await Task.sleep(for: .milliseconds(20)) }
        running.cancel()
        try await running.value
    }

    @Test(arguments: DatabaseKind.allCases)
    func nextDueIsTheEarliestOfAllThatWaits(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let later = Stage.start.adding(.hours(1))
            let notebook = Notebook { _ in .temporary("Not now.") }
            let schedule = Schedule(name: "later") { _ in
                later
            } run: { _ in
                0
            }
            let worker = stage.worker([Self.subscription], [notebook], [schedule])
            #expect(try await worker.nextDue() == later)
            try await stage.announce("SignedUp")
            #expect(try await worker.nextDue() == Stage.start)
            #expect(try await worker.drain() == ["events": 1])
            #expect(try await worker.nextDue() == Stage.start.adding(.seconds(15)))
        }
    }
}

/// A database that cannot be reached.
private final class Away: Driver {
    let dialect = Dialect.sqlite
    private let count = Atomic(0)

    var questions: Int { count.load(ordering: .relaxed) }

    private func fail() -> StorageError {
        count.add(1, ordering: .relaxed)
        return .unavailable("It is away.")
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T { throw fail() }
    func write<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T { throw fail() }
    func report<T: Sendable>(_ body: @escaping @Sendable (Connection) throws -> T) async throws -> T { throw fail() }
    func onAnnouncement(_ wake: @escaping @Sendable () -> Void) {}
    func close() async {}
}
