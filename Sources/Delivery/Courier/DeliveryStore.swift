package import Kernel
import Logging
package import Storage

/// A delivery in the hands of this worker until its lease ends.
struct Claim: Sendable {
    let id: DeliveryID
    let event: EventID
    let kind: String
    let target: String
    let payload: String
    /// This one included. It also tells whether the lease is still ours: who takes over counts one more.
    let attempts: Int
    let createdAt: Instant
    /// All attempts were used up before this one.
    let isExhausted: Bool
    /// Nothing may be left of it once it has gone out (`Connection.queue`).
    let isForgotten: Bool

    /// The same at each attempt, and another one in each installation.
    var key: String { "\(id)-\(createdAt.milliseconds)" }

    var metadata: Logger.Metadata {
        ["delivery": "\(id)", "event": "\(event)", "kind": "\(kind)", "attempts": "\(attempts)"]
    }
}

extension Connection {
    func nextDeliveryDue(kinds: [String]) throws -> Instant? {
        try row(
            """
            SELECT min(CASE WHEN leased_until > next_attempt_at THEN leased_until ELSE next_attempt_at END) AS due
            FROM delivery WHERE state = 'waiting' AND kind IN \(kinds)
            """
        ).flatMap { try $0["due"] }
    }

    /// Oldest first. The attempt counts from here, so that what kills its worker does not do so for ever.
    func claimDeliveries(
        kinds: [String], limit: Int, attemptsMax: Int, at now: Instant, until end: Instant
    ) throws -> [Claim] {
        let claims = try rows(
            """
            SELECT id, event_id, kind, target, payload, attempts, is_forgotten, created_at FROM delivery
            WHERE state = 'waiting' AND kind IN \(kinds) AND next_attempt_at <= \(now)
                AND (leased_until IS NULL OR leased_until <= \(now))
            ORDER BY next_attempt_at, id LIMIT \(limit) \(dialect.skippingClaimed)
            """
        ).map { row in
            let attempts: Int = try row["attempts"]
            return Claim(
                id: try row["id"], event: try row["event_id"], kind: try row["kind"], target: try row["target"],
                payload: try row["payload"], attempts: attempts + 1, createdAt: try row["created_at"],
                isExhausted: attempts >= attemptsMax, isForgotten: try row["is_forgotten"])
        }
        try execute(
            "UPDATE delivery SET attempts = attempts + 1, leased_until = \(end) WHERE id IN \(claims.map(\.id))")
        return claims
    }

    /// Whoever holds it now: it has gone out.
    func markDone(_ claim: Claim, at now: Instant) throws {
        if claim.isForgotten {
            try execute("DELETE FROM delivery WHERE id = \(claim.id)")
            return
        }
        try execute(
            """
            UPDATE delivery SET state = 'done', payload = '', leased_until = NULL, last_error = NULL, done_at = \(now)
            WHERE id = \(claim.id) AND state <> 'done'
            """)
    }

    func postpone(_ claim: Claim, until next: Instant, reason: String) throws {
        try execute(
            """
            UPDATE delivery SET leased_until = NULL, next_attempt_at = \(next), last_error = \(shortened(reason))
            WHERE id = \(claim.id) AND state = 'waiting' AND attempts = \(claim.attempts)
            """)
    }

    func park(_ claim: Claim, reason: String) throws {
        try execute(
            """
            UPDATE delivery SET state = 'parked', leased_until = NULL, last_error = \(shortened(reason))
            WHERE id = \(claim.id) AND state = 'waiting' AND attempts = \(claim.attempts)
            """)
    }

    /// Takes a parked delivery up again, with all its attempts.
    /// - Returns: false where there is no such parked delivery.
    package func unparkDelivery(_ id: DeliveryID, at now: Instant) throws -> Bool {
        try execute(
            """
            UPDATE delivery SET state = 'waiting', attempts = 0, next_attempt_at = \(now)
            WHERE id = \(id) AND state = 'parked'
            """) == 1
    }
}
