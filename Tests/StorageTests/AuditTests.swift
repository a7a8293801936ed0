import Foundation
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("Audit")
struct AuditTests {
    static let now = EventTests.now
    static let later = now.adding(.minutes(2))

    static func event(_ number: Int) -> Event {
        Event(
            "PersonRenamed",
            by: Event.Actor(
                person: PersonID(rawValue: Int64(1 + number % 3)), onBehalfOf: OrganizationID(rawValue: 5),
                requestID: "r\(number)", address: "192.0.2.\(number % 200)", client: "Firefox"),
            organization: OrganizationID(rawValue: Int64(1 + number % 2)), subject: "person", Int64(number + 1),
            product: ProductID(rawValue: 9), payload: ["number": "\(number)"],
            personal: ["before": "Zoë", "after": "Zoé \(number)"])
    }

    static func announce(_ count: Int, _ database: Database) async throws {
        try await database.write { connection in
            for number in 0..<count { try connection.announce(event(number), at: now) }
        }
    }

    @discardableResult
    static func seal(_ database: Database, at moment: Instant = later) async throws -> Int {
        var total = 0
        while true {
            let count = try await database.write { try Audit.seal(at: moment, in: $0) }
            total += count
            if count == 0 { return total }
        }
    }

    static func report(_ database: Database) async throws -> AuditReport {
        try await database.report { try Audit.verify($0, at: later) }
    }

