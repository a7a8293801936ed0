package import Kernel
package import Storage

extension Connection {
    /// Writes a transaction into the journal and moves the balances it touches.
    /// - Returns: its id; the first one's where the same key was posted before with the same content.
    /// - Throws: a `Problem` (409 `idempotency_conflict`) where the key was posted before with other content;
    ///   `StorageError.refused` where a balance would leave its bounds.
    @discardableResult
    package func post(_ transaction: LedgerTransaction) throws -> LedgerTransactionID { try post([transaction])[0] }

    /// The same for many at once, in their order, in as many statements as for one.
    @discardableResult
    package func post(_ transactions: [LedgerTransaction]) throws -> [LedgerTransactionID] {
        let hashes = transactions.map(\.inputHash)
        let inserted = try insert(
            into: "ledger_transaction (key, input_hash, kind, organization_id, effective_on, happened_at)",
            zip(transactions, hashes).map { transaction, hash in
                """
                \(transaction.key), \(hash), \(transaction.kind), \(transaction.organization),
                \(transaction.effectiveOn), \(transaction.happenedAt)
                """
            }, "ON CONFLICT (key) DO NOTHING", returning: "id, key")
        var new: [String: LedgerTransactionID] = [:]
        for row in inserted { new[try row["key"]] = try row["id"] }
        var ids: [LedgerTransactionID] = []
        var postings: [(Posting, LedgerTransactionID)] = []
        for (transaction, hash) in zip(transactions, hashes) {
            // Taken out, so that a second one of the same key among these is told from the first.
            if let id = new.removeValue(forKey: transaction.key) {
                postings += transaction.postings.map { ($0, id) }
                ids.append(id)
            } else {
                ids.append(try alreadyPosted(transaction.key, hash: hash))
            }
        }
        try insert(
            into: "posting (transaction_id, account, organization_id, document_id, detail, currency, amount)",
            postings.map { posting, transaction in
                """
                \(transaction), \(posting.account), \(posting.organization), \(posting.document), \(posting.detail),
                \(posting.amount.currency), \(posting.amount.minorUnits)
                """
            })
        try apply(BalanceChange.changes(by: postings.map(\.0)))
        return ids
    }

    private func alreadyPosted(_ key: String, hash: String) throws -> LedgerTransactionID {
        guard let first = try row("SELECT id, input_hash FROM ledger_transaction WHERE key = \(key)") else {
            throw StorageError.contended("The transaction \(key) was posted by somebody else and is not visible yet.")
        }
        guard try first["input_hash"] == hash else { throw Problem.idempotencyConflict }
        return try first["id"]
    }

    /// The databases check the row that is proposed before they look for the one in its place, and a payment alone is outside
    /// of the bounds of a receivable: such a change only updates. Where there is nothing to update it breaks the bounds, as
    /// its own row would.
    private func apply(_ changes: [BalanceChange]) throws {
        try insert(
            into: "ledger_balance (account, organization_id, document_id, currency, amount)",
            changes.filter(\.canStandAlone).map(\.row),
            """
            ON CONFLICT (account, organization_id, document_id, currency)
            DO UPDATE SET amount = ledger_balance.amount + excluded.amount
            """)
        let others = changes.filter { !$0.canStandAlone }
        if others.isEmpty { return }
        try send(
            """
            WITH change (account, organization_id, document_id, currency, amount) AS (
                \(dialect.table(of: others.map(\.row)))
            )
            UPDATE ledger_balance SET amount = ledger_balance.amount + change.amount
            FROM change
            WHERE ledger_balance.account = change.account AND ledger_balance.organization_id = change.organization_id
                AND ledger_balance.document_id = change.document_id AND ledger_balance.currency = change.currency
            """, changing: others.count,
            or: .refused("A receivable or a prepaid account would leave its bounds."))
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

/// What transactions do to one row of balances. Always in the same order, so that two that touch the same rows wait for each
/// other instead of for ever.
private struct BalanceChange: Hashable {
    let account: LedgerAccount
    /// 0 where there is none: a key column that cannot be NULL.
    let organization: Int64
    let document: Int64
    let currency: Currency
    var amount: Int64 = 0

    /// Whether the change could be the whole balance, by the bounds that the schema has.
    var canStandAlone: Bool {
        switch account {
        case .receivable: amount >= 0
        case .prepaid: (-PrepaidAccount.balanceMaxMinorUnits...0).contains(amount)
        default: true
        }
    }

    var row: SQL { "\(account), \(organization), \(document), \(currency), \(amount)" }

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
        }.sorted {
            ($0.account.code, $0.organization, $0.document, $0.currency.rawValue)
                < ($1.account.code, $1.organization, $1.document, $1.currency.rawValue)
        }
    }
}
