import Kernel
import Storage

/// A document's number: gapless in its series, which is one legal entity, one kind, one year.
package struct DocumentNumber: Hashable, Sendable, CustomStringConvertible {
    package let kind: DocumentKind
    package let year: Int
    package let ordinal: Int

    package init(kind: DocumentKind, year: Int, ordinal: Int) {
        self.kind = kind
        self.year = year
        self.ordinal = ordinal
    }

    /// `2026-00042`, `CN-2026-00003`
    package var description: String {
        let digits = String(ordinal)
        return "\(kind.numberPrefix)\(year)-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
    }
}

extension Connection {
    /// The next numbers and their date. The counter's row is held until the transaction is committed, so take them late and be
    /// short.
    ///
    /// Two transactions around midnight may come in the other order than their clocks say: dates do not go back, so the
    /// later number takes the date of the one before.
    func nextNumbers(
        _ count: Int, _ kind: DocumentKind, of issuer: LegalEntity, on day: Day
    ) throws -> (numbers: [DocumentNumber], issuedOn: Day) {
        try lock(named: "number_series \(issuer.code) \(kind.rawValue) \(day.year)")
        let next: SQL = """
            UPDATE number_series
            SET last_ordinal = last_ordinal + \(count),
                last_on = CASE WHEN last_on < \(day) THEN \(day) ELSE last_on END
            WHERE issuer = \(issuer.code) AND kind = \(kind) AND year = \(day.year)
            RETURNING last_ordinal, last_on
            """
        var row = try row(next)
        if row == nil {
            try execute(
                """
                INSERT INTO number_series (issuer, kind, year, last_ordinal, last_on)
                VALUES (\(issuer.code), \(kind), \(day.year), 0, \(day))
                ON CONFLICT (issuer, kind, year) DO NOTHING
                """)
            row = try self.row(next)
        }
        guard let row else { preconditionFailure("A series of numbers that was just made is there.") }
        let last: Int = try row["last_ordinal"]
        let numbers = (last - count + 1...last).map { DocumentNumber(kind: kind, year: day.year, ordinal: $0) }
        return (numbers, try row["last_on"])
    }
}
