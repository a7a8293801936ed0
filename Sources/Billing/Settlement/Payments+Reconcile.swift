package import Kernel
import Logging
package import Storage

extension Payments {
    private static let roundEvery = Duration.days(1)
    /// Rounds overlap: a charge is listed by when it was asked for, and may be paid on its page later.
    private static let overlap = Duration.days(-3)
    /// Banks send a payout back for so long, and the message about it may be lost.
    private static let payoutOverlap = Duration.days(-14)
    /// Banks take months to decide; the schemes' rules end a dispute within less.
    private static let disputeOverlap = Duration.days(-180)

    /// Once a day: asks the processor what it took, what banks took back and what it paid out since the last time, and books what was
    /// missed. Harmless to call twice.
    /// - Returns: how much it looked at, the round itself included.
    @discardableResult
    package func reconcile(_ now: Instant) async throws -> Int {
        let name = processor.name
        let since = try await database.read { try $0.lastRound(of: name) ?? $0.firstAsked(of: name) }
        guard let last = since else { return 0 }
        var looked = 1
        for key in try await processor.charges(since: last.adding(Payments.overlap)) {
            guard let payment = try await database.read({ try $0.payment(ofCharge: key) }), payment.state != .posted
            else { continue }
            looked += 1
            await withoutStopping("payment: a charge cannot be settled", key) {
                _ = try await refresh(payment.id, by: .system, at: now)
            }
        }
        for told in try await processor.disputes(since: last.adding(Payments.disputeOverlap)) {
            if told.isBooked(as: try await database.read({ try $0.dispute(name, told.reference) })) { continue }
            looked += 1
            await withoutStopping("payment: a dispute cannot be booked", told.reference) {
                _ = try await settle(told, at: now)
            }
        }
        for payout in try await processor.payouts(since: last.adding(Payments.payoutOverlap)) {
            looked += 1
            await withoutStopping("payment: a payout cannot be booked", payout.reference) {
                try await book(payout, at: now)
            }
        }
        try await database.write { connection in
            try connection.execute(
                """
                INSERT INTO processor_round (processor, asked_at) VALUES (\(name), \(now))
                ON CONFLICT (processor) DO UPDATE SET asked_at = \(now)
                """)
        }
        return looked
    }

    /// A day after the last round; the first is a day after the first charge.
    package func nextRound(_ connection: Connection) throws -> Instant? {
        let last = try connection.lastRound(of: processor.name) ?? connection.firstAsked(of: processor.name)
        return last?.adding(Payments.roundEvery)
    }

    func book(_ payout: ProcessorPayout, at now: Instant) async throws {
        let name = processor.name
        let issuer = issuer
        try await database.write { try $0.book(payout, of: name, from: issuer, at: now) }
    }

    /// One that cannot be booked must not keep the others waiting; the rounds overlap, so it is tried again.
    private func withoutStopping(_ message: Logger.Message, _ subject: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            logger.error(message, metadata: ["subject": "\(subject)", "error": "\(error)"])
        }
    }
}

extension Connection {
    fileprivate func lastRound(of processor: String) throws -> Instant? {
        try row("SELECT asked_at FROM processor_round WHERE processor = \(processor)")?["asked_at"]
    }

    fileprivate func firstAsked(of processor: String) throws -> Instant? {
        try row(
            "SELECT MIN(asked_at) AS first FROM payment WHERE processor = \(processor) AND asked_at IS NOT NULL"
        )?["first"]
    }

    func payment(ofCharge key: String) throws -> Payment? {
        try row("SELECT \(Payment.columns) FROM payment WHERE charge_key = \(key)").map(Payment.init)
    }

    /// By what the processor calls it, whether or not we have heard that it was paid.
    func paymentID(ofReference reference: String, at processor: String) throws -> PaymentID? {
        try row(
            """
            SELECT id FROM payment
            WHERE (processor = \(processor) AND reference = \(reference))
                OR charge_key IN (SELECT key FROM stripe_intent WHERE intent = \(reference))
            """)?["id"]
    }
}
