import Storage

extension BookCheck {
    static let bank: [BookCheck] = [
        BookCheck(.bankEntryOnce, over: "bank_entry") { window in
            """
            SELECT id, key, currency, amount, booked FROM (
                SELECT e.id, e.key, e.currency, e.amount, CAST(COALESCE((
                        SELECT SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE t.key = e.key AND p.account = \(LedgerAccount.bank) AND p.currency = e.currency
                    ), 0) AS BIGINT) AS booked
                FROM bank_entry e
                WHERE e.id BETWEEN \(window.first) AND \(window.last) AND e.state NOT IN ('batch', 'outgoing')
            ) entries
            WHERE amount <> booked ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "bank entry \(try row["id"] as Int64) (\(try row["key"] as String))",
                "of \(try row.money("amount")) are booked \(try row.money("booked"))"
            )
        },
        BookCheck(.bankIsEntries) { _ in
            """
            SELECT currency, CAST(SUM(told) AS BIGINT) AS told, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT currency, amount AS told, 0 AS booked FROM bank_entry WHERE state NOT IN ('batch', 'outgoing')
                UNION ALL
                SELECT p.currency, 0, p.amount FROM posting p JOIN ledger_transaction t ON t.id = p.transaction_id
                WHERE p.account = \(LedgerAccount.bank) AND t.kind = 'transfer'
            ) both_sides
            GROUP BY currency HAVING SUM(told) <> SUM(booked)
            """
        } finding: { row in
            ("account 1020", "entries of \(try row.money("told")), but \(try row.money("booked")) booked")
        },
    ]
}
