/// How long to wait after each failure, and when to give up.
package struct Backoff: Sendable, Equatable {
    package let firstSeconds: Int
    package let ceilingSeconds: Int
    /// After that many attempts it is parked and waits for a person.
    package let attemptsMax: Int

    package init(firstSeconds: Int, ceilingSeconds: Int, attemptsMax: Int) {
        precondition(
            firstSeconds > 0 && ceilingSeconds >= firstSeconds && attemptsMax > 0,
            "A back-off waits at least a second, at most its ceiling, and tries at least once.")
        self.firstSeconds = firstSeconds
        self.ceilingSeconds = ceilingSeconds
        self.attemptsMax = attemptsMax
    }

    /// Half a minute, doubled up to an hour: about a day, so that a mail server may be away over night, and a short
    /// outage does not keep a confirmation mail for hours.
    package static let delivery = Backoff(firstSeconds: 30, ceilingSeconds: 3600, attemptsMax: 32)
    /// A subscriber that throws is a defect or a fact that is not there yet: a repaired version is a deployment away.
    package static let relay = Backoff(firstSeconds: 5, ceilingSeconds: 3600, attemptsMax: 32)
    /// Schedules are never given up: what time brings stays due.
    package static let schedule = Backoff(firstSeconds: 5, ceilingSeconds: 900, attemptsMax: .max)

    /// Doubled at each attempt, half of it by chance: those that failed together do not come back together.
    /// - Parameter attempts: how many have failed, from 1.
    /// - Parameter chance: `Surroundings.random`.
    package func delay(after attempts: Int, chance: (_ count: Int) -> [UInt8]) -> Duration {
        // Beyond 2³⁰ the ceiling rules anyway, and the shift must not overflow.
        let doubled = firstSeconds << min(max(attempts, 1) - 1, 30)
        let fullMilliseconds = Int64(min(doubled, ceilingSeconds)) * 1000
        let fraction = chance(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let half = fullMilliseconds / 2
        return .milliseconds(half + (half * fraction) >> 32)
    }
}

/// Where a reason is kept: enough to understand it, not a place for a server's whole answer.
let reasonCharactersMax = 500

func shortened(_ reason: String) -> String { String(reason.prefix(reasonCharactersMax)) }
