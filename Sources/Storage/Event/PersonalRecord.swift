import Crypto
package import Kernel

/// What stands beside an event and can be erased without touching it. The event keeps a SHA-256 over salt and content, so
/// that the audit chain binds what was there, and holds when it is gone: without the salt, nobody can try out which address
/// makes the digest.
struct PersonalRecord {
    let person: PersonID?
    /// JSON with sorted keys; its bytes are what is digested.
    let content: String
    let salt: [UInt8]
    let digest: [UInt8]

    /// - Returns: nil where there is nothing to keep.
    init?(_ content: [String: String], of person: PersonID?) {
        if content.isEmpty { return nil }
        self.person = person
        self.content = JSONText.encode(content)
        // Chance usually comes from `Surroundings`, so that it can be replayed. A salt is only ever read back from its row,
        // and every rule that announces would have to carry the surroundings for it.
        salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        digest = PersonalRecord.digest(salt: salt, content: self.content)
    }

    static func digest(salt: [UInt8], content: String) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: Array(content.utf8))
        return Array(hash.finalize())
    }
}

extension Event.Actor {
    /// Nil for the system, which comes from nowhere.
    var origin: PersonalRecord? {
        if address.isEmpty, client.isEmpty { return nil }
        return PersonalRecord(["address": address, "client": client], of: person)
    }
}

extension Connection {
    /// Writes what stands beside events that were just written, found by its digest: each has a salt of its own.
    func keep(_ records: [(origin: PersonalRecord?, details: PersonalRecord?)], of events: [Row]) throws {
        var parts: [[UInt8]: (name: String, record: PersonalRecord)] = [:]
        for (origin, details) in records {
            if let origin { parts[origin.digest] = ("origin", origin) }
            if let details { parts[details.digest] = ("details", details) }
        }
        var rows: [SQL] = []
        for event in events {
            let id: EventID = try event["id"]
            for digest in [try event["origin_digest"], try event["details_digest"]] as [[UInt8]?] {
                guard let (name, record) = digest.flatMap({ parts[$0] }) else { continue }
                rows.append("\(name), \(id), \(record.person), \(record.content), \(record.salt)")
            }
        }
        try insert(into: "event_personal (part, event_id, person_id, content, salt)", rows)
    }

    /// Forgets where a person came from and what events told of them. The events stay, and so does the proof of the chain.
    /// - Returns: how many rows went.
    @discardableResult
    package func erasePersonal(of person: PersonID) throws -> Int {
        // What was just announced of them goes, too.
        try writeAnnounced()
        return try execute("DELETE FROM event_personal WHERE person_id = \(person)")
    }

    /// Forgets addresses and devices of events before a moment, the oldest events first (SES-15).
    /// - Parameter limit: how many are looked at.
    /// - Returns: how many went; at least one while `oldestOrigin` is before the moment.
    package func erasePersonal(originsBefore end: Instant, limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM event_personal WHERE part = 'origin' AND event_id IN (
                SELECT oldest.event_id FROM (
                    SELECT event_id FROM event_personal WHERE part = 'origin' ORDER BY event_id LIMIT \(limit)
                ) oldest JOIN event ON event.id = oldest.event_id WHERE event.happened_at < \(end)
            )
            """)
    }

    /// When the event of the oldest address and device happened; nil where none is kept.
    package func oldestOrigin() throws -> Instant? {
        try row(
            """
            SELECT event.happened_at AS oldest FROM event_personal origin JOIN event ON event.id = origin.event_id
            WHERE origin.part = 'origin' ORDER BY origin.event_id LIMIT 1
            """)?["oldest"]
    }
}
