import Kernel
import Testing

@Suite struct DayTests {
    @Test(arguments: [
        ("0001-01-01", -719_162), ("1600-02-29", -135_081), ("1900-03-01", -25_508), ("1969-12-31", -1),
        ("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-20", 20_777), ("9999-12-31", 2_932_896),
    ])
    func `Known days have their number`(text: String, number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(Day(number: number).description == text)
    }

    /// An oracle that knows nothing of eras: it counts one day after the other.
    @Test func `Every day of eight centuries comes after the one before it`() throws {
        var (year, month, date) = (1600, 1, 1)
        var expected = try #require(Day(year: 1600, month: 1, day: 1)).number
        var wrong: [Int] = []
        while year < 2400 {
            let day = Day(number: expected)
            if day.parts != (year, month, date) || Day(year: year, month: month, day: date) != day {
                wrong.append(expected)
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            date += 1
            if date > length { (month, date) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            expected += 1
        }
        #expect(wrong.isEmpty)
    }

    @Test func `A day survives being written and read, over all years`() {
        let numbers = stride(from: -719_162, through: 2_932_896, by: 97)
        let lost = numbers.filter { Day(Day(number: $0).description)?.number != $0 }
        #expect(lost.isEmpty)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
        "0000-01-01", "10000-01-01", "2026-1-01", "2026-01-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01",
        "2026-01", "2026-01-01-01", "", "--", "+202-01-01", "2026-+1-01", "2026-01-+1", "２026-01-01", "today",
    ])
    func `What is no day is refused`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(arguments: ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01", "9999-12-31"])
    func `The edges of the calendar are days`(text: String) {
        #expect(Day(text)?.description == text)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 2, "2026-03-31"), ("2026-01-31", 3, "2026-04-30"),
        ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"),
        ("2026-11-20", 12, "2027-11-20"), ("2026-12-01", 1, "2027-01-01"), ("2026-01-31", 0, "2026-01-31"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"), ("2026-01-15", -13, "2024-12-15"),
    ])
    func `Months are counted from the anchor and end with their month`(anchor: String, months: Int, day: String) throws
    {
        #expect(try #require(Day(anchor)).adding(months: months) == Day(day))
    }

    @Test func `Days are counted across months and years`() throws {
        let day = try #require(Day("2027-02-28"))
        #expect(day.adding(days: 1).description == "2027-03-01")
        #expect(day.adding(days: -59).description == "2026-12-31")
        #expect(day.days(until: try #require(Day("2028-02-28"))) == 365)
        #expect(day < day.adding(days: 1))
        #expect(day.year == 2027)
    }
}

@Suite struct PeriodTests {
    private func period(_ start: String, _ end: String) throws -> Period {
        Period(start: try #require(Day(start)), end: try #require(Day(end)))
    }

    @Test(arguments: [
        ("2026-01-01", "2026-02-01", false), ("2026-03-01", "2026-04-01", false), ("2026-01-01", "2026-02-02", true),
        ("2026-02-28", "2026-04-01", true), ("2026-02-10", "2026-02-11", true), ("2026-01-01", "2027-01-01", true),
        ("2026-02-01", "2026-03-01", true),
    ])
    func `Periods that only touch do not overlap`(start: String, end: String, overlaps: Bool) throws {
        let february = try period("2026-02-01", "2026-03-01")
        let other = try period(start, end)
        #expect(february.overlaps(other) == overlaps)
        #expect(other.overlaps(february) == overlaps)
    }

    @Test func `The end is not part of a period`() throws {
        let year = try period("2026-01-01", "2027-01-01")
        #expect(year.days == 365)
        #expect(year.lastDay.description == "2026-12-31")
    }

    @Test(arguments: [
        (Term.monthly, 0, "2026-01-31", "2026-01-31", "2026-02-28"),
        (.monthly, 1, "2026-01-31", "2026-02-28", "2026-03-31"),
        (.monthly, 12, "2026-01-31", "2027-01-31", "2027-02-28"),
        (.quarterly, 0, "2025-11-30", "2025-11-30", "2026-02-28"),
        (.quarterly, 1, "2025-11-30", "2026-02-28", "2026-05-30"),
        (.yearly, 0, "2024-02-29", "2024-02-29", "2025-02-28"),
        (.yearly, 4, "2024-02-29", "2028-02-29", "2029-02-28"), (.yearly, 0, "2026-11-20", "2026-11-20", "2027-11-20"),
    ])
    func `The periods of a term keep the anchor's day`(
        term: Term, index: Int, anchor: String, start: String, end: String
    ) throws {
        #expect(term.period(index, anchoredAt: try #require(Day(anchor))) == (try period(start, end)))
    }

    @Test(arguments: Term.allCases) func `Periods of a term follow each other without gap or overlap`(term: Term) throws
    {
        let anchor = try #require(Day("2023-10-31"))
        for index in 0..<60 {
            let now = term.period(index, anchoredAt: anchor)
            let next = term.period(index + 1, anchoredAt: anchor)
            #expect(now.end == next.start)
            #expect(!now.overlaps(next))
        }
    }
}
