import Storage
import StoragePostgres
import Synchronization
import TestSupport
import Testing

@Suite("PostgreSQL on bad days")
struct PostgresTests {
    @Test(
        "A server that stops, or crashes, and starts again: unavailable soon, nothing lost, well by itself",
        .enabled(if: PostgresCluster.isInstalled, "PostgreSQL's programs are needed to stop a server."),
        arguments: [false, true])
    func restart(_ crashes: Bool) async throws {
        let cluster = try await PostgresCluster.make()
        try await cluster.start()
        let database = Database(try PostgresDriver(url: cluster.url("postgres"), readers: 2, writers: 3))
        try await database.migrate(Migration.storage + worktable, at: EventTests.now)
        try await database.write { try $0.addThing("counter", amount: 1000) }
        let woken = Counter()
        database.onAnnouncement { woken.increment() }

        let storm = Storm(database)
        async let counted = storm.run()
        #expect(try await storm.kept.reaches(20))
        try await crashes ? cluster.crash() : cluster.stop()
        #expect(try await storm.refused.reaches(20))

        let clock = ContinuousClock()
        for _ in 0..<3 {
            let elapsed = await clock.measure {
                await expectUnavailable { _ = try await database.thingCount() }
                await expectUnavailable { try await database.write { try $0.addThing("down") } }
                await expectUnavailable { _ = try await database.report { try $0.thingCount() } }
            }
            #expect(elapsed < .seconds(2))
        }

        storm.pause(true)
        try await cluster.start()
        let least = try await amount(in: database)
        #expect(least >= storm.seen && least >= 1000 + storm.kept.value, "Nobody was answered with what was lost.")
        storm.pause(false)
        let before = storm.kept.value
        #expect(try await storm.kept.reaches(before + 20))
        storm.stop()
        let (kept, unknown) = await counted
        let amount = try await amount(in: database)
        #expect((1000 + kept...1000 + kept + unknown).contains(amount))

        let wakes = woken.value
        try await database.write { try $0.announce(EventTests.event("OrderPlaced"), at: EventTests.now) }
        #expect(try await woken.reaches(wakes + 1))
        await database.close()
        try await cluster.remove()
    }

