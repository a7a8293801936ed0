import Storage
import TestSupport
import Testing

@Suite("What goes together with what follows")
struct QuestionTests {
    private static func with(_ kind: DatabaseKind, _ body: (Database) async throws -> Void) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable, body)
    }

    private static let count: SQL = "SELECT COUNT(*) AS n FROM thing"

    @Test("Each question has its own answer, as things stood when it was asked", arguments: DatabaseKind.allCases)
    func asked(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { database in
            let counts = try await database.write { connection in
                let before = try connection.ask(Self.count)
                try connection.addThing("a")
                let after = try connection.ask(Self.count)
                let name = try connection.ask("SELECT name FROM thing WHERE name = \("a")")
                let none = try connection.ask("SELECT name FROM thing WHERE name = \("b")")
                let found = try name.first { try $0["name"] as String }.answer()
                #expect(found == "a")
                #expect(try none.answer().isEmpty)
                try connection.addThing("b")
                // Looked at twice, it is not asked again.
                return try [after, before, after].map { try $0.answer().first?["n"] ?? -1 }
            }
            #expect(counts == [1, 0, 1])
        }
    }

    @Test("More questions than go together", arguments: DatabaseKind.allCases)
    func many(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { database in
            let numbers = 1...40
            let answers = try await database.read { connection in
                let questions = try numbers.map { try connection.ask("SELECT CAST(\($0) AS BIGINT) AS n") }
                return try questions.reversed().map { try $0.answer().first?["n"] ?? -1 }
            }
            #expect(answers == numbers.reversed())
            // One that nobody looks at does not disturb the next.
            try await database.read { _ = try $0.ask(Self.count) }
            #expect(try await database.thingCount() == 0)
        }
    }

    @Test("A question that cannot be is told, and nothing is kept", arguments: DatabaseKind.allCases)
    func wrong(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { database in
            for isLookedAt in [true, false] {
                await #expect(throws: StorageError.self) {
                    try await database.write { connection in
                        try connection.addThing("a")
                        let question = try connection.ask(
                            "INSERT INTO thing (name, amount) VALUES (\("b"), 13) RETURNING id")
                        if isLookedAt { _ = try question.answer() }
                    }
                }
            }
            let count = try await database.thingCount()
            #expect(count == 0)
        }
    }

    @Test(
        "What has to change a number of rows and changes another undoes all of it, at the latest by the commit",
        arguments: DatabaseKind.allCases)
    func counted(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { database in
            try await database.write { connection in
                try connection.addThing("a")
                try connection.send("UPDATE thing SET small = 1", changing: 1, or: .refused("one"))
            }
            for (count, looks) in [(0, false), (2, false), (2, true)] {
                await #expect(throws: StorageError.refused("another")) {
                    try await database.write { connection in
                        try connection.addThing("b")
                        try connection.send(
                            "UPDATE thing SET small = 2 WHERE name = \("a")", changing: count, or: .refused("another"))
                        if looks { _ = try connection.thingCount() }
                    }
                }
            }
            let count = try await database.thingCount()
            #expect(count == 1)
            let small: Int? = try await database.read { try $0.row("SELECT small FROM thing")?["small"] }
            #expect(small == 1)
        }
    }
}
