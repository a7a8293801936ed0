package import Kernel
import Storage

/// What stands on account 1020 because somebody else than the bank told of it: the processor that paid out, or us who sent
/// it. The bank tells of it too, and then it must not be booked again.
package struct OwnMoney: Hashable, Sendable {
    package let transaction: LedgerTransactionID
    /// Positive came to the account.
    package let amount: Money
    package let on: Day
    /// What the processor calls it.
    package let reference: String
    /// What its bank was asked to write into our statement; empty where nobody said.
    package let descriptor: String
    package let processor: String
    /// A payout that failed never arrived, unless a text names it.
    package let hasFailed: Bool
    /// An entry of the bank stands for it already: whoever names it means no other.
    package let isTold: Bool

    package init(
        transaction: LedgerTransactionID, amount: Money, on: Day, reference: String, descriptor: String,
        processor: String, hasFailed: Bool, isTold: Bool
    ) {
        self.transaction = transaction
        self.amount = amount
        self.on = on
        self.reference = reference
        self.descriptor = descriptor
        self.processor = processor
        self.hasFailed = hasFailed
        self.isTold = isTold
    }
}

/// What a bank's file says of a movement, for the eyes of a rule.
package struct BankText: Hashable, Sendable {
    package let amount: Money
    package let on: Day
    package let text: String

    package init(amount: Money, on: Day, text: String) {
        self.amount = amount
        self.on = on
        self.text = text
    }

    /// In small letters, without what stands between them.
    var words: Set<String> {
        Set(
            text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.prefix(BankText.wordsMax).map(
                String.init))
    }

    /// A remittance text has fewer.
    static let wordsMax = 120
}

extension OwnMoney {
    /// Days between what the processor calls the day of arrival, and the day the bank booked it: a long weekend.
    static let nearDays = 7

    /// Which of them a movement is: the one it names, else the only one that is of the processor it speaks of, has exactly its
    /// amount and is near in time. Nothing where two fit, and nothing by its amount alone: a customer may pay as much.
    package static func match(_ told: BankText, among all: [OwnMoney]) -> OwnMoney? {
        let words = told.words
        let named = all.filter { words.contains($0.reference.lowercased()) }
        if !named.isEmpty {
            let fitting = named.filter { $0.amount == told.amount && !$0.isTold }
            return fitting.count == 1 ? fitting[0] : nil
        }
        let text = told.text.lowercased()
        let near = all.filter { own in
            let isSaid =
                words.contains(own.processor.lowercased())
                || (own.descriptor.utf8.count >= descriptorLengthMin && text.contains(own.descriptor.lowercased()))
            return isSaid && !own.isTold && !own.hasFailed && own.amount == told.amount
                && abs(own.on.days(until: told.on)) <= nearDays
        }
        return near.count == 1 ? near[0] : nil
    }

    /// A shorter descriptor might be a part of any word.
    private static let descriptorLengthMin = 5
}

extension BankMovement {
    var told: BankText {
        BankText(amount: amount, on: bookedOn, text: "\(reference) \(endToEndID) \(message) \(debtorName)")
    }
}

extension BankEntry {
    var told: BankText {
        BankText(amount: amount, on: bookedOn, text: "\(reference) \(endToEndID) \(message) \(debtorName)")
    }
}

extension Migration {
    /// An entry that is our own money stands for transactions that were posted by those who told of it first; each of them
    /// belongs to one entry.
    static let ownMoney = Migration(
        "billing-030-own-money",
        """
        CREATE TABLE bank_guard (id BIGINT PRIMARY KEY);
        INSERT INTO bank_guard (id) VALUES (1);
        CREATE TABLE bank_entry_booking (
            transaction_id BIGINT PRIMARY KEY REFERENCES ledger_transaction (id),
            entry_id BIGINT NOT NULL REFERENCES bank_entry (id)
        );
        CREATE INDEX bank_entry_booking_of_entry ON bank_entry_booking (entry_id);
        CREATE INDEX bank_entry_not_told ON bank_entry (currency, amount) WHERE state IN ('unidentified', 'outgoing');
        ALTER TABLE processor_payout ADD COLUMN descriptor TEXT NOT NULL DEFAULT '';
        CREATE INDEX processor_payout_net ON processor_payout (currency, (gross - fee));
        CREATE INDEX processor_payout_reference ON processor_payout (LOWER(reference));
        CREATE TABLE processor_payout_failure (
            payout_id BIGINT PRIMARY KEY REFERENCES processor_payout (id),
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            failed_at BIGINT NOT NULL
        );
        """, appendOnly: ["bank_entry_booking", "processor_payout_failure"],
        checks: [
            CheckChange(
                "bank_entry", "bank_entry_state_check",
                """
                CHECK (state IN
                        ('posted', 'unidentified', 'assigned', 'returning', 'returned', 'batch', 'outgoing'))
                """,
                """
                CHECK (state IN ('posted', 'unidentified', 'assigned', 'returning', 'returned', 'batch', 'outgoing',
                        'recognised'))
                """),
            CheckChange(
                "bank_entry", "bank_entry_check",
                "CHECK ((transaction_id IS NOT NULL) = (state NOT IN ('batch', 'outgoing')))",
                "CHECK ((transaction_id IS NOT NULL) = (state NOT IN ('batch', 'outgoing', 'recognised')))"),
        ])
}
