package import Kernel

/// What `Audit.verify` found.
package struct AuditReport: Sendable {
    /// What is broken, each with the block or event it is about. At most `violationsMax`.
    package fileprivate(set) var violations: [String] = []
    /// What is not broken and should be looked into.
    package fileprivate(set) var warnings: [String] = []
    package fileprivate(set) var blocks = 0
    package fileprivate(set) var events = 0
    /// The newest seal in hexadecimal. Noted elsewhere, it proves that no block was taken from the end since.
    package fileprivate(set) var head: String?

    /// More of the same would not say more.
    static let violationsMax = 100
}

extension Audit {
    /// Computes every seal again and looks at every event, block by block, so that memory stays flat. It only reads; run it
    /// in `database.report`.
    package static func verify(_ connection: Connection, at now: Instant) throws -> AuditReport {
        var check = AuditCheck()
        try AuditBlock.forEach(in: connection) { try check.look(at: $0, in: connection) }
        try check.finish(at: now, in: connection)
        return check.report
    }
}

private struct AuditCheck {
    /// Sealing takes a minute; after that long, nobody works.
    private static let waitsMax: Duration = .hours(1)

    var report = AuditReport()
    private var previous = AuditBlock.beginning
    /// The ids that blocks have named so far, above `settled`.
    private var sealed = EventRanges()
    /// Up to here, every event is known to be in exactly one block.
    private var settled: Int64 = 0

    private mutating func broken(_ text: String) {
        if report.violations.count < AuditReport.violationsMax { report.violations.append("audit: \(text)") }
    }

    mutating func look(at block: AuditBlock, in connection: Connection) throws {
        report.blocks += 1
        report.head = hexadecimal(block.seal)
        if block.previous != previous {
            broken(
                report.blocks == 1
                    ? "block \(block.id) is the first, but follows another one: the beginning of the chain is missing"
                    : "block \(block.id) does not follow the one before it: a block is missing or was put in")
        }
        previous = block.seal
        if block.seal != block.computedSeal {
            broken("block \(block.id) was changed: its seal is not over what it says")
        }
        guard let ranges = EventRanges(block.events), ranges.count == Int64(block.count),
            block.count <= AuditBlock.eventsMax, block.digests.count == 32 * block.count, block.lastEvent == ranges.last
        else {
            broken("block \(block.id) was changed: its events \(block.events.prefix(60)) are not the ones it counts")
            return
        }
        let entries = try entries(of: ranges, in: connection)
        for (position, id) in ranges.ids.enumerated() {
            if id <= settled || sealed.contains(id) { broken("event \(id) is in block \(block.id) and in one before") }
            guard let (entry, personal) = entries[id] else {
                broken("event \(id) of block \(block.id) is missing")
                continue
            }
            if entry.digest != Array(block.digests[(32 * position)..<(32 * position + 32)]) {
                broken("event \(id) (\(entry.name)) of block \(block.id) was changed")
            }
            for text in personal { broken("event \(id) (\(entry.name)): \(text)") }
        }
        report.events += entries.count
        for range in ranges.ranges { sealed.insert(range) }
        // Blocks only reach so far back: what is not sealed below that never will be.
        if sealed.last - Audit.reach - settled >= Audit.reach {
            try settle(upTo: sealed.last - Audit.reach, connection)
        }
    }

    private func entries(
        of ranges: EventRanges, in connection: Connection
    ) throws -> [Int64: (AuditEntry, personal: [String])] {
        let wanted: SQL =
            if let only = ranges.ranges.first, ranges.ranges.count == 1 {
                "event.id BETWEEN \(only.lowerBound) AND \(only.upperBound)"
            } else {
                "event.id IN \(ranges.ids)"
            }
        let rows = try connection.rows(
            """
            SELECT \(AuditEntry.columns), origin.content AS origin, origin.salt AS origin_salt,
                details.content AS details, details.salt AS details_salt
            FROM event
            LEFT JOIN event_personal origin ON origin.part = 'origin' AND origin.event_id = event.id
            LEFT JOIN event_personal details ON details.part = 'details' AND details.event_id = event.id
            WHERE \(wanted)
            """)
        var entries: [Int64: (AuditEntry, personal: [String])] = [:]
        for row in rows {
            let entry = try AuditEntry(row)
            var personal: [String] = []
            for (part, digest) in [("origin", entry.originDigest), ("details", entry.detailsDigest)] {
                guard let content: String = try row[part] else { continue }
                guard let salt: [UInt8] = try row["\(part)_salt"] else {
                    // From before digests were kept: bound to nothing.
                    if digest != nil { personal.append("its personal data (\(part)) lost its salt") }
                    continue
                }
                if digest != PersonalRecord.digest(salt: salt, content: content) {
                    personal.append("its personal data (\(part)) was changed")
                }
            }
            entries[entry.id] = (entry, personal)
        }
        return entries
    }

    private mutating func settle(upTo limit: Int64, _ connection: Connection) throws {
        for id in try unsealed(upTo: limit, connection) {
            broken("event \(id) is in no block: it was put in afterwards, or committed long after its time")
        }
        sealed.removeAll(upTo: limit)
        settled = limit
    }

    private func unsealed(upTo limit: Int64, _ connection: Connection) throws -> [Int64] {
        var found: [Int64] = []
        var after = settled
        while after < limit {
            let end = min(after + Audit.reach, limit)
            found += try connection.rows(
                "SELECT id FROM event WHERE id > \(after) AND id <= \(end) ORDER BY id"
            ).map { try $0["id"] as Int64 }.filter { !sealed.contains($0) }
            if found.count > AuditReport.violationsMax { break }
            after = end
        }
        return found
    }

    /// What was not sealed yet: the youngest, and some that came late.
    mutating func finish(at now: Instant, in connection: Connection) throws {
        if sealed.last - Audit.reach > settled { try settle(upTo: sealed.last - Audit.reach, connection) }
        let overdue = now.adding(.milliseconds(-AuditCheck.waitsMax.wholeMilliseconds))
        var waiting = try unsealed(upTo: sealed.last, connection)
        waiting += try connection.rows(
            "SELECT id FROM event WHERE id > \(max(sealed.last, settled)) ORDER BY id LIMIT \(AuditBlock.eventsMax)"
        ).map { try $0["id"] as Int64 }
        let old = try connection.rows(
            "SELECT id FROM event WHERE id IN \(waiting) AND happened_at < \(overdue) ORDER BY id"
        ).map { try $0["id"] as Int64 }
        guard let first = old.first else { return }
        let more = waiting.count >= AuditBlock.eventsMax ? " or more" : ""
        report.warnings.append(
            "audit: \(old.count)\(more) events, the first of them \(first), have waited for their seal for more than an hour: "
                + "is there a worker, and was the last block taken away?")
    }
}

/// Lower case, two digits a byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