    /// A server that was gone a moment ago may still be said to be.
    private func amount(in database: Database) async throws -> Int {
        for _ in 0..<100 {
            if let amount = try? await database.read({ try Storm.amount($0) }) { return amount }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await database.read { try Storm.amount($0) }
    }

    private func expectUnavailable(_ body: () async throws -> Void) async {
        let error = await #expect(throws: StorageError.self) { try await body() }
        guard case .unavailable = error else {
            Issue.record("It answered \(String(describing: error)).")
            return
        }
    }

    @Test("A connection that is lost before the commit is replaced, and the closure runs again")
    func lostBeforeCommit() async throws {
        try await DatabaseLease.withDatabase(.postgres, migrations: worktable) { database in
            let runs = Counter()
            try await database.write { connection in
                try connection.addThing("once")
                if runs.increment() == 1 { _ = try connection.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(runs.value == 2)
            #expect(try await database.thingCount() == 1)
            let reads = Counter()
            let count = try await database.read { connection in
                if reads.increment() == 1 { _ = try connection.rows("SELECT pg_terminate_backend(pg_backend_pid())") }
                return try connection.thingCount()
            }
            #expect(reads.value == 2)
            #expect(count == 1)
        }
    }

    @Test("A connection that is lost each time ends as unavailable")
    func lostAlways() async throws {
        try await DatabaseLease.withDatabase(.postgres, migrations: worktable) { database in
            let runs = Counter()
            await expectUnavailable {
                try await database.write { connection in
                    runs.increment()
                    try connection.addThing("never")
                    _ = try connection.rows("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(runs.value == 3)
            let kept = try await database.thingCount()
            #expect(kept == 0)
        }
    }

    @Test("A connection that is lost during the commit is answered commitUnknown, and not run again")
    func lostDuringCommit() async throws {
        try await DatabaseLease.withDatabase(.postgres, migrations: worktable) { database in
            try await database.write { connection in
                try connection.script(
                    """
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON shelf DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION die();
                    """)
            }
            let runs = Counter()
            let error = await #expect(throws: StorageError.self) {
                try await database.write { connection in
                    runs.increment()
                    try connection.execute("INSERT INTO shelf (name) VALUES ('a')")
                }
            }
            guard case .commitUnknown = error else {
                Issue.record("It answered \(String(describing: error)).")
                return
            }
            #expect(runs.value == 1)
            try await database.write { try $0.addThing("the next one") }
            #expect(try await database.thingCount() == 1)
        }
    }

    @Test("Two closures that lock in opposite order both get through")
    func deadlock() async throws {
        try await DatabaseLease.withDatabase(.postgres, migrations: worktable) { database in
            try await database.write { connection in
                try connection.addThing("a")
                try connection.addThing("b")
            }
            let runs = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for names in [["a", "b"], ["b", "a"]] {
                    group.addTask {
                        try await database.write { connection in
                            let isFirstRun = runs.increment() <= 2
                            for name in names {
                                try connection.execute("UPDATE thing SET amount = amount + 1 WHERE name = \(name)")
                                if isFirstRun { _ = try connection.rows("SELECT pg_sleep(0.3)") }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.value >= 3)
            let amounts = try await database.read { connection in
                try connection.rows("SELECT amount FROM thing").map { try $0["amount"] as Int }
            }
            #expect(amounts == [2, 2])
        }
    }

    enum WrongAddress: String, CaseIterable {
        case noServer = "postgres://kontor:hunter2@127.0.0.1:1/kontor"
        case noURL = "postgres://kontor:hunter2@127.0.0.1:port/kontor"
        case badEscape = "postgres://kontor:hunter2%@127.0.0.1/kontor"
        case noHost = "postgres://kontor:hunter2@host.invalid/kontor"
    }

    @Test("A wrong address is told in one line without the password", arguments: WrongAddress.allCases)
    func wrongAddress(_ address: WrongAddress) throws {
        try expectOneLine(address.rawValue)
    }

    @Test("A database that does not exist is told in one line without the password")
    func unknownDatabase() async throws {
        try await DatabaseLease.withLease(.postgres, migrations: []) { lease in
            let url = lease.location.replacing("@", with: ":hunter2@").replacing("kontor_test", with: "kontor_nowhere")
            try expectOneLine(url)
        }
    }

    private func expectOneLine(_ url: String) throws {
        let error = #expect(throws: StorageError.self) { try PostgresDriver(url: url) }
        guard case .unavailable(let message) = error else {
            Issue.record("It answered \(String(describing: error)).")
            return
        }
        #expect(!message.contains("hunter2"))
        #expect(!message.contains("\n"))
        #expect(message.count > 30)
    }
}

/// Increments one counter from several tasks at once, until it is stopped, whatever happens to the server.
private final class Storm: Sendable {
    let kept = Counter()
    let refused = Counter()
    private let unknown = Counter()
    private let stopped = Counter()
    private let highest = Mutex(0)
    private let isPaused = Mutex(false)
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func stop() { stopped.increment() }

    /// Keeps the others from writing while the server is looked at.
    func pause(_ isPaused: Bool) { self.isPaused.withLock { $0 = isPaused } }

    /// What somebody was answered who only looked.
    var seen: Int { highest.withLock { $0 } }

    /// - Returns: how many increments were answered as kept, and of how many it is not known.
    func run() async -> (kept: Int, unknown: Int) {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask { [self] in await again(increment) }
            }
            group.addTask { [self] in await again(look) }
        }
        return (kept.value, unknown.value)
    }

    static func amount(_ connection: Connection) throws -> Int {
        try connection.row("SELECT amount FROM thing WHERE name = 'counter'")?["amount"] ?? 0
    }

    private func again(_ body: () async -> Void) async {
        while stopped.value == 0, !Task.isCancelled {
            if isPaused.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(20)) } else { await body() }
        }
    }

    /// As a second click does: a transaction that might write, and finds that there is nothing to do.
    private func look() async {
        let found = try? await database.write { try Storm.amount($0) }
        if let found { highest.withLock { $0 = max($0, found) } } else { try? await Task.sleep(for: .milliseconds(20)) }
    }

    private func increment() async {
        do {
            try await database.write { connection in
                try connection.lock(named: "counter")
                try connection.execute("UPDATE thing SET amount = amount + 1 WHERE name = 'counter'")
            }
            kept.increment()
        } catch StorageError.unavailable {
            refused.increment()
            try? await Task.sleep(for: .milliseconds(20))
        } catch StorageError.commitUnknown {
            unknown.increment()
        } catch {
            Issue.record("The storm met \(error).")
        }
    }
}
