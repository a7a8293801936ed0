package import Kernel

/// How amounts, days and moments are written for a reader.
extension Words {
    /// `CHF 1’119.40`: the currency first and the Swiss thousands mark, alike in all five languages of the console.
    package func money(_ amount: Money) -> String {
        let cents = amount.minorUnits.magnitude % 100
        var whole = String(amount.minorUnits.magnitude / 100)
        var position = whole.count - 3
        while position > 0 {
            whole.insert("’", at: whole.index(whole.startIndex, offsetBy: position))
            position -= 3
        }
        let sign = amount.isNegative ? "−" : ""
        return "\(amount.currency.rawValue)\u{a0}\(sign)\(whole).\(cents < 10 ? "0" : "")\(cents)"
    }

    package func percentage(_ percentage: Percentage) -> String { "\(percentage.plain)\u{a0}%" }

    /// `20 November 2026`
    package func day(_ day: Day) -> String {
        let (year, month, date) = day.parts
        // The first of a month is an ordinal in two of the languages.
        let first = language == .french ? "1er" : language == .italian ? "1°" : "1"
        return self(
            "date.long",
            [
                "day": date == 1 ? first : String(date), "month": self("date.month.\(month)"),
                "year": String(year),
            ])
    }

    /// `20 November 2026, 08:14`
    package func moment(_ instant: Instant, in zone: Zone) -> String {
        let (hour, minute) = zone.timeOfDay(of: instant)
        let time = "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        return self("date.moment", ["day": day(zone.day(of: instant)), "time": time])
    }

    /// `1 January 2026 to 31 December 2026`: the last day is part of it, as people read it.
    package func period(_ period: Period) -> String {
        self("date.period", ["start": day(period.start), "end": day(period.lastDay)])
    }

    package func term(_ term: Term) -> String { self("term.\(term.rawValue)") }

    package func country(_ country: Country) -> String { CountryNames.name(of: country, in: language) }
}
