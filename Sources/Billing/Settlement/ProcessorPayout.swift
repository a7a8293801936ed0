package import Kernel
import Storage

/// What a processor paid out to our bank: what it took for us, less what it gave back, less its fee.
package struct ProcessorPayout: Hashable, Sendable {
    /// The processor's name for it, unique for ever.
    package let reference: String
    /// What leaves 1025.
    package let gross: Money
    package let fee: Money
    package let paidAt: Instant

    package init(reference: String, gross: Money, fee: Money, paidAt: Instant) {
        self.reference = reference
        self.gross = gross
        self.fee = fee
        self.paidAt = paidAt
    }

    /// What arrives at the bank.
    package var net: Money { Money(minorUnits: gross.minorUnits - fee.minorUnits, gross.currency) }
}

extension Migration {
    static let processorPayouts = Migration(
        "billing-022-processor-payouts",
        """
        CREATE TABLE processor_payout (
            id IDENTITY,
            processor TEXT NOT NULL,
            reference TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            gross BIGINT NOT NULL,
            fee BIGINT NOT NULL,
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            paid_at BIGINT NOT NULL,
            UNIQUE (processor, reference)
        );
        CREATE TABLE processor_round (
            processor TEXT PRIMARY KEY,
            asked_at BIGINT NOT NULL
        );
        CREATE INDEX payment_asked ON payment (processor, asked_at) WHERE asked_at IS NOT NULL;
        """, appendOnly: ["processor_payout"])
}

extension Connection {
    /// 1020 and 6940 / 1025. Told twice, it is booked once.
    /// - Throws: a `Problem` (409 `idempotency_conflict`) where it was told before with other amounts.
    func book(_ payout: ProcessorPayout, of processor: String, from issuer: LegalEntity, at now: Instant) throws {
        let transaction = try post(
            LedgerTransaction(
                key: "psp:\(processor):\(payout.reference)", kind: .payout, organization: nil,
                effectiveOn: issuer.zone.day(of: payout.paidAt), happenedAt: now,
                postings: [
                    .debit(.bank, payout.net, nil, detail: payout.reference),
                    .debit(.paymentFees, payout.fee, nil, detail: payout.reference),
                    .credit(.processorClearing, payout.gross, nil, detail: payout.reference),
                ]))
        try execute(
            """
            INSERT INTO processor_payout (processor, reference, currency, gross, fee, transaction_id, paid_at)
            VALUES (\(processor), \(payout.reference), \(payout.gross.currency), \(payout.gross.minorUnits),
                \(payout.fee.minorUnits), \(transaction), \(payout.paidAt))
            ON CONFLICT (processor, reference) DO NOTHING
            """)
    }
}
