package import Kernel

/// When an invoice that is not paid is reminded (billing.md, 11): so many days after its day, once for each. The provider sets the days;
/// an organisation may want fewer reminders than there are days, but never none, for what follows an unpaid invoice is always
/// announced.
package struct ReminderRule: Hashable, Sendable {
    /// Rising; empty where the provider reminds nobody.
    package let days: [Int]

    package static let usual = ReminderRule(checked: [10, 20, 30])
    package static let countMax = 10
    package static let dayMax = 365

    private init(checked days: [Int]) {
        self.days = days
    }

    /// - Returns: nil for days that do not rise, are not within a year, or are too many.
    package init?(days: [Int]) {
        guard days.count <= ReminderRule.countMax, days.allSatisfy({ (1...ReminderRule.dayMax).contains($0) }),
            zip(days, days.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.init(checked: days)
    }

    /// How many an organisation gets.
    /// - Parameter wanted: its own choice; nil for all.
    package func count(wanted: Int?) -> Int { min(days.count, max(1, wanted ?? days.count)) }

    /// When the next reminder is due, or nil after the last.
    ///
    /// Each is as many days after the one before as the rule says, also where that one went out late: nobody gets two at once
    /// because the house was down for a month.
    /// - Parameters:
    ///   - sent: how many went out.
    ///   - lastOn: when the last of them did.
    ///   - since: the day the invoice was to be paid, or, where it was open again later, the day before that.
    package func next(after sent: Int, lastOn: Day?, since: Day, wanted: Int?) -> Day? {
        guard sent < count(wanted: wanted) else { return nil }
        let due = since.adding(days: days[sent])
        guard sent > 0, let lastOn else { return due }
        return max(due, lastOn.adding(days: days[sent] - days[sent - 1]))
    }
}