    @Test("Events are sealed a minute after they happened, and the chain holds", arguments: DatabaseKind.allCases)
    func chain(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            #expect(try await database.read { try Audit.nextDue(in: $0) } == nil)
            try await Self.announce(2500, database)
            let due = try await database.read { try Audit.nextDue(in: $0) }
            #expect(due == Self.now.adding(.seconds(60)))
            #expect(try await Self.seal(database, at: Self.now.adding(.seconds(59))) == 0)
            #expect(try await Self.seal(database, at: Self.now.adding(.seconds(60))) == 2500)
            #expect(try await database.read { try Audit.nextDue(in: $0) } == nil)
            let report = try await Self.report(database)
            #expect(report.violations == [])
            #expect(report.warnings == [])
            #expect(report.events == 2500)
            #expect(report.blocks == 3)
            #expect(report.head?.utf8.count == 64)
            // What waits for more than an hour is worth a word, and nothing is broken.
            try await Self.announce(1, database)
            let waiting = try await database.report { try Audit.verify($0, at: Self.now.adding(.hours(2))) }
            #expect(waiting.violations == [])
            #expect(waiting.warnings.count == 1)
            #expect(waiting.warnings.first?.contains("2501") == true)
        }
    }

    @Test("The chain holds after a person's data was erased", arguments: DatabaseKind.allCases)
    func erased(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            try await Self.announce(30, database)
            try await Self.seal(database)
            let gone = try await database.write { try $0.erasePersonal(of: PersonID(rawValue: 2)) }
            #expect(gone == 20)
            let events = try await database.read { connection in
                try connection.rows("\(RecordedEvent.select) ORDER BY id").map(RecordedEvent.init)
            }
            #expect(events.count == 30)
            for event in events.map(\.event) {
                let isErased = event.actor.person == PersonID(rawValue: 2)
                #expect(event.actor.address.isEmpty == isErased)
                #expect(event.personal.isEmpty == isErased)
                #expect(event.payload["number"] != nil)
            }
            #expect(try await Self.report(database).violations == [])
            let forgotten = try await database.write { try $0.erasePersonal(originsBefore: Self.later, limit: 15) }
            #expect(forgotten == 15)
            #expect(try await database.write { try $0.erasePersonal(originsBefore: Self.now, limit: 100) } == 0)
            #expect(try await database.write { try $0.erasePersonal(originsBefore: Self.later, limit: 100) } == 5)
            #expect(try await database.read { try $0.oldestOrigin() } == nil)
            #expect(try await Self.report(database).violations == [])
        }
    }

    /// What somebody with the database's password could do, and what the check says then.
    static let tamperings: [(statements: [SQL], says: String)] = [
        (["UPDATE event SET name = 'Other' WHERE id = 7"], "event 7 (Other)"),
        (["UPDATE event SET version = 2 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET organization_id = 99 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET organization_id = NULL WHERE id = 7"], "event 7 "),
        (["UPDATE event SET person_id = 99 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET on_behalf_of_id = NULL WHERE id = 7"], "event 7 "),
        (["UPDATE event SET subject = 'order' WHERE id = 7"], "event 7 "),
        (["UPDATE event SET subject_id = 99 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET product_id = 8 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET payload = '{}' WHERE id = 7"], "event 7 "),
        (["UPDATE event SET request_id = '' WHERE id = 7"], "event 7 "),
        (["UPDATE event SET happened_at = happened_at + 1 WHERE id = 7"], "event 7 "),
        (["UPDATE event SET origin_digest = NULL WHERE id = 7"], "event 7 "),
        (["UPDATE event SET details_digest = origin_digest WHERE id = 7"], "event 7 "),
        (
            [
                "DELETE FROM outbox WHERE event_id = 7", "DELETE FROM event_personal WHERE event_id = 7",
                "DELETE FROM event WHERE id = 7",
            ], "event 7 of block 1 is missing"
        ),
        (
            ["UPDATE event_personal SET content = '{\"address\":\"\"}' WHERE event_id = 7 AND part = 'origin'"],
            "event 7 (PersonRenamed): its personal data (origin) was changed"
        ),
        (
            ["UPDATE event_personal SET content = '{}' WHERE event_id = 7 AND part = 'details'"],
            "event 7 (PersonRenamed): its personal data (details) was changed"
        ),
        (["UPDATE event_personal SET salt = NULL WHERE event_id = 7"], "event 7 (PersonRenamed): its personal data"),
        (["UPDATE audit_block SET events = '1-999,1001' WHERE id = 1"], "block 1 was changed"),
        (["UPDATE audit_block SET events = '1-9223372036854775807' WHERE id = 1"], "block 1 was changed"),
        (["UPDATE audit_block SET count = 999 WHERE id = 1"], "block 1 was changed"),
        (["UPDATE audit_block SET last_event = 999 WHERE id = 1"], "block 1 was changed"),
        (["UPDATE audit_block SET first_at = 0 WHERE id = 2"], "block 2 was changed"),
        (["UPDATE audit_block SET last_at = 0 WHERE id = 2"], "block 2 was changed"),
        (["UPDATE audit_block SET sealed_at = 0 WHERE id = 2"], "block 2 was changed"),
        (["UPDATE audit_block SET digests = seal WHERE id = 2"], "block 2 was changed"),
        (
            ["UPDATE audit_block SET previous = (SELECT origin_digest FROM event WHERE id = 1) WHERE id = 2"],
            "block 2 does not follow"
        ),
        (
            ["UPDATE audit_block SET seal = (SELECT origin_digest FROM event WHERE id = 1) WHERE id = 1"],
            "block 2 does not follow"
        ),
        (["DELETE FROM audit_block WHERE id = 2"], "block 3 does not follow"),
        (["DELETE FROM audit_block WHERE id = 1"], "the beginning of the chain is missing"),
    ]

    @Test("Whatever is changed behind our back is found and named", arguments: DatabaseKind.allCases)
    func tampering(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            try await Self.announce(2100, database)
            try await Self.seal(database)
            for (statements, says) in Self.tamperings {
                let result = await #expect(throws: Undone.self) {
                    try await database.write { connection in
                        for table in ["event", "audit_block"] {
                            try connection.script(connection.dialect.rewritable(table))
                        }
                        for statement in statements { try connection.execute(statement) }
                        throw Undone(violations: try Audit.verify(connection, at: Self.later).violations)
                    }
                }
                let violations = result?.violations ?? []
                #expect(violations.contains { $0.contains(says) }, "\(statements): \(violations)")
            }
            #expect(try await Self.report(database).violations == [])
        }
    }

    struct Undone: Error {
        let violations: [String]
    }

    @Test("Two that seal at once make one chain", arguments: DatabaseKind.allCases)
    func together(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withLease(kind) { lease in
            let databases = [lease.database, try lease.another(), try lease.another()]
            try await Self.announce(5500, lease.database)
            let sealed = try await withThrowingTaskGroup(of: Int.self) { group in
                for database in databases { group.addTask { try await Self.seal(database) } }
                return try await group.reduce(0, +)
            }
            // Whoever lost a race stopped; what is left is taken now.
            let rest = try await Self.seal(lease.database)
            #expect(sealed + rest == 5500)
            let report = try await Self.report(lease.database)
            #expect(report.violations == [])
            #expect(report.events == 5500)
            for database in databases.dropFirst() { await database.close() }
        }
    }

    @Test(
        "An event that was committed late is sealed late; one that is put in is found", arguments: DatabaseKind.allCases
    )
    func late(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let put = { @Sendable (id: Int64) in
                _ = try await database.write { connection in
                    try connection.execute(
                        """
                        INSERT INTO event (id, name, version, subject, subject_id, payload, request_id, happened_at)
                        VALUES (\(id), 'OrderPlaced', 1, 'order', 1, '{}', '', \(Self.now))
                        """)
                }
            }
            for id in [Int64(1), 2, 10] { try await put(id) }
            #expect(try await Self.seal(database) == 3)
            try await put(7)
            try await put(11)
            #expect(try await Self.seal(database) == 2)
            let blocks = try await database.read { connection in
                try connection.rows("SELECT events FROM audit_block ORDER BY id").map { try $0["events"] as String }
            }
            #expect(blocks == ["1-2,10", "7,11"])
            #expect(try await Self.report(database).violations == [])
            try await put(30_000)
            try await Self.seal(database)
            try await put(8)
            #expect(try await Self.seal(database) == 0)
            let violations = try await Self.report(database).violations
            #expect(violations.count == 1)
            #expect(violations.first?.contains("event 8 is in no block") == true)
        }
    }

    @Test("Other software proves the exported chain", arguments: DatabaseKind.allCases)
    func export(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            try await Self.announce(1200, database)
            try await Self.seal(database)
            func lines(_ selection: AuditSelection) async throws -> [String] {
                try await database.report { connection in
                    var lines: [String] = []
                    try Audit.export(selection, from: connection) { lines.append($0) }
                    return lines
                }
            }
            let all = try await lines(AuditSelection())
            let proof = try Self.prove(all)
            #expect(proof.code == 0, "\(proof.text)")
            #expect(proof.text.contains("1200 events in 2 blocks"))
            #expect(!all.joined().contains("Zo"))
            #expect(!all.joined().contains("192.0.2."))
            let some = try await lines(AuditSelection(organization: OrganizationID(rawValue: 2)))
            let part = try Self.prove(some)
            #expect(part.code == 0, "\(part.text)")
            #expect(part.text.contains("600 events in 2 blocks"))
            let none = try await lines(AuditSelection(from: Self.later))
            #expect(none == [])
            let changed = try Self.prove(all.map { $0.replacingOccurrences(of: "\"r17\"", with: "\"r18\"") })
            #expect(changed.code == 1)
            #expect(changed.text.contains("event 18 was changed"))
        }
    }

    private static func prove(_ lines: [String]) throws -> (code: Int32, text: String) {
        let checker = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Audit/check_export.py")
        let folder = FileManager.default.temporaryDirectory.appending(path: "kontor-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "export.jsonl")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", checker.standardizedFileURL.path]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
