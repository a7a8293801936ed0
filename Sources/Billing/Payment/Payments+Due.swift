package import Kernel
import Logging
package import Storage

extension Payments {
    /// Payments asked about in one go; the schedule comes back while `nextDue` is not in the future.
    private static let batchMax = 200

    /// Finds out what became of the payments that are still pending and whose turn it is: settles them, or gives them up when
    /// their time is over. Harmless to call twice at once.
    /// - Returns: how many are decided now.
    package func settleDue(_ now: Instant) async throws -> Int {
        let due = try await database.read { try $0.paymentsDue(at: now, limit: Payments.batchMax) }
        var settled = 0
        for id in due {
            do {
                if try await refresh(id, by: .system, at: now).state != .pending { settled += 1 }
            } catch {
                // One that cannot be settled must not keep the others waiting, nor the schedule busy.
                logger.error("payment: cannot be settled", metadata: ["payment": "\(id)", "error": "\(error)"])
                try await database.write {
                    try $0.keepWaiting(id, action: nil, until: now.adding(PaymentDeadline.askAgain))
                }
            }
        }
        return settled
    }

    /// When the next pending payment wants to be asked about; nil when none is pending.
    package static func nextDue(_ connection: Connection) throws -> Instant? {
        try connection.row(
            "SELECT MIN(next_ask_at) AS next FROM payment WHERE state = 'pending' AND part_of_id IS NULL"
        )?["next"]
    }
}
