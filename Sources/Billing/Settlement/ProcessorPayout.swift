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
    /// What the processor asked its bank to write into our statement; empty where it does not say.
    package let descriptor: String
    /// It came back to the processor: our bank did not take it, or not for long.
    package let hasFailed: Bool

    package init(
        reference: String, gross: Money, fee: Money, paidAt: Instant, descriptor: String = "", hasFailed: Bool = false
    ) {
        self.reference = reference
        self.descriptor = descriptor
        self.hasFailed = hasFailed
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
