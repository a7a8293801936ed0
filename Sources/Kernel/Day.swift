/// A calendar day without a time or a place: `2026-11-20`. Proleptic Gregorian, years 1 to 9999.
/// Stored and written as text. Which day it *is* depends on a `Zone`.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// Days since 1970-01-01.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    /// - Returns: nil where there is no such day (30 February, month 13).
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Day.length(ofMonth: month, in: year)).contains(day)
        else { return nil }
        self.init(number: Day.number(year: year, month: month, day: day))
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            // `Int` would take a sign as well.
            parts.joined().utf8.allSatisfy({ (48...57).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    package func adding(days: Int) -> Day { Day(number: number + days) }

    package func days(until other: Day) -> Int { other.number - number }

    /// Adds whole months to the anchor day and falls back to the last of the month: 31 January plus one month is the last
    /// of February, plus two months is 31 March. So always count from the anchor, never from the result before.
    package func adding(months: Int) -> Day {
        let (year, month, day) = parts
        let count = year * 12 + (month - 1) + months
        let newYear = count / 12
        let newMonth = count % 12 + 1
        let last = Day.length(ofMonth: newMonth, in: newYear)
        return Day(number: Day.number(year: newYear, month: newMonth, day: min(day, last)))
    }

    package var description: String {
        let (year, month, day) = parts
        let padding = year < 10 ? "000" : year < 100 ? "00" : year < 1000 ? "0" : ""
        return "\(padding)\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    package var year: Int { parts.year }

    /// Year, month 1…12 and day 1…31, by the era arithmetic of Hinnant's `civil_from_days`.
    package var parts: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func number(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A half-open range of days, `[start, end)`. Two periods that touch do not overlap.
package struct Period: Hashable, Sendable {
    package let start: Day
    package let end: Day

    /// - Precondition: the start comes before the end.
    package init(start: Day, end: Day) {
        precondition(start < end, "A period ends after it starts.")
        self.start = start
        self.end = end
    }

    package var lastDay: Day { end.adding(days: -1) }
    package var days: Int { start.days(until: end) }

    package func overlaps(_ other: Period) -> Bool { start < other.end && other.start < end }
}

/// How long one payment lasts (FRQ-3).
package enum Term: String, CaseIterable, Sendable, Codable {
    case monthly, quarterly, yearly

    package var months: Int {
        switch self {
        case .monthly: 1
        case .quarterly: 3
        case .yearly: 12
        }
    }

    /// The period number `index` (from 0) of a subscription anchored at a day.
    package func period(_ index: Int = 0, anchoredAt anchor: Day) -> Period {
        Period(start: anchor.adding(months: months * index), end: anchor.adding(months: months * (index + 1)))
    }
}
