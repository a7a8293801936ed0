package import Kernel

extension Event {
    /// How long addresses and devices are kept, and how far back the activity log goes (SES-15): long enough to look into
    /// whatever a yearly bill or a slow fraud brings up, and no longer.
    package static let originKept: Duration = .days(365)

    /// The first event that happened at a moment or later, found by halving the ids: they follow time but for the moments by
    /// which concurrent transactions and clocks differ. So there needs to be no index on time, which each event would pay for.
    /// - Returns: one more than the last id where nothing happened since.
    package static func firstID(since moment: Instant, in connection: Connection) throws -> EventID {
        guard let newest = try connection.row("SELECT MAX(id) AS id FROM event"), let last: Int64 = try newest["id"]
        else { return EventID(rawValue: 1) }
        var low: Int64 = 1
        var high = last + 1
        while low < high {
            let middle = low + (high - low) / 2
            // Ids have gaps: what was rolled back leaves one.
            let row = try connection.row(
                "SELECT id, happened_at FROM event WHERE id >= \(middle) ORDER BY id LIMIT 1")
            guard let row, let happenedAt: Instant = try row["happened_at"], happenedAt < moment else {
                high = middle
                continue
            }
            low = try row["id"] as Int64 + 1
        }
        return EventID(rawValue: low)
    }
}
