import Crypto
import Kernel

/// Up to a thousand events, sealed together with the seal of the block before. Whoever changes an event has to change every
/// block since, and whoever has noted a later seal sees it.
struct AuditBlock: Sendable {
    /// Blocks are read, verified and exported whole, so one has to fit into memory easily.
    static let eventsMax = 1000
    /// What the first block follows.
    static let beginning = [UInt8](repeating: 0, count: 32)

    let id: Int64
    /// The ids in it: `1-500,502`.
    let events: String
    let count: Int
    /// The highest id in it.
    let lastEvent: Int64
    /// Of the earliest and the latest of its events.
    let firstAt: Instant
    let lastAt: Instant
    /// The digests of its events in the order of their ids, 32 bytes each: so that a check can name the one that changed.
    let digests: [UInt8]
    let previous: [UInt8]
    let seal: [UInt8]
    let sealedAt: Instant

    init(sealing entries: [AuditEntry], after previous: [UInt8], at now: Instant) {
        let ranges = EventRanges(entries.map(\.id))
        id = 0
        events = ranges.description
        count = entries.count
        lastEvent = ranges.last
        firstAt = entries.map(\.happenedAt).min() ?? now
        lastAt = entries.map(\.happenedAt).max() ?? now
        digests = entries.sorted { $0.id < $1.id }.flatMap(\.digest)
        self.previous = previous
        sealedAt = now
        seal = AuditBlock.seal(
            previous: previous, events: events, count: count, lastEvent: lastEvent, firstAt: firstAt, lastAt: lastAt,
            sealedAt: now, digests: digests)
    }

    init(_ row: Row) throws {
        id = try row["id"]
        events = try row["events"]
        count = try row["count"]
        lastEvent = try row["last_event"]
        firstAt = try row["first_at"]
        lastAt = try row["last_at"]
        digests = try row["digests"]
        previous = try row["previous"]
        seal = try row["seal"]
        sealedAt = try row["sealed_at"]
    }

    static let select: SQL = """
        SELECT id, events, count, last_event, first_at, last_at, digests, previous, seal, sealed_at FROM audit_block
        """

    /// What the seal has to be, from everything else that the row says.
    var computedSeal: [UInt8] {
        AuditBlock.seal(
            previous: previous, events: events, count: count, lastEvent: lastEvent, firstAt: firstAt, lastAt: lastAt,
            sealedAt: sealedAt, digests: digests)
    }

    private static func seal(
        previous: [UInt8], events: String, count: Int, lastEvent: Int64, firstAt: Instant, lastAt: Instant,
        sealedAt: Instant, digests: [UInt8]
    ) -> [UInt8] {
        var fields = AuditFields("kontor-audit-block-1")
        fields.add(previous)
        fields.add(events)
        fields.add(Int64(count))
        fields.add(lastEvent)
        fields.add(firstAt.milliseconds)
        fields.add(lastAt.milliseconds)
        fields.add(sealedAt.milliseconds)
        fields.add(digests)
        return Array(SHA256.hash(data: fields.bytes))
    }

    /// All blocks in order, a few at a time.
    static func forEach(in connection: Connection, _ body: (AuditBlock) throws -> Void) throws {
        var after: Int64 = 0
        while true {
            let blocks = try connection.rows("\(select) WHERE id > \(after) ORDER BY id LIMIT 20").map(AuditBlock.init)
            for block in blocks { try body(block) }
            guard let last = blocks.last else { return }
            after = last.id
        }
    }
}
