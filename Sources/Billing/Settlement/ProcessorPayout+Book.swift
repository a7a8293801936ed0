import Kernel
import Storage

extension Connection {
    /// 1020 and 6940 / 1025; what the bank told of before lies on 2031, and is taken from there. One that failed is booked back
    /// without its fee, which the processor keeps. Told twice, it is booked once.
    /// - Throws: a `Problem` (409 `idempotency_conflict`) where it was told before with other amounts.
    func book(_ payout: ProcessorPayout, of processor: String, from issuer: LegalEntity, at now: Instant) throws {
        try holdBank()
        let on = issuer.zone.day(of: payout.paidAt)
        let known: Int64
        if let before = try bookedPayout(payout, of: processor) {
            known = before
        } else {
            known = try bookAnew(payout, of: processor, on: on, at: now)
        }
        guard payout.hasFailed, !payout.net.isZero,
            try row("SELECT payout_id FROM processor_payout_failure WHERE payout_id = \(known)") == nil
        else { return }
        let failedOn = max(on, issuer.zone.day(of: now))
        let transaction = try bookOwn(payout, -payout.net, of: processor, on: failedOn) { account in
            try LedgerTransaction(
                key: "psp:\(processor):\(payout.reference):failed", kind: .payoutFailed, organization: nil,
                effectiveOn: failedOn, happenedAt: now,
                postings: [
                    .debit(.processorClearing, payout.net, nil, detail: payout.reference),
                    .credit(account, payout.net, nil, detail: payout.reference),
                ])
        }
        try execute(
            """
            INSERT INTO processor_payout_failure (payout_id, transaction_id, failed_at)
            VALUES (\(known), \(transaction), \(now))
            """)
    }

    private func bookedPayout(_ payout: ProcessorPayout, of processor: String) throws -> Int64? {
        let row = try row(
            """
            SELECT id, currency, gross, fee FROM processor_payout
            WHERE processor = \(processor) AND reference = \(payout.reference)
            """)
        guard let row else { return nil }
        let (gross, fee): (Int64, Int64) = (try row["gross"], try row["fee"])
        guard try row["currency"] == payout.gross.currency, gross == payout.gross.minorUnits,
            fee == payout.fee.minorUnits
        else { throw Problem.idempotencyConflict }
        return try row["id"]
    }

    private func bookAnew(
        _ payout: ProcessorPayout, of processor: String, on day: Day, at now: Instant
    ) throws -> Int64 {
        let transaction = try bookOwn(payout, payout.net, of: processor, on: day) { account in
            try LedgerTransaction(
                key: "psp:\(processor):\(payout.reference)", kind: .payout, organization: nil, effectiveOn: day,
                happenedAt: now,
                postings: [
                    .debit(account, payout.net, nil, detail: payout.reference),
                    .debit(.paymentFees, payout.fee, nil, detail: payout.reference),
                    .credit(.processorClearing, payout.gross, nil, detail: payout.reference),
                ])
        }
        let inserted = try row(
            """
            INSERT INTO processor_payout (processor, reference, currency, gross, fee, transaction_id, paid_at, descriptor)
            VALUES (\(processor), \(payout.reference), \(payout.gross.currency), \(payout.gross.minorUnits),
                \(payout.fee.minorUnits), \(transaction), \(payout.paidAt), \(payout.descriptor))
            RETURNING id
            """)
        guard let inserted else { preconditionFailure("An INSERT that returns its row returns a row.") }
        return try inserted["id"]
    }

    /// Against 1020, or, where the bank told of it first, against account 2031 where it has been lying since.
    /// - Parameter amount: what it does to our bank; 0 where nothing moved there.
    private func bookOwn(
        _ payout: ProcessorPayout, _ amount: Money, of processor: String, on day: Day,
        _ transaction: (LedgerAccount) throws -> LedgerTransaction
    ) throws -> LedgerTransactionID {
        let own = OwnMoney(
            transaction: LedgerTransactionID(rawValue: 0), amount: amount, on: day, reference: payout.reference,
            descriptor: payout.descriptor, processor: processor, hasFailed: false, isTold: false)
        let entry = amount.isZero ? nil : try entryWaiting(for: own)
        let id = try post(try transaction(entry?.state == .unidentified ? .unidentifiedReceipts : .bank))
        if let entry { try claim(id, for: entry.id) }
        return id
    }
}
