import Delivery
import Kernel
import Storage
import TestSupport
import Testing

@Suite struct CourierTests {
    static let backoff = Backoff(firstSeconds: 30, ceilingSeconds: 120, attemptsMax: 4)

    @Test(arguments: DatabaseKind.allCases)
    func whatIsDeliveredIsDoneAndItsPayloadErased(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["marie"])
            let notebook = Notebook()
            #expect(try await stage.courier([notebook]).run() == 1)
            let entry = try #require(notebook.noted.first)
            #expect(entry.payload == "{\"to\":\"marie\"}")
            #expect(entry.target == "marie")
            #expect(entry.sentAt == Stage.start)
            let row = try #require(try await stage.deliveries().first)
            #expect(entry.key == "\(row.id)-\(Stage.start.milliseconds)")
            #expect(row.state == "done")
            #expect(row.payload == "")
            #expect(try await stage.courier([notebook]).run() == 0)
            #expect(notebook.noted.count == 1)
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatFailsWaitsLongerEachTimeAndIsParkedInTheEnd(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["marie"])
            let notebook = Notebook { _ in .temporary("The server is away.") }
            let courier = stage.courier([notebook], backoff: Self.backoff)
            // Chance is 0 here: half of 30, 60, 120 seconds.
            for (attempt, seconds) in [(1, 15), (2, 30), (3, 60)] {
                #expect(try await courier.run() == 0)
                let row = try #require(try await stage.deliveries().first)
                #expect(row.state == "waiting")
                #expect(row.attempts == attempt)
                #expect(row.lastError == "The server is away.")
                #expect(row.nextAttemptAt == stage.clock.now.adding(.seconds(seconds)))
                stage.clock.move(to: row.nextAttemptAt.adding(.milliseconds(-1)))
                #expect(try await courier.run() == 0)
                #expect(notebook.noted.count == attempt, "A millisecond too early.")
                stage.clock.move(to: row.nextAttemptAt)
            }
            #expect(try await courier.run() == 0)
            let parked = try #require(try await stage.deliveries().first)
            #expect(parked.state == "parked")
            #expect(parked.payload != "")
            #expect(try await stage.backlog().deliveriesParked == 1)
            #expect(try await stage.backlog().deliveriesWaiting == 0)
            stage.clock.advance(.days(30))
            #expect(try await courier.run() == 0)
            #expect(notebook.noted.count == 4)
            #expect(Set(notebook.noted.map(\.key)).count == 1, "Each attempt has the same key.")
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatCannotBeDeliveredIsParkedAtOnceAndGoesAfterItIsUnparked(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["never", "marie"])
            let refusing = Notebook { $0.target == "never" ? .permanent("No such mailbox.") : nil }
            #expect(try await stage.courier([refusing]).run() == 1)
            let rows = try await stage.deliveries()
            #expect(rows.map(\.state) == ["parked", "done"])
            #expect(rows[0].lastError == "No such mailbox.")
            let courier = stage.courier([Notebook()])
            #expect(!(try await courier.unpark(rows[1].id)), "Done is not parked.")
            #expect(try await courier.unpark(rows[0].id))
            #expect(try await courier.run() == 1)
            #expect(try await stage.deliveries().map(\.state) == ["done", "done"])
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aKindWithoutAChannelWaitsForAWorkerThatHasOne(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["marie"])
            let other = stage.courier([Notebook(kind: "other")])
            #expect(try await other.run() == 0)
            #expect(try await stage.database.read { try other.nextDue($0) } == nil)
            #expect(try await stage.courier([]).run() == 0)
            #expect(try await stage.deliveries().map(\.attempts) == [0])
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func couriersSideBySideDeliverEachOnce(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            let targets = (1...60).map { "person-\($0)" }
            try await stage.wait(for: targets)
            let notebook = Notebook { _ in
                await Task.yield()
                return nil
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await stage.courier([notebook]).run() }
                for _ in 1...2 {
                    group.addTask { try await stage.elsewhere { _ = try await $0.courier([notebook]).run() } }
                }
                try await group.waitForAll()
            }
            #expect(notebook.noted.map(\.target).sorted() == targets.sorted())
        }
    }

    /// The first courier hangs as if its process had been killed; when it comes back after all, it does no harm.
    @Test(arguments: DatabaseKind.allCases, [nil, DeliveryFailure.permanent("Too late.")])
    func whatAKilledWorkerHeldGoesOutWhenItsLeaseEnds(kind: DatabaseKind, late: DeliveryFailure?) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["marie"])
            let gate = Gate()
            let hanging = Notebook { _ in
                await gate.pass()
                return late
            }
            let second = Notebook()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await stage.courier([hanging]).run() }
                await gate.someoneWaits()
                try await stage.elsewhere { other in
                    let courier = other.courier([second])
                    let early = try await courier.run()
                    #expect(early == 0, "It is in the hands of the first.")
                    let due = try #require(try await other.database.read { try courier.nextDue($0) })
                    #expect(due == Stage.start.adding(.seconds(Courier.leaseSeconds)))
                    stage.clock.move(to: due.adding(.milliseconds(-1)))
                    #expect(try await courier.run() == 0)
                    stage.clock.move(to: due)
                    #expect(try await courier.run() == 1)
                }
                gate.open()
                try await group.waitForAll()
            }
            #expect(second.noted.map(\.key) == hanging.noted.map(\.key), "So that a receiver can tell.")
            #expect(try await stage.deliveries().map(\.state) == ["done"])
        }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatKillsEveryWorkerIsParked(kind: DatabaseKind) async throws {
        try await Stage.run(kind) { stage in
            try await stage.wait(for: ["poison"])
            // What four workers left behind that were killed while they held it.
            _ = try await stage.database.write { connection in
                try connection.execute(
                    "UPDATE delivery SET attempts = 4, leased_until = \(Stage.start.adding(.minutes(5)))")
            }
            stage.clock.advance(.minutes(5))
            let notebook = Notebook()
            #expect(try await stage.courier([notebook], backoff: Self.backoff).run() == 0)
            #expect(notebook.noted.isEmpty)
            #expect(try await stage.deliveries().map(\.state) == ["parked"])
        }
    }
}
