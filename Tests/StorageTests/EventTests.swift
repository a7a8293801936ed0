import Kernel
import Storage
import TestSupport
import Testing

@Suite("Events")
struct EventTests {
    static let now = Instant(epochSeconds: 1_800_000_000)

    static func event(_ name: String) -> Event {
        Event(
            name, by: Event.Actor(person: PersonID(rawValue: 7), requestID: "r1", address: "192.0.2.1", client: "test"),
            organization: OrganizationID(rawValue: 12), subject: "order", 41,
            payload: ["total": "CHF 1.00", "who": "Zoë"])
    }

    @Test("An announced event is in the outbox, whole, until it is relayed", arguments: DatabaseKind.allCases)
    func outbox(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let ids = try await database.write { connection in
                try ["OrderPlaced", "OrderPaid", "InvoiceIssued"].map {
                    try connection.record(EventTests.event($0), at: EventTests.now)
                }
            }
            let taken = try await database.write { connection in
                let events = try connection.outbox(limit: 2)
                for event in events { try connection.relayed(event.id) }
                return events
            }
            #expect(taken.map(\.id) == Array(ids.prefix(2)))
            #expect(taken.map(\.event.name) == ["OrderPlaced", "OrderPaid"])
            let first = try #require(taken.first)
            #expect(first.happenedAt == EventTests.now)
            #expect(first.event.actor == EventTests.event("").actor)
            #expect(first.event.organization == OrganizationID(rawValue: 12))
            #expect(first.event.product == nil)
            #expect(first.event.payload == ["total": "CHF 1.00", "who": "Zoë"])
            let rest = try await database.write { try $0.outbox(limit: 10) }
            #expect(rest.map(\.id) == Array(ids.suffix(1)))
        }
    }

    @Test("An event cannot be changed or deleted", arguments: DatabaseKind.allCases)
    func kept(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            try await database.write { connection in
                _ = try connection.record(EventTests.event("OrderPlaced"), at: EventTests.now)
                try connection.execute("DELETE FROM outbox")
            }
            await #expect(throws: StorageError.refused("event is append-only")) {
                try await database.write { try $0.execute("UPDATE event SET name = 'Nothing'") }
            }
            await #expect(throws: StorageError.refused("event is append-only")) {
                try await database.write { try $0.execute("DELETE FROM event") }
            }
        }
    }

    @Test("The relay is woken after the commit, and not after a rollback", arguments: DatabaseKind.allCases)
    func waking(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let woken = Counter()
            let seen = Counter()
            database.onAnnouncement { woken.increment() }
            // The listener of PostgreSQL wakes once when it begins to listen.
            if kind == .postgres { #expect(try await woken.reaches(1)) }
            let before = woken.value
            await #expect(throws: Refusal()) {
                try await database.write { connection in
                    try connection.announce(EventTests.event("OrderPlaced"), at: EventTests.now)
                    throw Refusal()
                }
            }
            try await database.write { try $0.execute("DELETE FROM outbox") }
            try await Task.sleep(for: .milliseconds(300))
            #expect(woken.value == before)
            database.onAnnouncement {
                Task {
                    if try await database.read({ try $0.rows("SELECT event_id FROM outbox").count }) == 1 {
                        seen.increment()
                    }
                }
            }
            try await database.write { connection in
                try connection.announce(EventTests.event("OrderPlaced"), at: EventTests.now)
            }
            #expect(try await woken.reaches(before + 1))
            #expect(try await seen.reaches(1))
        }
    }

    @Test("On PostgreSQL, another process's announcement wakes ours")
    func wakingAcross() async throws {
        try await DatabaseLease.withLease(.postgres) { lease in
            let woken = Counter()
            lease.database.onAnnouncement { woken.increment() }
            #expect(try await woken.reaches(1))
            let other = try lease.another()
            try await other.write { connection in
                try connection.announce(EventTests.event("OrderPlaced"), at: EventTests.now)
            }
            #expect(try await woken.reaches(2))
            await other.close()
        }
    }

    @Test("A driver that is closed right after an announcement leaves no connection of PostgreSQL behind")
    func closedAfterAnnouncing() async throws {
        try await DatabaseLease.withLease(.postgres) { lease in
            func others() async throws -> Int {
                try await lease.database.read { connection in
                    try connection.row(
                        """
                        SELECT COUNT(*) AS count FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """)?["count"] ?? 0
                }
            }
            let before = try await others()
            let other = try lease.another()
            try await other.write { connection in
                try connection.announce(EventTests.event("OrderPlaced"), at: EventTests.now)
            }
            await other.close()
            // Longer than an announcement is put off, and than the server takes to let go.
            try await Task.sleep(for: .milliseconds(500))
            #expect(try await others() == before)
        }
    }

    @Test("Two relays never take the same event", arguments: DatabaseKind.allCases)
    func relays(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let announced = try await database.write { connection in
                try (0..<60).map { try connection.record(EventTests.event("Event\($0)"), at: EventTests.now) }
            }
            let taken = try await withThrowingTaskGroup(of: [EventID].self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await database.write { connection in
                            let events = try connection.outbox(limit: 5)
                            for event in events { try connection.relayed(event.id) }
                            return events.map(\.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(taken).count == taken.count)
            let left = try await database.write { try $0.outbox(limit: 100) }.map(\.id)
            #expect((taken + left).sorted() == announced)
        }
    }
}
