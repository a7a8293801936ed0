package import Kernel
package import Storage

/// When something can be done: the database knows no clock, so "at once" is a case of its own.
enum Due {
    case nothing
    case now
    case at(Instant)

    func isDue(at now: Instant) -> Bool {
        switch self {
        case .nothing: false
        case .now: true
        case .at(let instant): instant <= now
        }
    }
}

extension Connection {
    /// An event that never failed is due at once, one that did when its time has come, a parked one never.
    func nextEventDue() throws -> Due {
        let fresh: SQL = """
            SELECT event_id FROM outbox
            WHERE NOT EXISTS (SELECT 1 FROM stalled_event WHERE stalled_event.event_id = outbox.event_id)
            LIMIT 1
            """
        if try row(fresh) != nil { return .now }
        let retried = try row("SELECT min(next_attempt_at) AS due FROM stalled_event WHERE state = 'waiting'")
        guard let due = try retried?["due"] as Instant? else { return .nothing }
        return .at(due)
    }

    /// In order, held until the transaction ends.
    func relayableEvents(limit: Int, at now: Instant) throws -> [RecordedEvent] {
        let claimed = try rows(
            """
            SELECT event_id FROM outbox
            WHERE NOT EXISTS (
                SELECT 1 FROM stalled_event
                WHERE stalled_event.event_id = outbox.event_id AND (state = 'parked' OR next_attempt_at > \(now)))
            ORDER BY event_id LIMIT \(limit) \(dialect.skippingClaimed)
            """
        ).map { try $0["event_id"] as EventID }
        guard !claimed.isEmpty else { return [] }
        return try rows("\(RecordedEvent.select) WHERE id IN \(claimed) ORDER BY id").map(RecordedEvent.init)
    }

    /// Queues what is to go out in the transaction itself, beside its event: for letters that a subscription could not write,
    /// because the transaction erases whom one is to, or because what it carries takes longer to make than the relay may hold the
    /// database. Once it has gone out, its row is deleted: the target is all that is left of somebody, or the file is large.
    package func queue(_ dispatch: Dispatch, because event: EventID, at now: Instant) throws {
        try queue([dispatch], because: event, at: now)
    }

    /// The same for many, such as everybody a piece of news goes to.
    package func queue(_ dispatches: [Dispatch], because event: EventID, at now: Instant) throws {
        try insert(
            into: """
                delivery (event_id, kind, target, payload, state, is_forgotten, next_attempt_at, created_at)
                """,
            dispatches.map {
                "\(event), \($0.kind), \($0.target), \($0.payload), \("waiting"), \(true), \(now), \(now)"
            }, "ON CONFLICT (event_id, kind, target) DO NOTHING")
    }

    /// Takes back mail to an address that has not gone out, what could not be delivered too: nobody there wants it any more. What
    /// a courier holds at this very moment may still arrive.
    package func withdrawMail(to address: String, because events: [EventID]) throws {
        try execute(
            """
            DELETE FROM delivery
            WHERE event_id IN \(events) AND kind = 'email' AND target = \(address) AND state <> 'done'
            """)
    }

    /// The same for everybody.
    package func withdrawMail(because event: EventID) throws {
        try execute("DELETE FROM delivery WHERE event_id = \(event) AND kind = 'email' AND state <> 'done'")
    }

    /// Deletes what is kept of mail to an address; what still waits goes out first, and is then deleted too.
    package func forgetDeliveries(to address: EmailAddress) throws {
        try execute("DELETE FROM delivery WHERE state <> 'waiting' AND target = \(address)")
        try execute("UPDATE delivery SET is_forgotten = \(true) WHERE target = \(address)")
    }

    func keep(_ dispatch: Dispatch, because event: EventID, at now: Instant) throws {
        try execute(
            """
            INSERT INTO delivery (event_id, kind, target, payload, state, next_attempt_at, created_at)
            VALUES (\(event), \(dispatch.kind), \(dispatch.target), \(dispatch.payload), 'waiting', \(now), \(now))
            ON CONFLICT (event_id, kind, target) DO NOTHING
            """)
    }

    /// False where another worker has relayed it meanwhile, or is about to.
    func isInOutbox(_ event: EventID) throws -> Bool {
        try row("SELECT event_id FROM outbox WHERE event_id = \(event) \(dialect.skippingClaimed)") != nil
    }

    func stalledAttempts(_ event: EventID) throws -> Int {
        try row("SELECT attempts FROM stalled_event WHERE event_id = \(event)").map { try $0["attempts"] } ?? 0
    }

    func stall(_ event: EventID, attempts: Int, parked: Bool, until next: Instant, reason: String) throws {
        try execute(
            """
            INSERT INTO stalled_event (event_id, state, attempts, next_attempt_at, last_error)
            VALUES (\(event), \(parked ? "parked" : "waiting"), \(attempts), \(next), \(shortened(reason)))
            ON CONFLICT (event_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
                next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error
            """)
    }

    func forgetStalled(_ events: [EventID]) throws {
        try execute("DELETE FROM stalled_event WHERE event_id IN \(events)")
    }

    /// Takes a parked event up again, as if it had just happened.
    /// - Returns: false where there is no such parked event.
    package func unparkEvent(_ event: EventID, at now: Instant) throws -> Bool {
        try execute(
            """
            UPDATE stalled_event SET state = 'waiting', attempts = 0, next_attempt_at = \(now)
            WHERE event_id = \(event) AND state = 'parked'
            """) == 1
    }
}
