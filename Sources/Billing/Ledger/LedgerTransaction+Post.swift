package import Kernel
package import Storage

extension Connection {
    /// Writes a transaction into the journal and moves the balances it touches.
    /// - Returns: its id; the first one's where the same key was posted before with the same content.
    /// - Throws: a `Problem` (409 `idempotency_conflict`) where the key was posted before with other content;
    ///   `StorageError.refused` where a balance would leave its bounds.
    @discardableResult
    package func post(_ transaction: LedgerTransaction) throws -> LedgerTransactionID {
        let hash = transaction.inputHash
        let inserted = try row(
            """
            INSERT INTO ledger_transaction (key, input_hash, kind, organization_id, effective_on, happened_at)
            VALUES (\(transaction.key), \(hash), \(transaction.kind), \(transaction.organization),
                \(transaction.effectiveOn), \(transaction.happenedAt))
            ON CONFLICT (key) DO NOTHING
            RETURNING id
            """)
        guard let inserted else { return try alreadyPosted(transaction.key, hash: hash) }
        let id: LedgerTransactionID = try inserted["id"]
        try write(transaction.postings, of: id)
        for change in BalanceChange.changes(by: transaction.postings) { try apply(change) }
        return id
    }

    private func alreadyPosted(_ key: String, hash: String) throws -> LedgerTransactionID {
        guard let first = try row("SELECT id, input_hash FROM ledger_transaction WHERE key = \(key)") else {
            throw StorageError.contended("The transaction \(key) was posted by somebody else and is not visible yet.")
        }
        guard try first["input_hash"] == hash else { throw Problem.idempotencyConflict }
        return try first["id"]
    }

    private func write(_ postings: [Posting], of transaction: LedgerTransactionID) throws {
        var rows: SQL = ""
        for (index, posting) in postings.enumerated() {
            let row: SQL = """
                (\(transaction), \(posting.account), \(posting.organization), \(posting.document), \(posting.detail),
                \(posting.amount.currency), \(posting.amount.minorUnits))
                """
            rows = index == 0 ? row : "\(rows), \(row)"
        }
        try execute(
            """
            INSERT INTO posting (transaction_id, account, organization_id, document_id, detail, currency, amount)
            VALUES \(rows)
            """)
    }

    /// An upsert would not do: PostgreSQL checks the proposed row before it looks for the one in its place, and a payment
    /// alone is outside the bounds of a receivable.
    private func apply(_ change: BalanceChange) throws {
        let update: SQL = """
            UPDATE ledger_balance SET amount = amount + \(change.amount)
            WHERE account = \(change.account) AND organization_id = \(change.organization)
                AND document_id = \(change.document) AND currency = \(change.currency)
            """
        if try execute(update) == 1 { return }
        let inserted = try execute(
            """
            INSERT INTO ledger_balance (account, organization_id, document_id, currency, amount)
            VALUES (\(change.account), \(change.organization), \(change.document), \(change.currency), \(change.amount))
            ON CONFLICT (account, organization_id, document_id, currency) DO NOTHING
            """)
        if inserted == 0 { try execute(update) }
    }

    /// What an account holds for an organisation, and for a document where the account keeps open items.
    package func balance(
        _ account: LedgerAccount, of organization: OrganizationID?, document: DocumentID? = nil, in currency: Currency
    ) throws -> Money {
        let row = try row(
            """
            SELECT amount FROM ledger_balance
            WHERE account = \(account) AND organization_id = \(organization?.rawValue ?? 0)
                AND document_id = \(document?.rawValue ?? 0) AND currency = \(currency)
            """)
        return Money(minorUnits: try row?["amount"] ?? 0, currency)
    }
}

extension Problem {
    /// The same key for something else: a program's mistake, or a form that was changed after it was sent.
    static let idempotencyConflict = Problem(
        .conflict, code: "idempotency_conflict", word: "billing.problem.idempotency_conflict")
}

/// What a transaction does to one row of balances. Always in the same order, so that two transactions that touch the same
/// rows wait for each other instead of for ever.
private struct BalanceChange: Hashable {
    let account: LedgerAccount
    /// 0 where there is none: a key column that cannot be NULL.
    let organization: Int64
    let document: Int64
    let currency: Currency
    var amount: Int64 = 0

    static func changes(by postings: [Posting]) -> [BalanceChange] {
        var sums: [BalanceChange: Int64] = [:]
        for posting in postings {
            let document = posting.account.isKeptPerDocument ? posting.document?.rawValue ?? 0 : 0
            let change = BalanceChange(
                account: posting.account, organization: posting.organization?.rawValue ?? 0, document: document,
                currency: posting.amount.currency)
            sums[change, default: 0] += posting.amount.minorUnits
        }
        return sums.filter { $0.value != 0 }.map { change, amount in
            var change = change
            change.amount = amount
            return change
        }.sorted { ($0.account.code, $0.organization, $0.document) < ($1.account.code, $1.organization, $1.document) }
    }
}
