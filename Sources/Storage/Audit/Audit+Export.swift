package import Kernel

/// What of the chain is exported whole; of the rest, the digests go along, so that the chain can be proved all the same.
package struct AuditSelection: Sendable {
    package var from: Instant?
    /// Not included.
    package var to: Instant?
    package var organization: OrganizationID?

    package init(from: Instant? = nil, to: Instant? = nil, organization: OrganizationID? = nil) {
        self.from = from
        self.to = to
        self.organization = organization
    }

    fileprivate func contains(_ entry: AuditEntry) -> Bool {
        (from.map { entry.happenedAt >= $0 } ?? true) && (to.map { entry.happenedAt < $0 } ?? true)
            && (organization.map { entry.organization == $0.rawValue } ?? true)
    }

    fileprivate func touches(_ block: AuditBlock) -> Bool {
        (from.map { block.lastAt >= $0 } ?? true) && (to.map { block.firstAt < $0 } ?? true)
    }
}

extension Audit {
    /// Writes the chain as lines of JSON: each block, then its events; at the end the events that no block has yet. Personal
    /// data is not in it. Run it in `database.report`.
    /// - Parameter write: gets a line at a time, without its end.
    package static func export(
        _ selection: AuditSelection, from connection: Connection, _ write: (String) throws -> Void
    ) throws {
        var last: Int64 = 0
        try AuditBlock.forEach(in: connection) { block in
            last = max(last, block.lastEvent)
            guard selection.touches(block) else { return }
            try write(JSONText.encode(BlockLine(block)))
            // A block that was tampered with may name anything; its line says what it says, and `verify` what is wrong.
            guard let ranges = EventRanges(block.events), ranges.count <= AuditBlock.eventsMax else { return }
            let rows = try connection.rows(
                "SELECT \(AuditEntry.columns) FROM event WHERE id IN \(ranges.ids) ORDER BY id")
            for entry in try rows.map(AuditEntry.init) where selection.contains(entry) {
                try write(JSONText.encode(EventLine(entry, block: block.id)))
            }
        }
        while true {
            let rows = try connection.rows(
                "SELECT \(AuditEntry.columns) FROM event WHERE id > \(last) ORDER BY id LIMIT \(AuditBlock.eventsMax)")
            for entry in try rows.map(AuditEntry.init) {
                last = entry.id
                if selection.contains(entry) { try write(JSONText.encode(EventLine(entry, block: nil))) }
            }
            if rows.isEmpty { return }
        }
    }
}

private struct BlockLine: Encodable {
    let type = "block"
    let id: Int64
    let events: String
    let count: Int
    let lastEvent: Int64
    let firstAt: Int64
    let lastAt: Int64
    let sealedAt: Int64
    let previous: String
    let seal: String
    let digests: [String]

    private enum CodingKeys: String, CodingKey {
        case type
        case id
        case events
        case count
        case lastEvent = "last_event"
        case firstAt = "first_at"
        case lastAt = "last_at"
        case sealedAt = "sealed_at"
        case previous
        case seal
        case digests
    }

    init(_ block: AuditBlock) {
        id = block.id
        events = block.events
        count = block.count
        lastEvent = block.lastEvent
        firstAt = block.firstAt.milliseconds
        lastAt = block.lastAt.milliseconds
        sealedAt = block.sealedAt.milliseconds
        previous = hexadecimal(block.previous)
        seal = hexadecimal(block.seal)
        digests = stride(from: 0, to: block.digests.count, by: 32).map {
            hexadecimal(Array(block.digests[$0..<min($0 + 32, block.digests.count)]))
        }
    }
}

private struct EventLine: Encodable {
    let type = "event"
    let block: Int64?
    let id: Int64
    let name: String
    let version: Int
    let organizationID: Int64?
    let personID: Int64?
    let onBehalfOfID: Int64?
    let subject: String
    let subjectID: Int64
    let productID: Int64?
    let payload: String
    let requestID: String
    let happenedAt: Int64
    let originDigest: String?
    let detailsDigest: String?

    private enum CodingKeys: String, CodingKey {
        case type
        case block
        case id
        case name
        case version
        case organizationID = "organization_id"
        case personID = "person_id"
        case onBehalfOfID = "on_behalf_of_id"
        case subject
        case subjectID = "subject_id"
        case productID = "product_id"
        case payload
        case requestID = "request_id"
        case happenedAt = "happened_at"
        case originDigest = "origin_digest"
        case detailsDigest = "details_digest"
    }

    init(_ entry: AuditEntry, block: Int64?) {
        self.block = block
        id = entry.id
        name = entry.name
        version = entry.version
        organizationID = entry.organization
        personID = entry.person
        onBehalfOfID = entry.onBehalfOf
        subject = entry.subject
        subjectID = entry.subjectID
        productID = entry.product
        payload = entry.payload
        requestID = entry.requestID
        happenedAt = entry.happenedAt.milliseconds
        originDigest = entry.originDigest.map(hexadecimal)
        detailsDigest = entry.detailsDigest.map(hexadecimal)
    }
}
