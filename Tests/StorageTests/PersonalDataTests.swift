import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("Personal data of events")
struct PersonalDataTests {
    static let now = EventTests.now

    @Test("It comes back with the event, and the event's own row has none of it", arguments: DatabaseKind.allCases)
    func beside(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            let event = Event(
                "MemberInvited", by: EventTests.event("").actor, subject: "invitation", 3,
                payload: ["role": "external"],
                personal: ["email": "zoë@example.ch"], about: PersonID(rawValue: 8))
            try await database.write { try $0.announce(event, at: Self.now) }
            let stored = try await database.write { try $0.outbox(limit: 1) }.first?.event
            #expect(stored?.personal == ["email": "zoë@example.ch"])
            #expect(stored?.payload == ["role": "external"])
            #expect(stored?.actor == event.actor)
            let owners = try await database.read { connection in
                try connection.rows("SELECT part, person_id, salt FROM event_personal ORDER BY part").map {
                    "\(try $0["part"] as String) \(try $0["person_id"] as Int64) \((try $0["salt"] as [UInt8]).count)"
                }
            }
            #expect(owners == ["details 8 16", "origin 7 16"])
            // The system comes from nowhere, and says nothing of anybody.
            try await database.write { connection in
                try connection.announce(Event("Ticked", by: .system, subject: "clock", 1), at: Self.now)
            }
            let rows = try await database.read { try $0.rows("SELECT event_id FROM event_personal").count }
            #expect(rows == 2)
        }
    }

    @Test("What older versions kept in the event moves beside it", arguments: DatabaseKind.allCases)
    func moved(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind, migrations: []) { database in
            try await database.migrate(Array(Migration.storage.prefix(1)), at: Self.now)
            let client = #"Odd "agent" \ 1"#
            try await database.write { connection in
                for (name, person) in [("PersonRenamed", Int64?(7)), ("OrderPlaced", 7), ("Ticked", nil)] {
                    try connection.execute(
                        """
                        INSERT INTO event (name, version, person_id, subject, subject_id, payload, request_id, address,
                            client, happened_at)
                        VALUES (\(name), 1, \(person), 'person', 7, '{"after":"Zoë"}', 'r',
                            \(person == nil ? "" : "192.0.2.9"), \(person == nil ? "kontor" : client), \(Self.now))
                        """)
                }
            }
            try await database.migrate(Migration.storage, at: Self.now)
            let events = try await database.read { connection in
                try connection.rows("\(RecordedEvent.select) ORDER BY id").map(RecordedEvent.init).map(\.event)
            }
            #expect(events.map(\.actor.address) == ["192.0.2.9", "192.0.2.9", ""])
            #expect(events.map(\.actor.client) == [client, client, ""])
            #expect(events.map(\.personal) == [["after": "Zoë"], [:], [:]])
            #expect(events.map(\.payload) == [[:], ["after": "Zoë"], ["after": "Zoë"]])
            await #expect(throws: StorageError.refused("event is append-only")) {
                try await database.write { try $0.execute("UPDATE event SET name = 'Nothing'") }
            }
            #expect(try await AuditTests.seal(database) == 3)
            #expect(try await AuditTests.report(database).violations == [])
            #expect(try await database.write { try $0.erasePersonal(of: PersonID(rawValue: 7)) } == 3)
        }
    }

    @Test("The first event since a moment is found among gaps", arguments: DatabaseKind.allCases)
    func since(_ kind: DatabaseKind) async throws {
        try await DatabaseLease.withDatabase(kind) { database in
            func first(_ seconds: Int) async throws -> Int64 {
                try await database.read {
                    try Event.firstID(since: Self.now.adding(.seconds(seconds)), in: $0).rawValue
                }
            }
            #expect(try await first(0) == 1)
            try await database.write { connection in
                for number in 0..<40 where number % 7 != 3 {
                    try connection.execute(
                        """
                        INSERT INTO event (id, name, version, subject, subject_id, payload, request_id, happened_at)
                        VALUES (\(100 + number), 'Ticked', 1, 'clock', 1, '{}', '', \(Self.now.adding(.seconds(number))))
                        """)
                }
            }
            for seconds in 1..<40 {
                let expected = seconds % 7 == 3 ? 101 + seconds : 100 + seconds
                #expect(abs(try await first(seconds) - Int64(expected)) <= 1, "\(seconds)")
            }
            #expect(try await first(-5) == 1)
            #expect(try await first(100) == 140)
        }
    }

    @Test(
        "Sets of ids are written and read as ranges",
        arguments: [
            ("", nil), ("1", [1]), ("1-3,7", [1, 2, 3, 7]), ("3-1", nil), ("1-2,3", nil), ("0", nil), ("1-1", nil),
            ("+1", nil), ("2,1", nil), ("a", nil), ("1,,2", nil),
        ] as [(String, [Int64]?)])
    func ranges(_ text: String, _ ids: [Int64]?) {
        #expect(EventRanges(text)?.ids == ids)
        if let ids { #expect(EventRanges(ids.reversed()).description == text) }
    }

    @Test("Ranges merge whatever the order they come in")
    func merging() {
        var ranges = EventRanges()
        for range in [Int64(10)...12, 1...2, 4...8, 3...3, 20...20, 13...13, 7...11] { ranges.insert(range) }
        #expect(ranges.description == "1-13,20")
        #expect(ranges.contains(13))
        #expect(!ranges.contains(14))
        #expect(ranges.clamped(to: 12...30).description == "12-13,20")
        ranges.removeAll(upTo: 12)
        #expect(ranges.description == "13,20")
    }
}
