package import Kernel

/// The proof that what was recorded was neither changed nor taken away (security.md, "Audit"): events are sealed in blocks,
/// each over the seal of the one before. `docs/audit.md` describes the format.
package enum Audit {
    /// Events younger than that are left for the next block: on PostgreSQL, one with a lower id may still be uncommitted.
    static let settlesAfter: Duration = .seconds(60)
    /// How far below the highest sealed id a late event is still looked for. What commits later than that many others is
    /// named by `verify` as sealed by no block.
    static let reach: Int64 = 10_000

    /// When the next event can be sealed; nil where all are.
    package static func nextDue(in connection: Connection) throws -> Instant? {
        let row = try connection.row(
            """
            SELECT MIN(happened_at) AS oldest FROM (
                SELECT happened_at FROM event
                WHERE id > COALESCE((SELECT MAX(last_event) FROM audit_block), 0) ORDER BY id LIMIT \(AuditBlock.eventsMax)
            ) waiting
            """)
        guard let oldest: Instant = try row?["oldest"] else { return nil }
        return oldest.adding(settlesAfter)
    }

    /// Seals the next block, where there is something to seal. Run it in a transaction of its own, again until it answers 0.
    /// - Returns: how many events were sealed: 0 where there were none, or where another process has just sealed.
    package static func seal(at now: Instant, in connection: Connection) throws -> Int {
        // The newest block comes first. What is read after it may know of a newer one, and then this block, which follows
        // the same one, is refused by the schema.
        let newest = try connection.row("\(AuditBlock.select) ORDER BY id DESC LIMIT 1").map(AuditBlock.init)
        let highest: Int64 =
            try connection.row("SELECT COALESCE(MAX(last_event), 0) AS last FROM audit_block")?["last"] ?? 0
        let late = try lateEvents(below: highest, in: connection)
        let ids =
            try late.prefix(AuditBlock.eventsMax)
            + freshEvents(
                above: highest, limit: max(AuditBlock.eventsMax - late.count, 0), at: now, in: connection)
        if ids.isEmpty { return 0 }
        let entries = try connection.rows(
            "SELECT \(AuditEntry.columns) FROM event WHERE id IN \(Array(ids)) ORDER BY id"
        ).map(AuditEntry.init)
        let block = AuditBlock(sealing: entries, after: newest?.seal ?? AuditBlock.beginning, at: now)
        let row = try connection.row(
            """
            INSERT INTO audit_block (events, count, last_event, first_at, last_at, digests, previous, seal, sealed_at)
            VALUES (\(block.events), \(block.count), \(block.lastEvent), \(block.firstAt), \(block.lastAt),
                \(block.digests), \(block.previous), \(block.seal), \(block.sealedAt))
            ON CONFLICT (previous) DO NOTHING RETURNING id
            """)
        return row == nil ? 0 : block.count
    }

    /// Those that were committed after one with a higher id had been sealed.
    private static func lateEvents(below highest: Int64, in connection: Connection) throws -> [Int64] {
        if highest == 0 { return [] }
        let floor = max(highest - reach, 0)
        var sealed = EventRanges()
        for row in try connection.rows("SELECT events FROM audit_block WHERE last_event > \(floor)") {
            let ranges = EventRanges(try row["events"] as String)?.clamped(to: (floor + 1)...highest)
            for range in ranges?.ranges ?? [] { sealed.insert(range) }
        }
        let there: Int64 =
            try connection.row(
                "SELECT COUNT(*) AS count FROM event WHERE id > \(floor) AND id <= \(highest)")?["count"] ?? 0
        // Usually there is none, and counting is all it takes.
        if there == sealed.count { return [] }
        return try connection.rows("SELECT id FROM event WHERE id > \(floor) AND id <= \(highest) ORDER BY id")
            .map { try $0["id"] as Int64 }.filter { !sealed.contains($0) }
    }

    /// Up to the last one that has settled. A younger one before it is committed as well, so it may come along.
    private static func freshEvents(
        above highest: Int64, limit: Int, at now: Instant, in connection: Connection
    ) throws -> [Int64] {
        let settled = now.adding(.milliseconds(-settlesAfter.wholeMilliseconds))
        let rows = try connection.rows(
            "SELECT id, happened_at FROM event WHERE id > \(highest) ORDER BY id LIMIT \(limit)")
        let fresh = try rows.map { (id: try $0["id"] as Int64, at: try $0["happened_at"] as Instant) }
        guard let last = fresh.lastIndex(where: { $0.at <= settled }) else { return [] }
        return fresh[...last].map(\.id)
    }
}
