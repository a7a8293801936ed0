package import Kernel

/// How the price of a term becomes revenue: by calendar months, each by its days of the term, without losing a cent.
package struct RevenueSchedule: Hashable, Sendable {
    package struct Month: Hashable, Sendable {
        /// `2026-11`
        package let name: String
        package let period: Period
        package let amount: Money
    }

    package let months: [Month]

    package init(_ amount: Money, over period: Period) {
        var parts: [Period] = []
        var start = period.start
        while start < period.end {
            let end = min(start.nextMonth, period.end)
            parts.append(Period(start: start, end: end))
            start = end
        }
        months = zip(parts, amount.allocated(over: parts.map(\.days))).map { part, share in
            Month(name: String(part.start.description.prefix(7)), period: part, amount: share)
        }
    }
}

extension Day {
    /// The first day of the month after this day's.
    var nextMonth: Day {
        let (year, month, _) = parts
        guard let first = Day(year: year, month: month, day: 1) else {
            preconditionFailure("Each month has a first day.")
        }
        return first.adding(months: 1)
    }
}
