import Kernel
import Storage
import TestSupport
import Testing

@testable import Billing

@Suite("Documents of an organisation that was deleted (BILL-13)")
struct HandoverTests {
    private static let documents = 5

    /// An invoice and four receipts that are to go to whoever deleted the organisation.
    private static func with(
        _ kind: DatabaseKind, _ body: (TestWorld, TestPerson, HandingOver) async throws -> Void
    ) async throws {
        try await OrderTests.with(kind) { (world: TestWorld, marie: TestPerson) async throws in
            try await world.order(by: marie)
            for number in 2...documents {
                _ = try await world.topUp("\(number).00", by: marie, key: "top-up-of-the-handover-\(number)")
            }
            _ = try await world.mails(to: marie.login)
            let now = world.clock.now
            try await world.database.write { connection in
                try connection.handOverDocuments(of: marie.organization, to: marie.id, at: now)
            }
            try await body(
                world, marie,
                HandingOver(
                    database: world.database, press: world.press, settings: world.webSettings,
                    zone: .zurich))
        }
    }

    private static func subjects(_ world: TestWorld, _ marie: TestPerson) async throws -> [String] {
        try await world.mails(to: marie.login).map(\.subject).filter { $0.hasPrefix("Documents of") }.sorted()
    }

    /// The files of each archive: each has one entry in the directory at the end (APPNOTE 4.3.12).
    private static func files(_ world: TestWorld) async throws -> [String] {
        try await world.database.read { connection in
            try connection.rows("SELECT name, bytes FROM sandbox_attachment ORDER BY name").map { row in
                let bytes: [UInt8] = try row["bytes"]
                let entries = bytes.split(separator: UInt8(ascii: "P")).count { $0.starts(with: [75, 1, 2]) }
                return "\(try row["name"] as String) \(entries)"
            }
        }
    }

    @Test("All at once where they fit, in as many parts as it takes where not", arguments: DatabaseKind.allCases)
    func parts(_ kind: DatabaseKind) async throws {
        let all = "Documents of Atelier Rossier, part"
        let table: [(documents: Int, bytes: Int, subjects: [String], files: [String])] = [
            (5, 9_000_000, ["Documents of Atelier Rossier"], ["documents.zip 6"]),
            (
                2, 9_000_000, ["\(all) 1", "\(all) 2", "\(all) 3 and the last"],
                ["documents-1.zip 3", "documents-2.zip 3", "documents-3.zip 2"]
            ),
            // So little that each document has an archive of its own.
            (
                4, 1, (1...4).map { "\(all) \($0)" } + ["\(all) 5 and the last"],
                (1...5).map { "documents-\($0).zip 2" }
            ),
        ]
        for row in table {
            try await Self.with(kind) { (world: TestWorld, marie: TestPerson, handing: HandingOver) async throws in
                var handing = handing
                (handing.documentsMax, handing.bytesMax) = (row.documents, row.bytes)
                #expect(try await handing.run(at: world.clock.now) == row.subjects.count)
                #expect(try await handing.run(at: world.clock.now) == 0)
                #expect(try await Self.subjects(world, marie) == row.subjects)
                #expect(try await Self.files(world) == row.files)
                let told = try await world.eventNames().count { $0 == "DocumentsHandedOver" }
                #expect(told == row.subjects.count)
            }
        }
    }

    @Test("Two at once, or one that stops halfway, send each part once", arguments: DatabaseKind.allCases)
    func once(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, marie: TestPerson, handing: HandingOver) async throws in
            var small = handing
            small.documentsMax = 2
            let two = small
            let first = Handover(
                organization: marie.organization, person: marie.id, sentUntil: DocumentID(rawValue: 0), parts: 0)
            let now = world.clock.now
            try await two.send(first, at: now)
            // Who began with the same one comes too late.
            try await two.send(first, at: now)
            async let one = two.run(at: now)
            async let other = two.run(at: now)
            _ = try await (one, other)
            #expect(
                try await Self.subjects(world, marie) == [
                    "Documents of Atelier Rossier, part 1", "Documents of Atelier Rossier, part 2",
                    "Documents of Atelier Rossier, part 3 and the last",
                ])
            #expect(try await Self.files(world).count == 3)
        }
    }

    @Test("Nobody is left to send them to", arguments: DatabaseKind.allCases)
    func gone(_ kind: DatabaseKind) async throws {
        try await Self.with(kind) { (world: TestWorld, marie: TestPerson, handing: HandingOver) async throws in
            try await world.database.write { connection in
                try connection.execute("UPDATE document_handover SET person_id = 4711")
            }
            #expect(try await handing.run(at: world.clock.now) == 1)
            #expect(try await handing.run(at: world.clock.now) == 0)
            #expect(try await Self.subjects(world, marie) == [])
        }
    }
}
