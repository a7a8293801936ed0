import Kernel
package import Storage

extension Withdrawals {
    /// A refund to an account goes with the next file for the bank. Its money lies on 2032 already; what becomes of it, a file of
    /// the bank says, or an operator.
    func send(
        _ refund: Refund, to target: PayoutTarget, by person: PersonID, in connection: Connection, at now: Instant
    ) throws {
        precondition(refund.way == .bank && target.method == .bank, "Only what goes by the bank is put into its file.")
        let request = WithdrawalRequest(
            amount: refund.amount, target: target, clientKey: "refund:\(refund.id)", newestSeen: 0)
        _ = try connection.insertWithdrawal(
            request, of: refund.organization, by: person, refund: refund.id, keys: keys, at: now)
    }
}

extension Connection {
    /// A refund to an account follows what carries it.
    /// - Parameter reason: why it came back; nil where it was paid.
    func follow(
        _ withdrawal: Withdrawal, _ id: RefundID, returnedBecause reason: String?, by actor: Event.Actor,
        at now: Instant
    ) throws {
        let state: RefundState = reason == nil ? .posted : .returned
        let settled = try row(
            """
            UPDATE refund SET state = \(state), reference = \(withdrawal.reference), failure = \(reason),
                settled_at = \(now), next_ask_at = NULL
            WHERE id = \(id) RETURNING \(Refund.columns)
            """
        ).map(Refund.init)
        guard let refund = settled else { throw Problem.notFound }
        try announce(refund.event(reason == nil ? .paid : .returned, by: actor), at: now)
        try settleInvoice(of: refund, by: actor, at: now)
    }

    /// Whose account a transfer came from, where the bank said so: a payment that the bank told of has its movement's key, or that
    /// of the decision about it.
    package func payer(of payment: Payment) throws -> (name: String, iban: String)? {
        let prefix = "identified:"
        let key = payment.clientKey
        let movement = key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
        return try row(
            "SELECT debtor_name, debtor_iban FROM bank_entry WHERE key = \(movement) AND debtor_iban <> ''"
        ).map { (try $0["debtor_name"], try $0["debtor_iban"]) }
    }
}

extension Migration {
    /// Refunds to an account are carried by withdrawals; where a colleague has to agree, the account waits sealed.
    static let refundsByBank = Migration(
        "billing-032-refunds-by-bank",
        """
        ALTER TABLE refund ADD COLUMN way TEXT NOT NULL DEFAULT 'processor' CHECK (way IN ('processor', 'bank'));
        ALTER TABLE withdrawal ADD COLUMN refund_id BIGINT REFERENCES refund (id);
        CREATE UNIQUE INDEX withdrawal_of_refund ON withdrawal (refund_id) WHERE refund_id IS NOT NULL;
        CREATE INDEX bank_entry_of_payment ON bank_entry (payment_id) WHERE payment_id IS NOT NULL;
        ALTER TABLE desk_request ADD COLUMN target BYTES;
        """)

    /// An import writes many entries, and a payment finds its own by the key.
    static let bankEntriesByKey = Migration("billing-033-bank-entries-by-key", "DROP INDEX bank_entry_of_payment;")
}
