import Foundation
import Storage
import StorageSQLite
import TestSupport
import Testing

@Suite("SQLite on bad days")
struct SQLiteTests {
    @Test("A full disk leaves everything as it was, and later writes work")
    func diskFull() async throws {
        try await DatabaseLease.withDatabase(.sqlite, migrations: worktable) { database in
            try await database.write { try $0.addThing("before") }
            try await database.write { connection in
                let pages: Int = try connection.row("PRAGMA page_count")?["page_count"] ?? 0
                _ = try connection.rows(SQL(stringLiteral: "PRAGMA max_page_count = \(pages + 50)"))
            }
            let document = [UInt8](repeating: 7, count: 60_000)
            let kept = await withTaskGroup(of: Bool?.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            try await database.write { connection in
                                try connection.addThing("small \(number)")
                                try connection.execute(
                                    "INSERT INTO thing (name, document) VALUES (\("large \(number)"), \(document))")
                            }
                            return true
                        } catch StorageError.unavailable {
                            return false
                        } catch {
                            return nil
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(!kept.contains(nil))
            #expect(kept.contains(false))
            #expect(try await database.thingCount() == 1 + 2 * kept.count { $0 == true })
            try await database.write { connection in
                _ = try connection.rows("PRAGMA max_page_count = 1000000")
                try connection.execute("INSERT INTO thing (name, document) VALUES ('after', \(document))")
            }
            let check = try await database.report { try $0.row("PRAGMA integrity_check") }
            #expect(try check?["integrity_check"] == "ok")
        }
    }

    @Test("A closure that goes on after a full disk writes nothing")
    func goingOn() async throws {
        try await DatabaseLease.withDatabase(.sqlite, migrations: worktable) { database in
            await #expect(throws: StorageError.unavailable("database or disk is full")) {
                try await database.write { connection in
                    _ = try connection.rows("PRAGMA max_page_count = 1")
                    let large = [UInt8](repeating: 7, count: 900_000)
                    _ = try? connection.execute("INSERT INTO thing (name, document) VALUES ('a', \(large))")
                    _ = try? connection.addThing("b")
                }
            }
            let kept = try await database.thingCount()
            #expect(kept == 0)
        }
    }

    @Test("Commits are safe on the disk: synchronous is FULL, the journal is a WAL, foreign keys are on")
    func durable() async throws {
        try await DatabaseLease.withDatabase(.sqlite) { database in
            let settings = try await database.write { connection in
                try ["synchronous", "journal_mode", "foreign_keys"].map { name in
                    try connection.row(SQL(stringLiteral: "PRAGMA \(name)"))?.value(name)
                }
            }
            #expect(settings == [.integer(2), .text("wal"), .integer(1)])
        }
    }

    enum Misplaced: String, CaseIterable {
        case inNoDirectory, inAFile, inAnUnwritableDirectory, atADirectory, atAnotherFile

        func path(in directory: URL) throws -> String {
            let file = directory.appending(path: "note.txt")
            try Data(repeating: 65, count: 5000).write(to: file)
            let url =
                switch self {
                case .inNoDirectory: directory.appending(path: "missing/kontor.sqlite")
                case .inAFile: file.appending(path: "kontor.sqlite")
                // Even root makes no files there.
                case .inAnUnwritableDirectory: URL(filePath: "/proc/kontor.sqlite")
                case .atADirectory: directory
                case .atAnotherFile: file
                }
            return url.path(percentEncoded: false)
        }
    }

    @Test("A database that cannot be opened is unavailable, with its path", arguments: Misplaced.allCases)
    func misplaced(_ place: Misplaced) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = try place.path(in: directory)
        let error = #expect(throws: StorageError.self) { try SQLiteDriver(path: path) }
        guard case .unavailable(let message) = error else {
            Issue.record("It answered \(String(describing: error)).")
            return
        }
        #expect(message.contains(path))
    }

    @Test("Two drivers on one file take turns writing")
    func twoDrivers() async throws {
        try await DatabaseLease.withLease(.sqlite, migrations: worktable) { lease in
            let other = try lease.another()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    let database = number.isMultiple(of: 2) ? lease.database : other
                    group.addTask { try await database.write { try $0.addThing("t\(number)") } }
                }
                try await group.waitForAll()
            }
            #expect(try await other.thingCount() == 100)
            await other.close()
        }
    }
}
