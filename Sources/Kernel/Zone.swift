// Foundation is here for the time zone database. Reading zoneinfo files ourselves would be ours to keep true.
import Foundation

/// A place's rules of time, by its IANA name (`Europe/Zurich`).
package struct Zone: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    private let rules: TimeZone

    /// - Returns: nil for a name that the time zone database does not know.
    package init?(_ name: String) {
        guard name.utf8.count <= 64, let rules = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.rules = rules
    }

    package static let utc = Zone("GMT")!
    package static let zurich = Zone("Europe/Zurich") ?? utc

    package var description: String { name }

    package func offsetSeconds(at instant: Instant) -> Int {
        rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.epochSeconds)))
    }

    /// Which day it is there at a moment.
    package func day(of instant: Instant) -> Day {
        let local = Int(instant.epochSeconds) + offsetSeconds(at: instant)
        return Day(number: local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    }

    /// Hours, minutes of the local time of day.
    package func timeOfDay(of instant: Instant) -> (hour: Int, minute: Int) {
        let local = Int(instant.epochSeconds) + offsetSeconds(at: instant)
        let second = ((local % 86_400) + 86_400) % 86_400
        return (second / 3600, second / 60 % 60)
    }

    /// The moment at which a day begins there.
    package func start(of day: Day) -> Instant {
        let midnight = Instant(epochSeconds: Int64(day.number) * 86_400)
        let guess = midnight.adding(.seconds(-offsetSeconds(at: midnight)))
        // Around a change of offset the first guess is an hour off; the offset at the guess is the right one.
        let start = midnight.adding(.seconds(-offsetSeconds(at: guess)))
        // Where the clock jumps over midnight that would still be the day before; the day begins with the jump.
        return self.day(of: start) < day ? guess : start
    }

    package static let names: [String] = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()
}
