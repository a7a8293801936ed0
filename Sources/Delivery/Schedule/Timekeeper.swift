import Kernel
import Logging
import Storage

/// Runs schedules when they are due, the earliest first. A lease sees to it that one process at a time runs each of them; it
/// is renewed while the schedule runs and ends by itself when its process does.
struct Timekeeper: Sendable {
    static let leaseSeconds = 60
    /// Often enough to miss two renewals before the lease ends.
    private static let renewalSeconds = 20

    let database: Database
    let surroundings: Surroundings
    let schedules: [Schedule]
    let backoff: Backoff
    let logger: Logger

    init(
        database: Database, surroundings: Surroundings, schedules: [Schedule], backoff: Backoff = .schedule,
        logger: Logger
    ) {
        precondition(Set(schedules.map(\.name)).count == schedules.count, "Two schedules have the same name.")
        self.database = database
        self.surroundings = surroundings
        self.schedules = schedules
        self.backoff = backoff
        self.logger = logger
    }

    /// When the earliest is due, or may be tried again; nil where nothing will ever be.
    func nextDue() async throws -> Instant? {
        try await upcoming().first?.due
    }

    /// Runs what fell due earliest, and the next one where another process has that.
    /// - Returns: its name and how much it did; nil where nothing was due or could be done.
    func runEarliest() async throws -> (name: String, count: Int)? {
        let now = surroundings.now()
        for (schedule, due) in try await upcoming() where due <= now {
            let holder = surroundings.random(16).map { String($0, radix: 16) }.joined(separator: "-")
            guard try await lease(schedule, to: holder, at: now) else { continue }
            // Another process may have done it between the look and the lease.
            guard let stillDue = try await database.read({ try schedule.nextDue($0) }), stillDue <= now else {
                try await release(schedule, from: holder)
                continue
            }
            if let count = try await run(schedule, holder: holder, at: now) { return (schedule.name, count) }
        }
        return nil
    }

    /// - Returns: nil where it failed; it rests then.
    private func run(_ schedule: Schedule, holder: String, at now: Instant) async throws -> Int? {
        do {
            let count = try await runRenewing(schedule, holder: holder, at: now)
            if count == 0, let next = try await database.read({ try schedule.nextDue($0) }), next <= now {
                throw ScheduleFailure.didNothing
            }
            try await release(schedule, from: holder)
            logger.info("Ran a schedule", metadata: ["schedule": "\(schedule.name)", "count": "\(count)"])
            return count
        } catch is CancellationError {
            // Our own end, and no fault of the schedule's.
            try await release(schedule, from: holder)
            return nil
        } catch {
            try await rest(schedule, after: error, at: now)
            return nil
        }
    }

    private func runRenewing(_ schedule: Schedule, holder: String, at now: Instant) async throws -> Int {
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await schedule.run(now) }
            group.addTask {
                while (try? await Task.sleep(for: .seconds(Timekeeper.renewalSeconds))) != nil {
                    // A renewal that could not be written is tried again: two may fail before the lease ends.
                    if (try? await renew(schedule, by: holder)) == false { return nil }
                }
                return nil
            }
            defer { group.cancelAll() }
            guard let count = try await group.next() ?? nil else { throw ScheduleFailure.lostLease }
            return count
        }
    }

    /// In order of when they are due, then as listed.
    private func upcoming() async throws -> [(schedule: Schedule, due: Instant)] {
        let now = surroundings.now()
        let leases = try await database.read { try $0.scheduleLeases() }
        var upcoming: [(schedule: Schedule, due: Instant)] = []
        for schedule in schedules {
            let restsUntil = leases[schedule.name]
            do {
                // One read each: on PostgreSQL an error would spoil the transaction for the others.
                guard let due = try await database.read({ try schedule.nextDue($0) }) else { continue }
                upcoming.append((schedule, max(due, restsUntil ?? due)))
            } catch let error where !error.isPassing {
                if (restsUntil ?? now) <= now { try await rest(schedule, after: error, at: now) }
            }
        }
        // Sorting in Swift keeps the order of equals.
        return upcoming.sorted { $0.due < $1.due }
    }

    private func lease(_ schedule: Schedule, to holder: String, at now: Instant) async throws -> Bool {
        let end = now.adding(.seconds(Timekeeper.leaseSeconds))
        return try await database.write { try $0.leaseSchedule(schedule.name, to: holder, at: now, until: end) }
    }

    private func renew(_ schedule: Schedule, by holder: String) async throws -> Bool {
        let end = surroundings.now().adding(.seconds(Timekeeper.leaseSeconds))
        return try await database.write { try $0.renewSchedule(schedule.name, by: holder, until: end) }
    }

    private func release(_ schedule: Schedule, from holder: String) async throws {
        try await database.write { try $0.releaseSchedule(schedule.name, from: holder) }
    }

    private func rest(_ schedule: Schedule, after error: any Error, at now: Instant) async throws {
        let backoff = backoff
        let surroundings = surroundings
        let attempts = try await database.write { connection in
            let attempts = try connection.scheduleAttempts(schedule.name) + 1
            let end = surroundings.now().adding(backoff.delay(after: attempts, chance: surroundings.random))
            try connection.restSchedule(schedule.name, attempts: attempts, until: end, reason: "\(error)")
            return attempts
        }
        logger.error(
            "A schedule failed and is tried again later",
            metadata: [
                "schedule": "\(schedule.name)", "attempts": "\(attempts)", "reason": "\(shortened("\(error)"))",
            ])
    }
}

private enum ScheduleFailure: Error, CustomStringConvertible {
    case didNothing
    case lostLease

    var description: String {
        switch self {
        case .didNothing: "It says that something is due, but did nothing."
        case .lostLease: "Its lease could not be renewed in time and went to another process."
        }
    }
}
