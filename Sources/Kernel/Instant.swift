/// A moment: milliseconds since 1970-01-01T00:00:00Z. Stored as a number in columns named `…_at`.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(epochSeconds: Int64) {
        milliseconds = epochSeconds * 1000
    }

    package var epochSeconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : -((-milliseconds + 999) / 1000)
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    package func adding(_ duration: Duration) -> Instant {
        Instant(milliseconds: milliseconds + duration.wholeMilliseconds)
    }

    package func duration(since earlier: Instant) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }

    /// `2026-11-20T08:14:00.000Z` (RFC 3339).
    package var description: String {
        let seconds = epochSeconds
        let day = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
        let rest = Int(seconds) - day * 86_400
        let millis = Int(milliseconds - seconds * 1000)
        return "\(Day(number: day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))."
            + "\(millis < 100 ? "0" : "")\(two(millis))Z"
    }

    /// Reads `2027-01-01T00:00:00Z`, with or without fractions, with `Z` or an offset `+01:00` (RFC 3339).
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let day = Day(String(text.prefix(10))),
            let hours = number(bytes[11..<13]), let minutes = number(bytes[14..<16]),
            let seconds = number(bytes[17..<19]),
            hours < 24, minutes < 60, seconds < 60
        else { return nil }
        var position = 19
        var millis = 0
        if bytes[position] == UInt8(ascii: ".") {
            position += 1
            let fraction = bytes[position...].prefix { (48...57).contains($0) }
            guard (1...9).contains(fraction.count) else { return nil }
            for place in 0..<3 {
                millis = millis * 10 + (place < fraction.count ? Int(fraction[position + place]) - 48 : 0)
            }
            position += fraction.count
        }
        guard position < bytes.count else { return nil }
        var offsetMinutes = 0
        let rest = bytes[position...]
        if rest.count == 6, rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-"),
            bytes[position + 3] == UInt8(ascii: ":"), let hour = number(bytes[position + 1..<position + 3]),
            let minute = number(bytes[position + 4..<position + 6]), hour < 24, minute < 60
        {
            offsetMinutes = (hour * 60 + minute) * (rest.first == UInt8(ascii: "-") ? -1 : 1)
        } else if Array(rest) != [UInt8(ascii: "Z")] {
            return nil
        }
        let whole = day.number * 86_400 + hours * 3600 + minutes * 60 + seconds - offsetMinutes * 60
        milliseconds = Int64(whole) * 1000 + Int64(millis)
    }
}

extension Duration {
    package var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    /// Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds: `P14D`, `PT30M`, `P1DT12H`.
    /// Months and years have no fixed length, so they are refused.
    package init?(iso8601 text: String) {
        guard text.hasPrefix("P"), text.utf8.count <= 32 else { return nil }
        var seconds = 0
        var value: Int?
        var inTime = false
        var parts = 0
        for character in text.dropFirst() {
            if let digit = character.wholeNumberValue, character.isASCII {
                guard (value ?? 0) < 100_000_000 else { return nil }
                value = (value ?? 0) * 10 + digit
                continue
            }
            if character == "T" {
                guard !inTime, value == nil else { return nil }
                inTime = true
                continue
            }
            guard let count = value else { return nil }
            switch (character, inTime) {
            case ("W", false): seconds += count * 604_800
            case ("D", false): seconds += count * 86_400
            case ("H", true): seconds += count * 3600
            case ("M", true): seconds += count * 60
            case ("S", true): seconds += count
            default: return nil
            }
            value = nil
            parts += 1
        }
        guard parts > 0, value == nil, !text.hasSuffix("T") else { return nil }
        self = .seconds(seconds)
    }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    digits.reduce(into: Int?(0)) { total, byte in
        total = (48...57).contains(byte) ? total.map { $0 * 10 + Int(byte) - 48 } : nil
    }
}
