package import Kernel
package import Logging
import ServiceLifecycle
package import Storage

/// Claims deliveries that are due and hands each to the channel of its kind. Any number of couriers may run over one
/// database: a claim is a lease, so that no two hold the same delivery, and so that what a killed worker held comes back.
package struct Courier: Sendable {
    /// Longer than any channel may take (`SMTPConfiguration.timeoutSeconds` is at most 120), or two would deliver.
    package static let leaseSeconds = 300
    /// How many go out side by side, each on its connection: more than most mail servers grant is of no use.
    private static let claimMax = 8

    private let database: Database
    private let surroundings: Surroundings
    private let channels: [String: any Channel]
    private let backoff: Backoff
    private let logger: Logger

    package init(
        database: Database, surroundings: Surroundings, channels: [any Channel], backoff: Backoff = .delivery,
        logger: Logger
    ) {
        self.database = database
        self.surroundings = surroundings
        self.channels = Dictionary(uniqueKeysWithValues: channels.map { ($0.kind, $0) })
        self.backoff = backoff
        self.logger = logger
    }

    /// Delivers until nothing is due.
    /// - Returns: how many were delivered; what failed waits for its next attempt or is parked.
    package func run() async throws -> Int {
        var delivered = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let claims = try await claim()
            if claims.isEmpty { break }
            let outcomes = await withTaskGroup(of: Result<Bool, any Error>.self) { group in
                for claim in claims { group.addTask { await carry(claim) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            // All of them are noted before the first trouble with the database is told.
            for outcome in outcomes { delivered += try outcome.get() ? 1 : 0 }
        }
        return delivered
    }

    /// When the next delivery is due or its lease ends; nil where none waits.
    package func nextDue(_ connection: Connection) throws -> Instant? {
        try connection.nextDeliveryDue(kinds: kinds)
    }

    /// Takes a parked delivery up again, with all its attempts.
    /// - Returns: false where there is no such parked delivery.
    package func unpark(_ id: DeliveryID) async throws -> Bool {
        let now = surroundings.now()
        return try await database.write { try $0.unparkDelivery(id, at: now) }
    }

    private var kinds: [String] { channels.keys.sorted() }

    private func claim() async throws -> [Claim] {
        let now = surroundings.now()
        guard let due = try await database.read({ try nextDue($0) }), due <= now else { return [] }
        return try await database.write { connection in
            try connection.claimDeliveries(
                kinds: kinds, limit: Courier.claimMax, attemptsMax: backoff.attemptsMax, at: now,
                until: now.adding(.seconds(Courier.leaseSeconds)))
        }
    }

    private func carry(_ claim: Claim) async -> Result<Bool, any Error> {
        do {
            guard !claim.isExhausted else {
                // Each attempt ended with the end of its worker: perhaps because of it.
                try await fail(claim, .permanent("No worker came back from delivering this."))
                return .success(false)
            }
            guard let channel = channels[claim.kind] else {
                preconditionFailure("A delivery of kind \(claim.kind) was claimed without a channel for it.")
            }
            do {
                try await channel.deliver(
                    claim.payload, to: claim.target, key: claim.key, sentAt: surroundings.now())
            } catch {
                try await fail(claim, error)
                return .success(false)
            }
            let now = surroundings.now()
            try await database.write { try $0.markDone(claim, at: now) }
            logger.info("Delivered", metadata: claim.metadata)
            return .success(true)
        } catch {
            return .failure(error)
        }
    }

    private func fail(_ claim: Claim, _ failure: DeliveryFailure) async throws {
        let wait = backoff.delay(after: claim.attempts, chance: surroundings.random)
        let next = surroundings.now().adding(wait)
        let isParked: Bool
        if case .permanent = failure { isParked = true } else { isParked = claim.attempts >= backoff.attemptsMax }
        try await database.write { connection in
            if isParked {
                try connection.park(claim, reason: failure.reason)
            } else {
                try connection.postpone(claim, until: next, reason: failure.reason)
            }
        }
        logger.warning(
            isParked ? "Parked a delivery" : "Postponed a delivery",
            metadata: claim.metadata.merging(["reason": "\(shortened(failure.reason))"]) { $1 })
    }
}
