package import Kernel
package import Logging
import ServiceLifecycle
package import Storage

/// Does what waits: relays events, carries deliveries, runs schedules. Any number of workers may run over one PostgreSQL.
package struct Worker: Service, CustomStringConvertible {
    /// The name that the service group asks for; without it, it would print all that the worker holds.
    package var description: String { "worker" }

    package let relay: Relay
    package let courier: Courier
    let timekeeper: Timekeeper
    let database: Database
    let surroundings: Surroundings
    let logger: Logger

    /// Each of the three goes on by itself, so that a slow mail server delays neither events nor schedules; `drain` takes
    /// all turns and so works alone in this process.
    let relayTurn = Turn()
    let courierTurn = Turn()
    let timekeeperTurn = Turn()

    package init(
        database: Database, surroundings: Surroundings, subscriptions: [Subscription], channels: [any Channel],
        schedules: [Schedule], logger: Logger = Logger(label: "kontor.worker")
    ) {
        self.database = database
        self.surroundings = surroundings
        self.logger = logger
        relay = Relay(database: database, surroundings: surroundings, subscriptions: subscriptions, logger: logger)
        courier = Courier(database: database, surroundings: surroundings, channels: channels, logger: logger)
        timekeeper = Timekeeper(database: database, surroundings: surroundings, schedules: schedules, logger: logger)
    }

    /// Works until nothing is due now: for tests, and for the sandbox's clock after each step.
    /// - Returns: how much of what was done: `events`, `deliveries`, and each schedule by its name; nothing that is 0.
    /// - Throws: `StorageError`. What fails in a room or on the way out does not throw: it waits for its next attempt.
    @discardableResult
    package func drain() async throws -> [String: Int] {
        try await relayTurn.alone {
            try await courierTurn.alone {
                try await timekeeperTurn.alone { try await drainAlone() }
            }
        }
    }

    /// The earliest of what waits, for a clock that is moved: after `drain` it is later than now.
    package func nextDue() async throws -> Instant? {
        let waiting = try await database.read { connection in
            [try relay.nextDue(connection), try courier.nextDue(connection)]
        }
        let schedule = try await timekeeper.nextDue()
        return (waiting + [schedule]).compactMap { $0 }.min()
    }

    private func drainAlone() async throws -> [String: Int] {
        var done: [String: Int] = [:]
        while true {
            let events = try await relay.run()
            let deliveries = try await courier.run()
            let schedule = try await timekeeper.runEarliest()
            guard events > 0 || deliveries > 0 || schedule != nil else { break }
            done["events", default: 0] += events
            done["deliveries", default: 0] += deliveries
            if let schedule { done[schedule.name, default: 0] += schedule.count }
        }
        return done.filter { $0.value > 0 }
    }
}
