package import Kernel
package import Storage

/// Deferred revenue becomes revenue (2300 / 3400) as the months of a term pass. VAT was due when the invoice was issued.
package struct RevenueRelease: Sendable {
    /// Lines in one transaction: short enough not to keep others waiting, and a run can be killed after any of them.
    package static let batchMax = 1000

    let database: Database
    let issuer: LegalEntity

    package init(database: Database, issuer: LegalEntity) {
        self.database = database
        self.issuer = issuer
    }

    /// Releases the months that are over. Harmless to call twice at once, and to stop anywhere: each month of a line has its key.
    /// - Returns: how many months were released.
    @discardableResult
    package func run(_ now: Instant) async throws -> Int {
        var released = 0
        while true {
            let batch = try await database.write { try releaseBatch(in: $0, at: now) }
            released += batch
            if batch == 0 { return released }
        }
    }

    /// When the next month of any line is over; nil when all is earned.
    package func nextDue(_ connection: Connection) throws -> Instant? {
        let row = try connection.row("SELECT MIN(next_on) AS next FROM revenue_line WHERE next_on IS NOT NULL")
        let next: Day? = try row?["next"]
        return next.map { issuer.zone.start(of: $0) }
    }

    /// One month of each line that is due.
    private func releaseBatch(in connection: Connection, at now: Instant) throws -> Int {
        let today = issuer.zone.day(of: now)
        let due = try connection.rows(
            """
            SELECT \(RevenueLine.columns) FROM revenue_line WHERE next_on <= \(today)
            ORDER BY next_on LIMIT \(RevenueRelease.batchMax)
            """
        ).map(RevenueLine.init)
        // The books are held in one order, so that two runs wait for each other instead of for ever.
        for organization in Set(due.map(\.organization)).sorted(by: { $0.rawValue < $1.rawValue }) {
            _ = try connection.lockBooks(of: organization)
        }
        var released = 0
        for seen in due {
            // It may have been released or credited before the books were ours.
            guard let line = try connection.revenueLine(seen.document, seen.position), line.nextOn == seen.nextOn
            else { continue }
            try release(line, in: connection, at: now)
            released += 1
        }
        return released
    }

    private func release(_ line: RevenueLine, in connection: Connection, at now: Instant) throws {
        let months = line.schedule.months
        guard let index = months.firstIndex(where: { $0.period.end == line.nextOn }) else {
            throw StorageError.refused(
                "Line \(line.position) of document \(line.document) has no month ending before \(line.nextOn?.description ?? "")."
            )
        }
        let month = months[index]
        if !month.amount.isZero {
            let detail = RevenueLine.detail(line.position)
            try connection.post(
                LedgerTransaction(
                    key: "rev:\(line.document):\(line.position):\(month.name)", kind: .revenue,
                    organization: line.organization, effectiveOn: month.period.lastDay, happenedAt: now,
                    postings: [
                        .debit(.deferredRevenue, month.amount, line.organization, line.document, detail: detail),
                        .credit(.services, month.amount, line.organization, line.document, detail: detail),
                    ]))
        }
        let next: Day? = index + 1 < months.count ? months[index + 1].period.end : nil
        try connection.execute(
            """
            UPDATE revenue_line SET left_amount = \(line.left.minorUnits - month.amount.minorUnits), next_on = \(next)
            WHERE document_id = \(line.document) AND position = \(line.position)
            """)
    }
}

extension Payments {
    package var revenue: RevenueRelease { RevenueRelease(database: database, issuer: issuer) }
}
