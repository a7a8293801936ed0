import Kernel
import Storage
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    static let now = Instant(epochSeconds: 1_800_000_000)
    static let second = Migration("test-002-more", "CREATE TABLE more (id IDENTITY)")

    @Test("Each step is applied once, in order", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: []) { database in
            let first = try await database.migrate(worktable, at: MigrationTests.now)
            #expect(first == ["test-001-worktable"])
            let again = try await database.migrate(worktable, at: MigrationTests.now)
            #expect(again.isEmpty)
            let more = try await database.migrate(worktable + [MigrationTests.second], at: MigrationTests.now)
            #expect(more == ["test-002-more"])
            let applied = try await database.appliedMigrations()
            #expect(applied == ["test-001-worktable", "test-002-more"])
        }
    }

    @Test("A schema newer than the program is refused by name", arguments: DatabaseKind.allCases)
    func newer(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable + [MigrationTests.second]) { database in
            await #expect(throws: StorageError.newerSchema(["test-002-more"])) {
                try await database.migrate(worktable, at: MigrationTests.now)
            }
        }
    }

    @Test("A step that fails leaves nothing of itself", arguments: DatabaseKind.allCases)
    func failing(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: []) { database in
            let broken = Migration("test-003", "CREATE TABLE half (id IDENTITY); CREATE TABLE half (id IDENTITY);")
            await #expect(throws: StorageError.self) { try await database.migrate([broken], at: MigrationTests.now) }
            let applied = try await database.appliedMigrations()
            #expect(applied.isEmpty)
            let mended = Migration("test-003", "CREATE TABLE half (id IDENTITY)")
            let second = try await database.migrate([mended], at: MigrationTests.now)
            #expect(second == ["test-003"])
        }
    }

    @Test("Two processes that migrate at once share the work", arguments: DatabaseKind.allCases)
    func together(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withLease(kind, migrations: []) { lease in
            let databases = try (0..<4).map { _ in try lease.another() }
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for database in databases {
                    group.addTask {
                        try await database.migrate(
                            Migration.storage + worktable + [MigrationTests.second], at: MigrationTests.now)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            for database in databases { await database.close() }
            #expect(
                applied.sorted() == (Migration.storage.map(\.id) + ["test-001-worktable", "test-002-more"]).sorted())
        }
    }

    @Test("A step widens a check, in connections that are open too", arguments: DatabaseKind.allCases)
    func wider(_ kind: DatabaseKind) async throws {
        let narrow = "CHECK (colour IN ('red', 'blue'))"
        let first = Migration("test-010", "CREATE TABLE flag (id IDENTITY, colour TEXT NOT NULL \(narrow))")
        let wider = Migration(
            "test-011", "",
            checks: [CheckChange("flag", "flag_colour_check", narrow, "CHECK (colour IN ('red', 'blue', 'green'))")])
        try await DatabaseLease.withDatabase(kind, migrations: [first]) { database in
            let add = { @Sendable (colour: String) in
                try await database.write { try $0.execute("INSERT INTO flag (colour) VALUES (\(colour))") }
            }
            #expect(try await add("red") == 1)
            await #expect(throws: StorageError.self) { try await add("green") }
            try await database.migrate([first, wider], at: MigrationTests.now)
            #expect(try await add("green") == 1)
            await #expect(throws: StorageError.self) { try await add("pink") }
            let count = try await database.read { try $0.row("SELECT COUNT(*) AS count FROM flag")?.value("count") }
            #expect(count == .integer(2))
        }
    }

    @Test("A check that is not there as it is named fails the step", arguments: DatabaseKind.allCases)
    func unknownCheck(_ kind: DatabaseKind) async throws {
        let first = Migration("test-010", "CREATE TABLE flag (id IDENTITY, colour TEXT NOT NULL)")
        let wider = Migration(
            "test-011", "", checks: [CheckChange("flag", "flag_colour_check", "CHECK (a)", "CHECK (colour <> '')")])
        try await DatabaseLease.withDatabase(kind, migrations: [first]) { database in
            await #expect(throws: StorageError.self) {
                try await database.migrate([first, wider], at: MigrationTests.now)
            }
            let applied = try await database.appliedMigrations()
            #expect(applied == ["test-010"])
        }
    }

    @Test("A statement prepared before a step works after it", arguments: DatabaseKind.allCases)
    func prepared(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { try $0.addThing("a", amount: 5) }
            let amounts = { @Sendable (connection: Connection) in
                try connection.rows("SELECT amount FROM thing").map { $0.value("amount") }
            }
            for _ in 0..<8 {
                let before = try await database.read(amounts)
                #expect(before == [.integer(5)])
            }
            try await database.write { connection in
                try connection.script(
                    """
                    ALTER TABLE thing RENAME COLUMN amount TO number;
                    ALTER TABLE thing ADD COLUMN amount TEXT;
                    UPDATE thing SET amount = 'five';
                    """)
            }
            for _ in 0..<8 {
                let after = try await database.read(amounts)
                #expect(after == [.text("five")])
            }
        }
    }
}
