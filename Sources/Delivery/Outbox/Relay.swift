package import Kernel
package import Logging
import ServiceLifecycle
package import Storage

/// Takes events from the outbox in order, asks the subscriptions, writes what they want done and takes the event out: all in
/// one transaction per batch, so that an event is relayed wholly or not at all, and once.
///
/// An event whose subscriber throws is set aside, tried again later and finally parked; the others go on without it.
package struct Relay: Sendable {
    /// Short enough that a batch with letters to write does not hold the database's writer for long.
    private static let batchMax = 50

    private let database: Database
    private let surroundings: Surroundings
    private let subscriptions: [String: [Subscription]]
    private let backoff: Backoff
    private let logger: Logger

    package init(
        database: Database, surroundings: Surroundings, subscriptions: [Subscription], backoff: Backoff = .relay,
        logger: Logger
    ) {
        self.database = database
        self.surroundings = surroundings
        self.subscriptions = Dictionary(grouping: subscriptions, by: \.event)
        self.backoff = backoff
        self.logger = logger
    }

    /// Relays until nothing is waiting.
    /// - Returns: how many events.
    package func run() async throws -> Int {
        var relayed = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let now = surroundings.now()
            // A look before the leap: an idle worker must not take the writer's place every second.
            guard try await database.read({ try $0.nextEventDue() }).isDue(at: now) else { break }
            do {
                let count = try await database.write { try relayBatch($0, at: now) }
                // None: other workers hold all there is.
                if count == 0 { break }
                relayed += count
            } catch let failure as SubscriberFailure {
                try await setAside(failure, at: now)
            }
        }
        return relayed
    }

    /// When the next event can be relayed; nil where none waits.
    package func nextDue(_ connection: Connection) throws -> Instant? {
        switch try connection.nextEventDue() {
        case .nothing: nil
        case .now: surroundings.now()
        case .at(let instant): instant
        }
    }

    /// Takes a parked event up again, as if it had just happened.
    /// - Returns: false where there is no such parked event.
    package func unpark(_ id: EventID) async throws -> Bool {
        let now = surroundings.now()
        return try await database.write { try $0.unparkEvent(id, at: now) }
    }

    private func relayBatch(_ connection: Connection, at now: Instant) throws -> Int {
        let events = try connection.relayableEvents(limit: Relay.batchMax, at: now)
        for recorded in events {
            do {
                for subscription in subscriptions[recorded.event.name] ?? [] {
                    for dispatch in try subscription.dispatches(recorded, connection) {
                        try connection.keep(dispatch, because: recorded.id, at: now)
                    }
                }
            } catch let error where !error.isPassing {
                throw SubscriberFailure(event: recorded.id, name: recorded.event.name, reason: "\(error)")
            }
            try connection.relayed(recorded.id)
        }
        try connection.forgetStalled(events.map(\.id))
        return events.count
    }

    /// In a transaction of its own: the one of the batch is gone, and on PostgreSQL could not go on after an error anyway.
    private func setAside(_ failure: SubscriberFailure, at now: Instant) async throws {
        let attempts = try await database.write { connection -> Int? in
            guard try connection.isInOutbox(failure.event) else { return nil }
            let attempts = try connection.stalledAttempts(failure.event) + 1
            try connection.stall(
                failure.event, attempts: attempts, parked: attempts >= backoff.attemptsMax,
                until: now.adding(backoff.delay(after: attempts, chance: surroundings.random)),
                reason: failure.reason)
            return attempts
        }
        guard let attempts else { return }
        logger.error(
            "A subscriber failed; the event is \(attempts >= backoff.attemptsMax ? "parked" : "tried again later")",
            metadata: [
                "event": "\(failure.event)", "name": "\(failure.name)", "attempts": "\(attempts)",
                "reason": "\(shortened(failure.reason))",
            ])
    }
}

/// What rolls a batch back and names the culprit.
private struct SubscriberFailure: Error {
    let event: EventID
    let name: String
    let reason: String
}

extension Error {
    /// The database's trouble and not the fault of what was being done: trying again later is all it needs.
    var isPassing: Bool {
        switch self as? StorageError {
        case .contended, .unavailable, .commitUnknown: true
        default: self is CancellationError
        }
    }
}
