package import Kernel
package import Storage

extension SandboxClock {
    /// Stops at so many moments in a row at which nothing could be done go by like one: something fails and is tried again for
    /// ever, and a year must not take an hour because of it.
    private static let idleStopsMax = 500

    /// Puts the clock forward; `Duration.zero` works off what is due now.
    /// - Returns: the time then, and how much of what was done: `events`, `deliveries`, schedules by name.
    /// - Throws: a 422 `Problem` about the field `advance` for a way back or beyond `end`; what the work throws.
    package func advance(
        by duration: Duration, in database: Database, _ work: SandboxWork
    ) async throws -> (now: Instant, done: [String: Int]) {
        guard duration >= .zero else { throw Problem.field("advance", "sandbox.clock.backwards") }
        return try await alone { [self] in
            let target = now.adding(duration)
            try SandboxClock.check(target, field: "advance")
            return try await move(to: target, in: database, work)
        }
    }

    /// Puts the clock forward to a moment.
    /// - Throws: a 422 `Problem` about the field `to` for what has passed and beyond `end`; what the work throws.
    package func advance(
        to target: Instant, in database: Database, _ work: SandboxWork
    ) async throws -> (now: Instant, done: [String: Int]) {
        try await alone { [self] in
            guard target >= now else { throw Problem.field("to", "sandbox.clock.backwards") }
            try SandboxClock.check(target, field: "to")
            return try await move(to: target, in: database, work)
        }
    }

    private static func check(_ target: Instant, field: String) throws(Problem) {
        guard target <= end else {
            throw .field(field, "sandbox.clock.too_far", ["day": Zone.utc.day(of: end).description])
        }
    }

    /// Stops at each moment at which something falls due, in order, and works it off at that time.
    private func move(
        to target: Instant, in database: Database, _ work: SandboxWork
    ) async throws -> (now: Instant, done: [String: Int]) {
        var done: [String: Int] = [:]
        var lastStop: Instant?
        var idleStops = 0
        while let stop = try await work.nextDue(), stop <= target {
            try await put(to: stop, in: database)
            let step = try await work.drain()
            done.merge(step, uniquingKeysWith: +)
            idleStops = step.isEmpty ? idleStops + 1 : 0
            // The same moment twice without anything done: it is in other hands, or cannot be done.
            if step.isEmpty, stop == lastStop || idleStops >= SandboxClock.idleStopsMax { break }
            lastStop = stop
        }
        try await put(to: target, in: database)
        done.merge(try await work.drain(), uniquingKeysWith: +)
        return (now, done)
    }
}
