package import Kernel
package import Storage

/// What happens to the books when a bank takes a payment back. The processor tells it, perhaps twice and in any order;
/// each step is taken once.
package struct Disputes: Sendable {
    let processor: String
    let issuer: LegalEntity

    /// Opens a dispute: 1101 / 1025, and the fee 6940 / 1025. The invoices it paid are disputed until it is decided.
    /// - Parameters:
    ///   - amount: what the bank took; nil for all of the payment.
    ///   - reference: the processor's own name for the dispute.
    ///   - respondBy: until when the bank takes an answer, where that is known.
    ///   - isWon: heard of only now that the bank has given the money back; it may have been refunded since.
    /// - Returns: the first where the reference is known.
    /// - Throws: a `Problem`: 404 for a payment that is not there or took no money, 422 for more than it took.
    @discardableResult
    package func open(
        _ id: PaymentID, amount: Money? = nil, fee: Money, reference: String, respondBy: Instant? = nil,
        isWon: Bool = false, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Dispute {
        guard let payment = try connection.payment(id), payment.state == .posted else { throw Problem.notFound }
        _ = try connection.lockBooks(of: payment.organization)
        if let known = try connection.dispute(processor, reference) { return known }
        let amount = amount ?? payment.amount
        let most = isWon ? payment.amount : try connection.disputable(payment)
        guard amount.isPositive, amount.currency == payment.amount.currency, fee.currency == amount.currency,
            !fee.isNegative, amount.minorUnits <= most.minorUnits
        else {
            throw Problem.field("amount", "billing.dispute.too_much", code: "validation_rule_max")
        }
        let dispute = try connection.row(
            """
            INSERT INTO dispute (organization_id, payment_id, processor, reference, currency, amount, fee, state, opened_at,
                respond_by)
            VALUES (\(payment.organization), \(id), \(processor), \(reference), \(amount.currency),
                \(amount.minorUnits), \(fee.minorUnits), \(Dispute.State.open), \(now), \(respondBy))
            RETURNING \(Dispute.columns)
            """
        ).map(Dispute.init)
        guard let dispute else { preconditionFailure("An INSERT that returns its row returns a row.") }
        let organization = payment.organization
        var postings: [Posting] = []
        let shares = try connection.shares(of: dispute.payment, dispute.amount)
        for share in shares { postings.append(.debit(.disputed, share.amount, organization, share.document)) }
        postings += [
            .debit(.paymentFees, fee, organization, detail: reference),
            .credit(.processorClearing, amount, organization, detail: reference),
            .credit(.processorClearing, fee, organization, detail: reference),
        ]
        try connection.post(
            LedgerTransaction(
                key: "psp:\(processor):\(reference)", kind: .dispute, organization: organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now, postings: postings))
        try connection.announce(dispute.event(.opened, by: actor), at: now)
        try connection.updateStates(of: shares, in: dispute.organization, by: actor, at: now)
        return dispute
    }

    /// The bank gave it back: 1025 / 1101.
    @discardableResult
    package func won(
        _ reference: String, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Dispute {
        guard let dispute = try close(reference, as: .won, in: connection, at: now) else {
            return try known(reference, in: connection)
        }
        let shares = try connection.shares(of: dispute.payment, dispute.amount)
        var postings: [Posting] = [
            .debit(.processorClearing, dispute.amount, dispute.organization, detail: reference)
        ]
        for share in shares { postings.append(.credit(.disputed, share.amount, dispute.organization, share.document)) }
        try connection.post(
            LedgerTransaction(
                key: "psp:\(processor):\(reference):won", kind: .disputeWon, organization: dispute.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now, postings: postings))
        try connection.announce(dispute.event(.won, by: actor), at: now)
        try connection.updateStates(of: shares, in: dispute.organization, by: actor, at: now)
        return dispute
    }

    /// The money is gone: 1100 / 1101, so what it paid is open again. What it had put aside is taken from 2031 and prepaid as far as
    /// that goes; the rest is lost (3805).
    @discardableResult
    package func lost(
        _ reference: String, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Dispute {
        guard let dispute = try close(reference, as: .lost, in: connection, at: now) else {
            return try known(reference, in: connection)
        }
        let reclaim = try Reclaim(
            try connection.shares(of: dispute.payment, dispute.amount), by: .dispute, of: dispute.payment,
            in: dispute.organization, dispute.amount.currency, connection)
        let held = reclaim.shares.map { Posting.credit(.disputed, $0.amount, dispute.organization, $0.document) }
        let transaction = try connection.post(
            LedgerTransaction(
                key: "psp:\(processor):\(reference):lost", kind: reclaim.cause.kind, organization: dispute.organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now, postings: held + reclaim.postings))
        try connection.announce(dispute.event(.lost, fromPrepaid: reclaim.fromPrepaid, by: actor), at: now)
        try connection.write(reclaim, reason: reference, by: transaction, actor: actor, at: now)
        return dispute
    }

    /// The processor gave back what it had taken for the dispute: 1025 / 6940. It may say so with its end, later, or in parts.
    /// - Parameter total: what it gave back until now; what is booked of it already is not booked again.
    /// - Throws: a `Problem` (422) for more than it took.
    package func giveBackFee(
        _ total: Money, of reference: String, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws {
        _ = try connection.lockBooks(of: try known(reference, in: connection).organization)
        let dispute = try known(reference, in: connection)
        guard total.currency == dispute.fee.currency, total.minorUnits <= dispute.fee.minorUnits else {
            throw Problem.field("fee", "billing.dispute.fee_too_much", code: "validation_rule_max")
        }
        let back = try total - dispute.feeBack
        guard back.isPositive else { return }
        try connection.execute("UPDATE dispute SET fee_back = \(total.minorUnits) WHERE id = \(dispute.id)")
        try connection.post(
            LedgerTransaction(
                key: "psp:\(processor):\(reference):fee:\(total.minorUnits)", kind: .disputeFeeBack,
                organization: dispute.organization, effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(.processorClearing, back, dispute.organization, detail: reference),
                    .credit(.paymentFees, back, dispute.organization, detail: reference),
                ]))
    }

    /// Once.
    private func close(
        _ reference: String, as state: Dispute.State, in connection: Connection, at now: Instant
    ) throws -> Dispute? {
        _ = try connection.lockBooks(of: try known(reference, in: connection).organization)
        return try connection.row(
            """
            UPDATE dispute SET state = \(state), closed_at = \(now)
            WHERE processor = \(processor) AND reference = \(reference) AND state = \(Dispute.State.open)
            RETURNING \(Dispute.columns)
            """
        ).map(Dispute.init)
    }

    private func known(_ reference: String, in connection: Connection) throws -> Dispute {
        guard let dispute = try connection.dispute(processor, reference) else { throw Problem.notFound }
        return dispute
    }
}

extension Payments {
    /// For what a processor tells of disputes.
    package var disputes: Disputes { Disputes(processor: processor.name, issuer: issuer) }
}
