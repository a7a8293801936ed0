import Kernel
import Storage

extension BookCheck {
    static let ledger: [BookCheck] = [
        BookCheck(.transactionBalances, over: "ledger_transaction") { window in
            """
            SELECT transaction_id, currency, CAST(SUM(amount) AS BIGINT) AS rest FROM posting
            WHERE transaction_id BETWEEN \(window.first) AND \(window.last)
            GROUP BY transaction_id, currency HAVING SUM(amount) <> 0
            ORDER BY transaction_id LIMIT \(violationsMax)
            """
        } finding: { row in
            ("transaction \(try row["transaction_id"] as Int64)", "it is off by \(try row.money("rest"))")
        },
        BookCheck(.transactionBalances, over: "ledger_transaction") { window in
            """
            SELECT t.id, t.key FROM ledger_transaction t
            WHERE t.id BETWEEN \(window.first) AND \(window.last)
                AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.transaction_id = t.id)
            ORDER BY t.id LIMIT \(violationsMax)
            """
        } finding: { row in
            ("transaction \(try row["id"] as Int64)", "\(try row["key"] as String) has no postings")
        },
        BookCheck(.accountsBalance) { _ in
            """
            SELECT currency, CAST(SUM(amount) AS BIGINT) AS rest FROM ledger_balance
            GROUP BY currency HAVING SUM(amount) <> 0
            """
        } finding: { row in
            ("all balances", "they are off by \(try row.money("rest"))")
        },
        // Postings and balances with opposite signs must cancel out, whichever of the two is missing.
        BookCheck(.balanceIsSumOfPostings) { _ in
            """
            SELECT account, organization_id, document_id, currency, CAST(SUM(amount) AS BIGINT) AS rest
            FROM (
                SELECT account, COALESCE(organization_id, 0) AS organization_id,
                    CASE WHEN account IN \(LedgerAccount.allCases.filter(\.isKeptPerDocument))
                        THEN COALESCE(document_id, 0) ELSE 0 END AS document_id, currency, amount
                FROM posting
                UNION ALL
                SELECT account, organization_id, document_id, currency, -amount FROM ledger_balance
            ) both_sides
            GROUP BY account, organization_id, document_id, currency HAVING SUM(amount) <> 0
            ORDER BY account, organization_id, document_id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "account \(try row["account"] as Int64), organization \(try row["organization_id"] as Int64), "
                    + "document \(try row["document_id"] as Int64)",
                "the postings are \(try row.money("rest")) more than the balance"
            )
        },
        BookCheck(.eventPostedOnce) { _ in
            """
            SELECT key, COUNT(*) AS count, MIN(id) AS first_id, MAX(id) AS last_id FROM ledger_transaction
            GROUP BY key HAVING COUNT(*) > 1 ORDER BY key LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "transactions \(try row["first_id"] as Int64) to \(try row["last_id"] as Int64)",
                "\(try row["key"] as String) was posted \(try row["count"] as Int64) times"
            )
        },
    ]
}

extension Row {
    /// An amount of the row's currency, as a sentence has it.
    func money(_ column: String) throws -> String {
        let currency: Currency = try self["currency"]
        return "\(currency.rawValue) \(Money(minorUnits: try self[column], currency).plain)"
    }
}
