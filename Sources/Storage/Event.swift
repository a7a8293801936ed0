package import Kernel

/// Something that became true. Written in the transaction that made it true; never changed, never deleted. The one table is
/// outbox (the relay takes from it), audit trail (who, from where) and activity feed (what, to which product).
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
    /// Ids, amounts, before and after. Never a secret: this row is kept.
    package let payload: [String: String]

    package init(
        _ name: String, version: Int = 1, by actor: Actor, organization: OrganizationID? = nil, subject: String,
        _ subjectID: Int64, product: ProductID? = nil, payload: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.actor = actor
        self.organization = organization
        self.subject = subject
        self.subjectID = subjectID
        self.product = product
        self.payload = payload
    }

    /// Who did it, for whom, from where.
    package struct Actor: Sendable, Hashable {
        /// Nil: nobody signed in, or the system itself.
        package let person: PersonID?
        package let onBehalfOf: OrganizationID?
        package let requestID: String
        package let address: String
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
        package static let system = Actor(person: nil, client: "kontor")
    }
}

/// An event as it was kept.
package struct RecordedEvent: Sendable {
    package let id: EventID
    package let event: Event
    package let happenedAt: Instant
}

extension Connection {
    /// Writes an event and puts it into the outbox. The relay hears of it after the commit.
    @discardableResult
    package func announce(_ event: Event, at now: Instant) throws -> EventID {
        let id: EventID = try insert(
            """
            INSERT INTO event (name, version, organization_id, person_id, on_behalf_of_id, subject, subject_id, product_id,
                payload, request_id, address, client, happened_at)
            VALUES (\(event.name), \(event.version), \(event.organization), \(event.actor.person),
                \(event.actor.onBehalfOf), \(event.subject), \(event.subjectID), \(event.product),
                \(JSONText.encode(event.payload)), \(event.actor.requestID), \(event.actor.address),
                \(event.actor.client), \(now))
            RETURNING id
            """)
        try execute("INSERT INTO outbox (event_id) VALUES (\(id))")
        if dialect == .postgres { _ = try rows("SELECT pg_notify('kontor_event', '')") }
        announced()
        return id
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
    package static let select: SQL = """
        SELECT id, name, version, organization_id, person_id, on_behalf_of_id, subject, subject_id, product_id, payload,
            request_id, address, client, happened_at
        FROM event
        """

    package init(_ row: Row) throws {
        let actor = Event.Actor(
            person: try row["person_id"], onBehalfOf: try row["on_behalf_of_id"], requestID: try row["request_id"],
            address: try row["address"], client: try row["client"])
        id = try row["id"]
        event = Event(
            try row["name"], version: try row["version"], by: actor, organization: try row["organization_id"],
            subject: try row["subject"], try row["subject_id"], product: try row["product_id"],
            payload: JSONText.decode(try row["payload"]))
        happenedAt = try row["happened_at"]
    }
}

extension Migration {
    /// The ground floor's own tables.
    package static let storage: [Migration] = [
        Migration(
            "storage-001-events",
            """
            CREATE TABLE event (
                id IDENTITY,
                name TEXT NOT NULL,
                version INTEGER NOT NULL,
                organization_id BIGINT,
                person_id BIGINT,
                on_behalf_of_id BIGINT,
                subject TEXT NOT NULL,
                subject_id BIGINT NOT NULL,
                product_id BIGINT,
                payload TEXT NOT NULL,
                request_id TEXT NOT NULL,
                address TEXT NOT NULL,
                client TEXT NOT NULL,
                happened_at BIGINT NOT NULL
            );
            CREATE INDEX event_of_organization ON event (organization_id, id);
            CREATE INDEX event_of_person ON event (person_id, id);
            CREATE TABLE outbox (event_id BIGINT PRIMARY KEY REFERENCES event (id));
            """, appendOnly: ["event"])
    ]
}
