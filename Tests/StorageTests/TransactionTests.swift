import Dispatch
import Kernel
import Storage
import TestSupport
import Testing

@Suite("Transactions")
struct TransactionTests {
    @Test("A closure that throws writes nothing and hands its error on", arguments: DatabaseKind.allCases)
    func throwing(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            await #expect(throws: Refusal()) {
                try await database.write { connection in
                    try connection.addThing("a")
                    throw Refusal()
                }
            }
            let kept = try await database.thingCount()
            #expect(kept == 0)
        }
    }

    @Test("A closure that swallows a failed statement is not kept", arguments: DatabaseKind.allCases)
    func swallowing(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { try $0.addThing("taken") }
            let error = await #expect(throws: StorageError.self) {
                try await database.write { connection in
                    try connection.addThing("before")
                    try? connection.addThing("taken")
                    try? connection.addThing("after")
                }
            }
            guard case .duplicate = error else {
                Issue.record("It answered \(String(describing: error)).")
                return
            }
            #expect(try await database.thingCount() == 1)
        }
    }

    @Test("An error that a closure makes of a failed statement reaches its caller", arguments: DatabaseKind.allCases)
    func translating(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { try $0.addThing("taken") }
            await #expect(throws: Refusal()) {
                try await database.write { connection in
                    do { try connection.addThing("taken") } catch StorageError.duplicate { throw Refusal() }
                }
            }
        }
    }

    @Test("A write in a closure that only reads is refused", arguments: DatabaseKind.allCases)
    func readOnly(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let refusal = StorageError.refused("A closure that only reads tried to write.")
            await #expect(throws: refusal) { try await database.read { try $0.addThing("a") } }
            await #expect(throws: refusal) { try await database.report { try $0.addThing("a") } }
            let kept = try await database.thingCount()
            #expect(kept == 0)
        }
    }

    @Test("Two hundred increments behind a guard row lose none", arguments: DatabaseKind.allCases)
    func guardRow(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let thing: ProductID = try await database.write { connection in
                try connection.insert("INSERT INTO thing (name, amount) VALUES ('guard', 1000) RETURNING id")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await database.write { connection in
                            try connection.lock("thing", thing)
                            let row = try connection.row("SELECT amount FROM thing WHERE id = \(thing)")
                            let amount: Int = try row?["amount"] ?? 0
                            try connection.execute("UPDATE thing SET amount = \(amount + 1) WHERE id = \(thing)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let row = try await database.read { try $0.row("SELECT amount FROM thing WHERE id = \(thing)") }
            #expect(try row?["amount"] == 1200)
        }
    }

    @Test("Closures that fail harm none of those they are committed with", arguments: DatabaseKind.allCases)
    func neighbours(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let failed = try await whileWriting(database) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            try await database.write { connection in
                                try connection.addThing("t\(number)")
                                switch number % 6 {
                                case 1: throw Refusal()
                                case 2: try connection.addThing("t\(number)")
                                case 3: try connection.execute("UPDATE thing SET late_shelf_id = 99 WHERE amount = 0")
                                default: break
                                }
                            }
                            return nil
                        } catch {
                            return number
                        }
                    }
                }
            }
            #expect(failed.sorted() == (0..<60).filter { [1, 2, 3].contains($0 % 6) })
            #expect(try await database.thingCount() == 30)
        }
    }

    /// Holds the writer with one closure, so that the others gather behind it.
    /// - Returns: what the tasks answered.
    private func whileWriting(
        _ database: Database, _ add: (inout TaskGroup<Int?>) -> Void
    ) async throws -> [Int] {
        let gate = DispatchSemaphore(value: 0)
        let (started, hasStarted) = AsyncStream<Void>.makeStream()
        async let holder: Void = database.write { _ in
            hasStarted.yield()
            gate.wait()
        }
        for await _ in started { break }
        let answers = await withTaskGroup(of: Int?.self) { group in
            add(&group)
            try? await Task.sleep(for: .milliseconds(200))
            gate.signal()
            return await group.reduce(into: []) { $0.append($1) }
        }
        try await holder
        return answers.compactMap(\.self)
    }

    @Test("A reader during a long write neither waits nor sees half of it", arguments: DatabaseKind.allCases)
    func readerDuringWrite(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let gate = DispatchSemaphore(value: 0)
            let (started, hasStarted) = AsyncStream<Void>.makeStream()
            async let writing: Void = database.write { connection in
                try connection.addThing("first half")
                hasStarted.yield()
                gate.wait()
                try connection.addThing("second half")
            }
            for await _ in started { break }
            #expect(try await database.thingCount() == 0)
            #expect(try await database.report { try $0.thingCount() } == 0)
            gate.signal()
            try await writing
            #expect(try await database.thingCount() == 2)
        }
    }

    @Test("A report sees one moment, whatever is written meanwhile", arguments: DatabaseKind.allCases)
    func report(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let gate = DispatchSemaphore(value: 0)
            let (started, hasStarted) = AsyncStream<Void>.makeStream()
            async let counts = database.report { connection in
                let before = try connection.thingCount()
                hasStarted.yield()
                gate.wait()
                return [before, try connection.thingCount()]
            }
            for await _ in started { break }
            try await database.write { try $0.addThing("meanwhile") }
            gate.signal()
            #expect(try await counts == [0, 0])
        }
    }

    @Test("Closing finishes what waits and refuses what comes", arguments: DatabaseKind.allCases)
    func closing(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withLease(kind, migrations: worktable) { lease in
            let database = try lease.another()
            let gate = DispatchSemaphore(value: 0)
            let (started, hasStarted) = AsyncStream<Void>.makeStream()
            async let holding: Void = database.write { connection in
                hasStarted.yield()
                gate.wait()
                try connection.addThing("holding")
            }
            for await _ in started { break }
            async let waiting: Void = database.write { try $0.addThing("waiting") }
            try await Task.sleep(for: .milliseconds(100))
            async let closed: Void = database.close()
            try await Task.sleep(for: .milliseconds(100))
            gate.signal()
            try await holding
            try await waiting
            await closed
            let refusal = StorageError.unavailable("The database is closed.")
            await #expect(throws: refusal) { try await database.write { try $0.addThing("late") } }
            await #expect(throws: StorageError.self) { try await database.thingCount() }
            #expect(try await lease.database.thingCount() == 2)
        }
    }
}
