package import Kernel
import Logging
package import Storage

extension Payments {
    /// A processor that could not be reached, or has not decided, is asked again after this.
    private static let askAgain = Duration.minutes(10)
    private static let refundsMax = 200

    /// Asks the processor to send a refund, or what became of it, and settles what it answers. Harmless to call twice.
    /// - Returns: the refund as it is now; pending where the processor did not answer.
    @discardableResult
    package func settleRefund(_ id: RefundID, by actor: Event.Actor) async throws -> Refund {
        try await settleRefund(id, by: actor, at: surroundings.now())
    }

    /// Refunds whose turn it is. Harmless to call twice at once.
    /// - Returns: how many were asked about.
    @discardableResult
    package func settleRefundsDue(_ now: Instant) async throws -> Int {
        let due: [RefundID] = try await database.read { connection in
            try connection.rows(
                """
                SELECT id FROM refund WHERE state = \(RefundState.pending) AND next_ask_at <= \(now)
                    AND way = \(RefundWay.processor)
                ORDER BY next_ask_at, id LIMIT \(Payments.refundsMax)
                """
            ).map { try $0["id"] }
        }
        for id in due { _ = try await settleRefund(id, by: .system, at: now) }
        return due.count
    }

    /// When the next refund wants to be asked about.
    package static func nextRefundDue(_ connection: Connection) throws -> Instant? {
        try connection.row(
            """
            SELECT MIN(next_ask_at) AS next FROM refund
            WHERE state = \(RefundState.pending) AND way = \(RefundWay.processor)
            """)?["next"]
    }

    private func settleRefund(_ id: RefundID, by actor: Event.Actor, at now: Instant) async throws -> Refund {
        let found = try await database.read { connection -> (Refund, Payment)? in
            guard let refund = try connection.refund(id), let payment = try connection.payment(refund.payment) else {
                return nil
            }
            return (refund, payment)
        }
        guard let (refund, payment) = found else { throw Problem.notFound }
        guard refund.state == .pending, refund.way == .processor, let charge = payment.reference else { return refund }
        let answer: ProcessorRefund
        do {
            answer = try await processor.refund(key: refund.key, reference: charge, amount: refund.amount)
        } catch {
            logger.warning(
                "refund: the processor's answer is not known", metadata: ["refund": "\(id)", "error": "\(error)"])
            return try await askAgain(refund, at: now)
        }
        switch answer {
        case .pending: return try await askAgain(refund, at: now)
        case .succeeded(let reference):
            return try await database.write { connection in
                try refundSent(id, reference: reference, in: connection, by: actor, at: now)
            }
        case .failed(let reason):
            return try await database.write { connection in
                try refundReturned(id, reason: reason, in: connection, by: actor, at: now)
            }
        }
    }

    /// Brings a refund to where the processor says it is, as often as it says so: one that was sent may come back.
    func refreshRefund(_ refund: Refund, at now: Instant) async throws {
        switch try await processor.refundState(ofKey: refund.key) {
        case .succeeded(let reference):
            _ = try await database.write { connection in
                try refundSent(refund.id, reference: reference, in: connection, by: .system, at: now)
            }
        case .failed(let reason):
            _ = try await database.write { connection in
                try refundReturned(refund.id, reason: reason, in: connection, by: .system, at: now)
            }
        case .pending, nil: break
        }
    }

    private func askAgain(_ refund: Refund, at now: Instant) async throws -> Refund {
        try await database.write { connection in
            try connection.execute(
                """
                UPDATE refund SET next_ask_at = \(now.adding(Payments.askAgain))
                WHERE id = \(refund.id) AND state = \(RefundState.pending)
                """)
            return try connection.refund(refund.id) ?? refund
        }
    }

    /// The processor has sent it: 2032 / 1025. For a webhook, too. Once.
    @discardableResult
    package func refundSent(
        _ id: RefundID, reference: String, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Refund {
        guard let before = try connection.refund(id) else { throw Problem.notFound }
        _ = try connection.lockBooks(of: before.organization)
        let settled = try connection.row(
            """
            UPDATE refund SET state = \(RefundState.posted), reference = \(reference), settled_at = \(now),
                next_ask_at = NULL
            WHERE id = \(id) AND state = \(RefundState.pending) RETURNING \(Refund.columns)
            """
        ).map(Refund.init)
        guard let refund = settled else { return try connection.refund(id) ?? before }
        try connection.post(
            LedgerTransaction(
                key: "psp:\(processor.name):\(reference)", kind: .refund, organization: refund.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(.refundsInTransit, refund.amount, refund.organization),
                    .credit(.processorClearing, refund.amount, refund.organization, detail: reference),
                ]))
        try connection.announce(refund.event(.paid, by: actor), at: now)
        try connection.settleInvoice(of: refund, by: actor, at: now)
        return refund
    }

    /// It could not be delivered, or came back after it had been sent: the money goes to prepaid (what does not fit there to
    /// 2031), and the customer is told. Once.
    @discardableResult
    package func refundReturned(
        _ id: RefundID, reason: String, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Refund {
        guard let before = try connection.refund(id) else { throw Problem.notFound }
        let account = try connection.lockBooks(of: before.organization)
        guard let held = try connection.refund(id), held.state != .returned else {
            return try connection.refund(id) ?? before
        }
        let returned = try connection.row(
            """
            UPDATE refund SET state = \(RefundState.returned), failure = \(reason), settled_at = \(now),
                next_ask_at = NULL
            WHERE id = \(id) RETURNING \(Refund.columns)
            """
        ).map(Refund.init)
        guard let refund = returned else { throw Problem.notFound }
        let source: LedgerAccount = held.state == .posted ? .processorClearing : .refundsInTransit
        let toPrepaid = min(refund.amount.minorUnits, account.room.minorUnits)
        let currency = refund.amount.currency
        let transaction = try connection.post(
            LedgerTransaction(
                key: "refund:\(id):returned", kind: .refundReturned, organization: refund.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(source, refund.amount, refund.organization, detail: refund.reference ?? ""),
                    .credit(.prepaid, Money(minorUnits: toPrepaid, currency), refund.organization),
                    .credit(
                        .unidentifiedReceipts, Money(minorUnits: refund.amount.minorUnits - toPrepaid, currency),
                        refund.organization),
                ]))
        if toPrepaid > 0 {
            try connection.movePrepaid(
                NewPrepaidMovement(
                    organization: refund.organization, amount: Money(minorUnits: toPrepaid, currency),
                    origin: .refundReturned, payment: refund.payment, document: refund.document,
                    transaction: transaction), at: now)
        }
        try connection.announce(refund.event(.returned, by: actor), at: now)
        try connection.settleInvoice(of: refund, by: actor, at: now)
        return refund
    }
}

extension Connection {
    /// The refund that a processor speaks of, by the key it was asked with.
    package func refund(key: String) throws -> Refund? {
        try row("SELECT \(Refund.columns) FROM refund WHERE key = \(key)").map(Refund.init)
    }

    func refunds(ofPayment payment: PaymentID) throws -> [Refund] {
        try rows("SELECT \(Refund.columns) FROM refund WHERE payment_id = \(payment) ORDER BY id").map(Refund.init)
    }

    /// The invoice whose credit note began the refund may be refunded now.
    func settleInvoice(of refund: Refund, by actor: Event.Actor, at now: Instant) throws {
        guard let id = refund.document, let note = try document(id, in: refund.organization),
            let invoice = try creditedInvoice(of: note)
        else { return }
        try updateState(of: invoice, by: actor, at: now)
    }
}
