import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Delivery

@Suite struct RelayTests {
    static func letter(to address: String) -> Dispatch {
        .email(Mail(to: address, toName: "", subject: "Hello", text: "Hello", html: "<p>Hello</p>"))
    }

    static let greeting = Subscription("SignedUp") { _, _ in [letter(to: "marie@atelier.example")] }

    @Test(arguments: DatabaseKind.allCases)
    func eachSubscriberOfAnEventIsAskedAndNobodyElse(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let event = try await stage.announce("SignedUp")
            try await stage.announce("NobodyListens")
            let relay = stage.relay([
                Self.greeting,
                Subscription("SignedUp") { recorded, _ in
                    [Self.letter(to: "person-\(recorded.event.subjectID)@extern.example")]
                },
                Subscription("SignedOut") { _, _ in [Self.letter(to: "never@extern.example")] },
            ])
            #expect(try await relay.run() == 2)
            let rows = try await stage.deliveries()
            #expect(rows.map(\.target) == ["marie@atelier.example", "person-1@extern.example"])
            #expect(rows.map(\.event) == [event, event])
            #expect(rows.map(\.state) == ["waiting", "waiting"])
            #expect(
                try await stage.backlog()
                    == Backlog(deliveriesWaiting: 2, deliveriesParked: 0, eventsWaiting: 0, eventsParked: 0))
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func anEventRelayedTwiceMakesOneDelivery(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let event = try await stage.announce("SignedUp")
            let relay = stage.relay([Self.greeting, Self.greeting])
            #expect(try await relay.run() == 1)
            _ = try await stage.database.write { connection in
                try connection.execute("INSERT INTO outbox (event_id) VALUES (\(event))")
            }
            #expect(try await relay.run() == 1)
            #expect(try await stage.deliveries().count == 1)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func relaysSideBySideMakeOneDeliveryEach(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            for number in 1...120 { try await stage.announce("SignedUp", subject: Int64(number)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...2 { group.addTask { _ = try await stage.relay([Self.greeting]).run() } }
                for _ in 1...2 {
                    group.addTask { try await stage.elsewhere { _ = try await $0.relay([Self.greeting]).run() } }
                }
                try await group.waitForAll()
            }
            let rows = try await stage.deliveries()
            #expect(rows.count == 120)
            #expect(Set(rows.map(\.event)).count == 120)
        }
    }

    /// The one that fails runs a statement that the database refuses, which on PostgreSQL spoils its transaction.
    @Test(arguments: DatabaseKind.allCases)
    func aSubscriberThatThrowsDoesNotBlockTheOthers(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.announce("SignedUp")
            let failing = try await stage.announce("Broke")
            try await stage.announce("SignedUp")
            let relay = stage.relay([
                Self.greeting,
                Subscription("Broke") { _, connection in
                    _ = try connection.rows("SELECT nothing FROM nowhere")
                    return []
                },
            ])
            #expect(try await relay.run() == 2)
            #expect(try await stage.deliveries().count == 2)
            #expect(!(try await stage.deliveries().map(\.event).contains(failing)))
            #expect(
                try await stage.backlog()
                    == Backlog(deliveriesWaiting: 2, deliveriesParked: 0, eventsWaiting: 1, eventsParked: 0))
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aFailedEventLeavesNothingBehindAndIsTriedAgain(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let isRepaired = Atomic(false)
            try await stage.announce("SignedUp")
            let relay = stage.relay([
                Self.greeting,
                Subscription("SignedUp") { _, _ in
                    guard isRepaired.load(ordering: .relaxed) else { throw Broken() }
                    return []
                },
            ])
            #expect(try await relay.run() == 0)
            #expect(try await stage.deliveries().isEmpty)
            isRepaired.store(true, ordering: .relaxed)
            #expect(try await relay.run() == 0, "It waits for its time.")
            let due = try #require(try await stage.database.read { try relay.nextDue($0) })
            #expect(due == Stage.start.adding(.milliseconds(2500)))
            stage.clock.move(to: due)
            #expect(try await relay.run() == 1)
            #expect(try await stage.deliveries().count == 1)
            #expect(try await stage.database.read { try relay.nextDue($0) } == nil)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func anEventThatNeverWorksIsParkedUntilItIsUnparked(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let tries = Atomic(0)
            let event = try await stage.announce("SignedUp")
            let relay = stage.relay(
                [
                    Subscription("SignedUp") { _, _ in
                        tries.add(1, ordering: .relaxed)
                        throw Broken()
                    }
                ], backoff: Backoff(firstSeconds: 1, ceilingSeconds: 60, attemptsMax: 3))
            for _ in 1...5 {
                _ = try await relay.run()
                stage.clock.advance(.hours(1))
            }
            #expect(tries.load(ordering: .relaxed) == 3)
            #expect(try await stage.backlog().eventsParked == 1)
            #expect(try await stage.backlog().eventsWaiting == 0)
            #expect(try await relay.unpark(event))
            #expect(!(try await relay.unpark(event)))
            _ = try await relay.run()
            #expect(tries.load(ordering: .relaxed) == 4)
        }
    }
}
