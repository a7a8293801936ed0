import Kernel
import Storage
import TestSupport
import Testing

@Suite("Finding rows")
struct FindingTests {
    @Test("Text is found whatever its case, and what was typed stands for itself", arguments: DatabaseKind.allCases)
    func search(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                for name in ["Rossier", "ROSSI & fils", "100% pure", "a_b", "axb", "back\\slash"] {
                    try connection.addThing(name)
                }
            }
            func found(_ typed: String) async throws -> [String] {
                try await database.read { connection in
                    let matches = connection.dialect.matches("name", Dialect.containing(typed))
                    return try connection.rows("SELECT name FROM thing WHERE \(matches) ORDER BY id").map {
                        try $0["name"]
                    }
                }
            }
            #expect(try await found("rossi") == ["Rossier", "ROSSI & fils"])
            #expect(try await found("OSSIER") == ["Rossier"])
            #expect(try await found("%") == ["100% pure"])
            #expect(try await found("A_B") == ["a_b"])
            #expect(try await found("k\\S") == ["back\\slash"])
            #expect(try await found("nobody").isEmpty)
        }
    }

    @Test("Words are found in whichever column they are, all of them", arguments: DatabaseKind.allCases)
    func words(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                for name in ["Rossier", "Keller 100%"] { try connection.addThing(name) }
            }
            func found(_ typed: String) async throws -> [String] {
                try await database.read { connection in
                    let matches = connection.dialect.matches(words: typed, in: ["name", "'at ' || upper(name)"])
                    return try connection.rows("SELECT name FROM thing WHERE \(matches) ORDER BY id").map {
                        try $0["name"]
                    }
                }
            }
            #expect(try await found("") == ["Rossier", "Keller 100%"])
            #expect(try await found("  AT   ross ") == ["Rossier"])
            #expect(try await found("at ross kell").isEmpty)
            #expect(try await found("0%") == ["Keller 100%"])
            #expect(try await found("r_s").isEmpty)
            #expect(try await found("rossierat").isEmpty, "a word goes over no border")
        }
    }

    @Test("Rows are found by any number of keys, in any order", arguments: DatabaseKind.allCases)
    func keys(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let ids = try await database.write { connection -> [ProductID] in
                try (0..<1_200).map {
                    try connection.insert("INSERT INTO thing (name) VALUES (\("thing \($0)")) RETURNING id")
                }
            }
            func found(_ wanted: [ProductID]) async throws -> [ProductID] {
                try await database.read { connection in
                    let among = connection.dialect.among("id", wanted)
                    return try connection.rows("SELECT id FROM thing WHERE \(among) ORDER BY id").map { try $0["id"] }
                }
            }
            #expect(try await found(Array(ids.prefix(1_000).reversed())) == Array(ids.prefix(1_000)))
            #expect(try await found([ids[7], ids[7], ProductID(rawValue: .max)]) == [ids[7]])
            #expect(try await found([] as [ProductID]).isEmpty)
            func found(_ names: [String]) async throws -> [ProductID] {
                try await database.read { connection in
                    let among = connection.dialect.among("name", names)
                    return try connection.rows("SELECT id FROM thing WHERE \(among) ORDER BY id").map { try $0["id"] }
                }
            }
            #expect(try await found((0..<1_000).map { "thing \($0)" }) == Array(ids.prefix(1_000)))
            #expect(try await found(["thing 3", "thing 3", "no \"such\", thing"]) == [ids[3]])
            #expect(try await found(["thing 7"]) == [ids[7]])
            #expect(try await found([] as [String]).isEmpty)
        }
    }
}
