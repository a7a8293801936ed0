package import Kernel
package import Storage

/// What was given up and waits for a person: a delivery that did not go out, or an event that a subscriber could not read.
/// What it would have said is left out: it may hold a link with a secret.
package struct ParkedDelivery: Sendable {
    package let id: DeliveryID
    /// The event it is because of: `InvoicePaid`.
    package let event: String
    package let kind: String
    package let target: String
    package let attempts: Int
    package let lastError: String
    package let createdAt: Instant
}

package struct ParkedEvent: Sendable {
    package let id: EventID
    package let name: String
    package let attempts: Int
    package let lastError: String
    package let happenedAt: Instant
}

extension Connection {
    /// Oldest first.
    package func parkedDeliveries(limit: Int, offset: Int = 0) throws -> [ParkedDelivery] {
        try rows(
            """
            SELECT delivery.id, event.name, delivery.kind, delivery.target, delivery.attempts, delivery.last_error,
                delivery.created_at
            FROM delivery JOIN event ON event.id = delivery.event_id
            WHERE delivery.state = 'parked' ORDER BY delivery.id LIMIT \(limit) OFFSET \(offset)
            """
        ).map { row in
            let error: String? = try row["last_error"]
            return ParkedDelivery(
                id: try row["id"], event: try row["name"], kind: try row["kind"], target: try row["target"],
                attempts: try row["attempts"], lastError: error ?? "", createdAt: try row["created_at"])
        }
    }

    /// Oldest first.
    package func parkedEvents(limit: Int) throws -> [ParkedEvent] {
        try rows(
            """
            SELECT event.id, event.name, stalled_event.attempts, stalled_event.last_error, event.happened_at
            FROM stalled_event JOIN event ON event.id = stalled_event.event_id
            WHERE stalled_event.state = 'parked' ORDER BY event.id LIMIT \(limit)
            """
        ).map { row in
            ParkedEvent(
                id: try row["id"], name: try row["name"], attempts: try row["attempts"],
                lastError: try row["last_error"], happenedAt: try row["happened_at"])
        }
    }
}
