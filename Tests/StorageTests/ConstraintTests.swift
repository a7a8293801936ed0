import Kernel
import Storage
import TestSupport
import Testing

@Suite("What the schema refuses")
struct ConstraintTests {
    enum Broken: CaseIterable {
        case unique, primaryKey, check, notNull, foreignKey, foreignKeyAtCommit

        var statement: SQL {
            switch self {
            case .unique: "INSERT INTO thing (name) VALUES ('taken')"
            case .primaryKey: "INSERT INTO shelf (id, name) VALUES (1, 'again')"
            case .check: "INSERT INTO thing (name, amount) VALUES ('x', 13)"
            case .notNull: "INSERT INTO thing (name, small) VALUES ('x', NULL)"
            case .foreignKey: "INSERT INTO thing (name, shelf_id) VALUES ('x', 99)"
            case .foreignKeyAtCommit: "INSERT INTO thing (name, late_shelf_id) VALUES ('x', 99)"
            }
        }

        var isDuplicate: Bool { self == .unique || self == .primaryKey }
    }

    @Test(
        "Constraints answer duplicate or refused, and nothing is kept", arguments: DatabaseKind.allCases,
        Broken.allCases)
    func constraints(_ kind: DatabaseKind, _ broken: Broken) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                try connection.execute("INSERT INTO shelf (id, name) VALUES (1, 'first')")
                try connection.addThing("taken")
            }
            let error = await #expect(throws: StorageError.self) {
                try await database.write { connection in
                    try connection.addThing("before")
                    try connection.execute(broken.statement)
                }
            }
            switch error {
            case .duplicate(let constraint):
                #expect(broken.isDuplicate)
                #expect(constraint.contains(broken == .unique ? "name" : kind == .sqlite ? "id" : "pkey"))
            case .refused: #expect(!broken.isDuplicate)
            default: Issue.record("\(broken) answered \(String(describing: error)).")
            }
            #expect(try await database.thingCount() == 1)
        }
    }

    @Test(
        "An append-only table refuses UPDATE and DELETE", arguments: DatabaseKind.allCases,
        ["UPDATE journal SET text = 'b'", "DELETE FROM journal"])
    func appendOnly(_ kind: DatabaseKind, _ statement: String) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { try $0.execute("INSERT INTO journal (text) VALUES ('a')") }
            await #expect(throws: StorageError.refused("journal is append-only")) {
                try await database.write { try $0.execute(SQL(stringLiteral: statement)) }
            }
            let texts = try await database.read { connection in
                try connection.rows("SELECT text FROM journal").map { try $0["text"] as String }
            }
            #expect(texts == ["a"])
        }
    }

    @Test("ON CONFLICT, RETURNING and the number of changed rows", arguments: DatabaseKind.allCases)
    func answers(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            try await database.write { connection in
                let first: ProductID = try connection.insert("INSERT INTO thing (name) VALUES ('a') RETURNING id")
                let second: ProductID = try connection.insert("INSERT INTO thing (name) VALUES ('b') RETURNING id")
                #expect(first < second)
                let ignored = try connection.execute(
                    "INSERT INTO thing (name) VALUES ('a') ON CONFLICT (name) DO NOTHING")
                #expect(ignored == 0)
                let merged = try connection.row(
                    """
                    INSERT INTO thing (name, amount) VALUES ('a', 5)
                    ON CONFLICT (name) DO UPDATE SET amount = excluded.amount
                    RETURNING id, amount
                    """)
                #expect(try merged?["id"] == first)
                #expect(try merged?["amount"] == 5)
                #expect(try connection.execute("UPDATE thing SET small = 1") == 2)
                #expect(try connection.execute("DELETE FROM thing WHERE name = 'nobody'") == 0)
            }
        }
    }

    @Test("A statement that is wrong is a defect, told without its values", arguments: DatabaseKind.allCases)
    func defect(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: worktable) { database in
            let error = await #expect(throws: StorageError.self) {
                try await database.read { try $0.rows("SELECT nothing FROM nowhere WHERE secret = \("hunter2")") }
            }
            guard case .failed(let message) = error else {
                Issue.record("It answered \(String(describing: error)).")
                return
            }
            #expect(message.contains("nowhere"))
            #expect(!message.contains("hunter2"))
        }
    }
}
