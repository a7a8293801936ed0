import Kernel
import Testing

@Suite struct ZoneTests {
    private func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    @Test(arguments: [
        ("2026-11-20T22:59:59Z", "2026-11-20"), ("2026-11-20T23:00:00Z", "2026-11-21"),
        ("2026-07-01T21:59:59Z", "2026-07-01"), ("2026-07-01T22:00:00Z", "2026-07-02"),
        // The last winter night and the first summer night.
        ("2026-03-28T22:59:59Z", "2026-03-28"), ("2026-03-28T23:00:00Z", "2026-03-29"),
        ("2026-03-29T21:59:59Z", "2026-03-29"), ("2026-03-29T22:00:00Z", "2026-03-30"),
        ("2026-10-25T22:59:59Z", "2026-10-25"), ("2026-10-25T23:00:00Z", "2026-10-26"),
    ])
    func `The day changes at midnight in Zurich`(moment: String, day: String) throws {
        #expect(Zone.zurich.day(of: try instant(moment)).description == day)
    }

    @Test(arguments: [
        ("Europe/Zurich", "2026-01-15", "2026-01-14T23:00:00Z"),
        ("Europe/Zurich", "2026-07-15", "2026-07-14T22:00:00Z"),
        ("Europe/Zurich", "2026-03-29", "2026-03-28T23:00:00Z"),
        ("Europe/Zurich", "2026-03-30", "2026-03-29T22:00:00Z"),
        ("Europe/Zurich", "2026-10-25", "2026-10-24T22:00:00Z"),
        ("Europe/Zurich", "2026-10-26", "2026-10-25T23:00:00Z"),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"),
        ("Asia/Kolkata", "2026-03-08", "2026-03-07T18:30:00Z"),
        // Where the clock jumps from midnight to one, the day begins at one.
        ("America/Santiago", "2025-09-07", "2025-09-07T04:00:00Z"),
        // Where the hour after midnight comes twice, the day begins with the first.
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"),
    ])
    func `A day begins with its first moment, on the days of the change too`(
        name: String, day: String, start: String
    ) throws {
        let zone = try #require(Zone(name))
        let day = try #require(Day(day))
        #expect(zone.start(of: day) == (try instant(start)))
        #expect(zone.day(of: zone.start(of: day)) == day)
        #expect(zone.day(of: zone.start(of: day).adding(.milliseconds(-1))) == day.adding(days: -1))
    }

    @Test(arguments: [
        ("2026-03-29T00:59:00Z", 1, 59), ("2026-03-29T01:00:00Z", 3, 0), ("2026-10-25T00:30:00Z", 2, 30),
        ("2026-10-25T01:30:00Z", 2, 30), ("1960-06-01T12:34:00Z", 13, 34),
    ])
    func `The time of day follows the change of the clock`(moment: String, hour: Int, minute: Int) throws {
        let time = Zone.zurich.timeOfDay(of: try instant(moment))
        #expect(time == (hour, minute))
    }

    @Test(arguments: ["", "Europe/Nowhere", "../../etc/passwd", String(repeating: "x", count: 65)])
    func `A place that the database does not know is refused`(name: String) {
        #expect(Zone(name) == nil)
    }

    @Test func `The list of places to choose from can be chosen from`() {
        #expect(Zone.names.contains("Europe/Zurich"))
        #expect(Zone.names == Zone.names.sorted())
        #expect(Zone.names.allSatisfy { Zone($0) != nil })
    }
}
