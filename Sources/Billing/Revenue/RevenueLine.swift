import Kernel
import Storage

/// What of a document's line is not earned yet: the balance of 2300 for it, and when the next month's share is.
struct RevenueLine: Hashable, Sendable {
    let document: DocumentID
    let position: Int
    let organization: OrganizationID
    /// What is spread, over the days from `spreadFrom` to the end of the term. After a credit this is what was left of it.
    let spread: Money
    let spreadFrom: Day
    let periodEnd: Day
    let left: Money
    /// The day after the next month to be released; nil when all is earned.
    let nextOn: Day?

    var schedule: RevenueSchedule { RevenueSchedule(spread, over: Period(start: spreadFrom, end: periodEnd)) }

    var nextMonth: RevenueSchedule.Month? { schedule.months.first { $0.period.end == nextOn } }

    /// The name of a posting's detail.
    static func detail(_ position: Int) -> String { "line \(position)" }
}

extension RevenueLine {
    static let columns: SQL = """
        document_id, position, organization_id, currency, spread, spread_from, period_end, left_amount, next_on
        """

    init(_ row: Row) throws {
        let currency: Currency = try row["currency"]
        document = try row["document_id"]
        position = try row["position"]
        organization = try row["organization_id"]
        spread = Money(minorUnits: try row["spread"], currency)
        spreadFrom = try row["spread_from"]
        periodEnd = try row["period_end"]
        left = Money(minorUnits: try row["left_amount"], currency)
        nextOn = try row["next_on"]
    }
}

extension Connection {
    /// Notes what an invoice that was just posted has in 2300.
    func deferRevenue(of document: Document, _ lines: [ComputedLine]) throws {
        try insert(
            into: """
                revenue_line (document_id, position, organization_id, currency, spread, spread_from, period_end, left_amount,
                    next_on)
                """,
            lines.enumerated().compactMap { index, line -> SQL? in
                guard let period = line.draft.period, !line.net.isZero else { return nil }
                return """
                    \(document.id), \(index + 1), \(document.organization), \(line.net.currency), \(line.net.minorUnits),
                    \(period.start), \(period.end), \(line.net.minorUnits), \(min(period.start.nextMonth, period.end))
                    """
            })
    }

    func revenueLine(_ document: DocumentID, _ position: Int) throws -> RevenueLine? {
        try row(
            "SELECT \(RevenueLine.columns) FROM revenue_line WHERE document_id = \(document) AND position = \(position)"
        ).map(RevenueLine.init)
    }

    /// A credit takes what is not earned yet first; the rest of the term has less to release.
    /// - Precondition: the books are held.
    func takeDeferred(_ amount: Money, from line: RevenueLine) throws {
        let left = line.left.minorUnits - amount.minorUnits
        let from = line.nextMonth?.period.start ?? line.spreadFrom
        try execute(
            """
            UPDATE revenue_line SET left_amount = \(left), spread = \(left), spread_from = \(from),
                next_on = \(left == 0 ? nil : line.nextOn)
            WHERE document_id = \(line.document) AND position = \(line.position)
            """)
    }
}
