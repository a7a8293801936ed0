import Kernel
import Storage
import TestSupport
import Testing

@Suite("Values, there and back")
struct ValueTests {
    static let texts = ["", "Zoë Müller", "日本語 👩‍👩‍👧", "'; DROP TABLE thing; --", "a\nb\tc\\ \"d\" %_?$1"]
    static let numbers: [Int64] = [0, -1, .max, .min]
    static let documents: [[UInt8]] = [[], [0], Array(0...255), Array(repeating: 0, count: 100_000)]

    @Test("Text, numbers, booleans and bytes come back as they went", arguments: DatabaseKind.allCases)
    func roundTrip(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                for text in ValueTests.texts {
                    let row = try connection.row("INSERT INTO thing (name) VALUES (\(text)) RETURNING name")
                    #expect(try row?["name"] == text)
                }
                for number in ValueTests.numbers {
                    let row = try connection.row("INSERT INTO thing (amount) VALUES (\(number)) RETURNING amount")
                    #expect(try row?["amount"] == number)
                }
                for flag in [true, false] {
                    let row = try connection.row("INSERT INTO thing (flag) VALUES (\(flag)) RETURNING flag")
                    #expect(try row?["flag"] == flag)
                }
                for document in ValueTests.documents {
                    let row = try connection.row("INSERT INTO thing (document) VALUES (\(document)) RETURNING document")
                    #expect(try row?["document"] == document)
                }
            }
            let names = try await database.read { connection in
                try connection.rows("SELECT name FROM thing WHERE name IS NOT NULL ORDER BY id").map { row in
                    try row["name"] as String
                }
            }
            #expect(names == ValueTests.texts)
        }
    }

    @Test("NULL is nil, and not read as anything else", arguments: DatabaseKind.allCases)
    func null(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let row = try await database.write { connection in
                try connection.row(
                    """
                    INSERT INTO thing (name, amount, flag, document)
                    VALUES (\(String?.none), \(Int64?.none), \(Bool?.none), \([UInt8]?.none))
                    RETURNING name, amount, flag, document
                    """)
            }
            let stored = try #require(row)
            #expect(try (stored["name"] as String?) == nil)
            #expect(try (stored["amount"] as Int64?) == nil)
            #expect(try (stored["flag"] as Bool?) == nil)
            #expect(try (stored["document"] as [UInt8]?) == nil)
            #expect(throws: StorageError.self) { try stored["name"] as String }
        }
    }

    @Test("A cell of another type is unreadable, with the column's name", arguments: DatabaseKind.allCases)
    func unreadable(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let row = try await database.write { connection in
                try connection.row("INSERT INTO thing (name) VALUES ('five') RETURNING name")
            }
            #expect(throws: StorageError.unreadable("Column name holds text(\"five\"), not a Int64.")) {
                try row?["name"] as Int64?
            }
        }
    }

    @Test("Text with a NUL is refused and not cut off", arguments: DatabaseKind.allCases)
    func nul(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            await #expect(throws: StorageError.refused("Text cannot hold the character U+0000.")) {
                try await database.write { try $0.addThing("a\0b") }
            }
            let kept = try await database.thingCount()
            #expect(kept == 0)
        }
    }

    @Test("Sums of whole numbers are whole numbers", arguments: DatabaseKind.allCases)
    func sum(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let row = try await database.write { connection in
                try connection.addThing("a", amount: 5_000_000_000)
                try connection.addThing("b", amount: 7)
                return try connection.row("SELECT SUM(amount) AS total, MAX(small) AS small FROM thing")
            }
            #expect(try row?["total"] == Int64(5_000_000_007))
            #expect(try row?["small"] == 0)
        }
    }

    @Test("IN takes a list of any length, and an empty one matches nothing", arguments: DatabaseKind.allCases)
    func lists(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                for number in 1...20 { try connection.addThing("t\(number)", amount: number + 100) }
            }
            // More shapes than a connection keeps prepared.
            for length in 0...600 {
                let wanted = (0..<length).map { Int64($0 + 101) }
                let found = try await database.read { connection in
                    try connection.rows("SELECT id FROM thing WHERE amount IN \(wanted)").count
                }
                #expect(found == min(length, 20))
            }
        }
    }

    @Test(
        "A search for what was typed takes %, _ and \\ as they are", arguments: DatabaseKind.allCases,
        [("100%", ["100% wool"]), ("a_b", ["a_b"]), ("\\", ["c:\\temp"]), ("WOOL", ["100% wool", "woollen 1000"])])
    func search(_ kind: DatabaseKind, _ row: (typed: String, found: [String])) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let found = try await database.write { connection in
                for name in ["100% wool", "woollen 1000", "a_b", "axb", "c:\\temp"] { try connection.addThing(name) }
                let matches = connection.dialect.matches("name", Dialect.containing(row.typed))
                return try connection.rows("SELECT name FROM thing WHERE \(matches) ORDER BY id").map {
                    try $0["name"] as String
                }
            }
            #expect(found == row.found)
        }
    }
}
