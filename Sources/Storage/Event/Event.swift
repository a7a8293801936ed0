package import Kernel

/// Something that became true. Written in the transaction that made it true; never changed, never deleted. The one table is
/// outbox (the relay takes from it), audit trail (who did it) and activity feed (what, to which product). What a person may
/// ask us to forget stands beside it, in `event_personal`, and is bound to it by a digest.
package struct Event: Sendable {
    /// Past tense, upper camel case: `InvoiceIssued`.
    package let name: String
    package let version: Int
    package let organization: OrganizationID?
    package let actor: Actor
    /// `person`, `order`: what `subjectID` counts.
    package let subject: String
    package let subjectID: Int64
    package let product: ProductID?
    /// Ids, amounts, before and after. Never a secret and nothing that may have to be erased: this is kept for ever.
    package let payload: [String: String]
    /// Names, addresses and the like: what has to be erasable goes here and never into `payload`.
    package let personal: [String: String]
    /// Whose data `personal` is; with it gone, it is erased.
    package let about: PersonID?

    /// - Parameter about: whose data `personal` is; nil for the actor's.
    package init(
        _ name: String, version: Int = 1, by actor: Actor, organization: OrganizationID? = nil, subject: String,
        _ subjectID: Int64, product: ProductID? = nil, payload: [String: String] = [:],
        personal: [String: String] = [:], about: PersonID? = nil
    ) {
        self.name = name
        self.version = version
        self.actor = actor
        self.organization = organization
        self.subject = subject
        self.subjectID = subjectID
        self.product = product
        self.payload = payload
        self.personal = personal
        self.about = about ?? actor.person
    }

    /// Who did it, for whom, from where.
    package struct Actor: Sendable, Hashable {
        /// Nil: nobody signed in, or the system itself.
        package let person: PersonID?
        package let onBehalfOf: OrganizationID?
        package let requestID: String
        /// Kept for twelve months, beside the event; empty afterwards.
        package let address: String
        /// What the browser called itself; kept like `address`.
        package let client: String

        package init(
            person: PersonID?, onBehalfOf: OrganizationID? = nil, requestID: String = "", address: String = "",
            client: String = ""
        ) {
            self.person = person
            self.onBehalfOf = onBehalfOf
            self.requestID = requestID
            self.address = address
            self.client = client
        }

        /// What time brings: schedules and the relay.
        package static let system = Actor(person: nil)
    }
}

extension Event {
    /// What waits for the end of a transaction is in memory.
    fileprivate static let togetherMax = 5_000
}

/// An event as it was kept.
package struct RecordedEvent: Sendable {
    package let id: EventID
    package let event: Event
    package let happenedAt: Instant
}

extension Connection {
    /// Tells of something that became true. All that a transaction announces is written at its end, together.
    package func announce(_ event: Event, at now: Instant) throws {
        announced.append((event, now))
        if announced.count >= Event.togetherMax { try writeAnnounced() }
    }

    /// Writes an event at once, and all that were announced before, for whoever needs its id.
    package func record(_ event: Event, at now: Instant) throws -> EventID {
        try writeAnnounced()
        guard let id = try write([(event, now)]).first else {
            preconditionFailure("An event that is written has an id.")
        }
        return id
    }

    /// Writes what was announced, and puts it into the outbox. The relay hears of it after the commit.
    func writeAnnounced() throws {
        if announced.isEmpty { return }
        let events = announced
        announced = []
        _ = try write(events)
    }

    private func write(_ events: [(event: Event, at: Instant)]) throws -> [EventID] {
        let personal = events.map { event, _ in
            (origin: event.actor.origin, details: PersonalRecord(event.personal, of: event.about))
        }
        let rows = try insert(
            into: """
                event (name, version, organization_id, person_id, on_behalf_of_id, subject, subject_id, product_id, payload,
                    request_id, happened_at, origin_digest, details_digest)
                """,
            zip(events, personal).map { announced, personal in
                let (event, now) = announced
                return """
                    \(event.name), \(event.version), \(event.organization), \(event.actor.person),
                    \(event.actor.onBehalfOf), \(event.subject), \(event.subjectID), \(event.product),
                    \(JSONText.encode(event.payload)), \(event.actor.requestID), \(now), \(personal.origin?.digest),
                    \(personal.details?.digest)
                    """
            }, returning: "id, origin_digest, details_digest")
        try keep(personal, of: rows)
        let ids = try rows.map { try $0["id"] as EventID }
        try insert(into: "outbox (event_id)", ids.map { "\($0)" })
        hasAnnounced = true
        return ids
    }

    /// The events of the outbox in order, held until the transaction ends.
    package func outbox(limit: Int) throws -> [RecordedEvent] {
        let claimed = try rows(
            "SELECT event_id FROM outbox ORDER BY event_id LIMIT \(limit) \(dialect.skippingClaimed)"
        ).map { try $0["event_id"] as EventID }
        return try rows("\(RecordedEvent.select) WHERE id IN \(claimed) ORDER BY id").map(RecordedEvent.init)
    }

    /// Takes an event out of the outbox, once every subscriber has said what should happen.
    package func relayed(_ id: EventID) throws {
        try execute("DELETE FROM outbox WHERE event_id = \(id)")
    }
}

extension RecordedEvent {
    /// With what is still there of the personal data. Add a WHERE; `event` is the event's table.
    package static let select: SQL = """
        SELECT id, name, version, organization_id, event.person_id AS person_id, on_behalf_of_id, subject, subject_id,
            product_id, payload, request_id, happened_at, origin.content AS origin, details.content AS details
        FROM event
        LEFT JOIN event_personal origin ON origin.part = 'origin' AND origin.event_id = event.id
        LEFT JOIN event_personal details ON details.part = 'details' AND details.event_id = event.id
        """

    package init(_ row: Row) throws {
        let origin = JSONText.decode(try row["origin"] ?? "{}")
        let actor = Event.Actor(
            person: try row["person_id"], onBehalfOf: try row["on_behalf_of_id"], requestID: try row["request_id"],
            address: origin["address"] ?? "", client: origin["client"] ?? "")
        id = try row["id"]
        event = Event(
            try row["name"], version: try row["version"], by: actor, organization: try row["organization_id"],
            subject: try row["subject"], try row["subject_id"], product: try row["product_id"],
            payload: JSONText.decode(try row["payload"]), personal: JSONText.decode(try row["details"] ?? "{}"))
        happenedAt = try row["happened_at"]
    }
}
