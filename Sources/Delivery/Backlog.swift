package import Storage

/// What has not left the house yet, for staff and for `kontor doctor`. Parked means: given up, waiting for a person.
package struct Backlog: Sendable, Equatable {
    package let deliveriesWaiting: Int
    package let deliveriesParked: Int
    /// Events of the outbox that no relay has taken yet, or that will be tried again.
    package let eventsWaiting: Int
    package let eventsParked: Int
}

extension Connection {
    package func backlog() throws -> Backlog {
        guard
            let row = try row(
                """
                SELECT (SELECT count(*) FROM delivery WHERE state = 'waiting') AS deliveries_waiting,
                    (SELECT count(*) FROM delivery WHERE state = 'parked') AS deliveries_parked,
                    (SELECT count(*) FROM outbox) AS outbox,
                    (SELECT count(*) FROM stalled_event WHERE state = 'parked') AS events_parked
                """)
        else { throw StorageError.failed("A SELECT of counts answers one row.") }
        let eventsParked: Int = try row["events_parked"]
        return Backlog(
            deliveriesWaiting: try row["deliveries_waiting"], deliveriesParked: try row["deliveries_parked"],
            eventsWaiting: try row["outbox"] - eventsParked, eventsParked: eventsParked)
    }
}
