import Storage

extension BookCheck {
    /// What is our own money has its booking from whoever told of it first; the entry only stands for it.
    static let bank: [BookCheck] = [
        BookCheck(.bankEntryOnce, over: "bank_entry") { window in
            """
            SELECT id, key, currency, amount, booked FROM (
                SELECT e.id, e.key, e.currency, e.amount, CAST(COALESCE((
                        SELECT SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE t.key = e.key AND p.account = \(LedgerAccount.bank) AND p.currency = e.currency
                    ), 0) + COALESCE((
                        SELECT SUM(p.amount) FROM bank_entry_booking b JOIN posting p ON p.transaction_id = b.transaction_id
                        WHERE b.entry_id = e.id AND p.account = \(LedgerAccount.bank) AND p.currency = e.currency
                    ), 0) + COALESCE((
                        SELECT SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE e.state = 'assigned' AND t.key = 'identified:' || e.key
                            AND p.account = \(LedgerAccount.bank) AND p.currency = e.currency
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
                SELECT currency, amount AS told, 0 AS booked FROM bank_entry
                WHERE state NOT IN ('batch', 'outgoing', 'recognised')
                UNION ALL
                SELECT p.currency, 0, p.amount FROM posting p JOIN ledger_transaction t ON t.id = p.transaction_id
                WHERE p.account = \(LedgerAccount.bank) AND t.kind = 'transfer'
            ) both_sides
            GROUP BY currency HAVING SUM(told) <> SUM(booked)
            """
        } finding: { row in
            ("account 1020", "entries of \(try row.money("told")), but \(try row.money("booked")) booked")
        },
        BookCheck(.payoutOnce, over: "bank_entry") { window in
            """
            SELECT e.id, e.key, e.currency, e.amount, p.reference FROM bank_entry e
            JOIN processor_payout p ON p.currency = e.currency AND p.gross - p.fee = e.amount
                AND e.message LIKE '%' || p.reference || '%'
            WHERE e.id BETWEEN \(window.first) AND \(window.last) AND e.state IN ('posted', 'assigned')
                AND NOT EXISTS (SELECT 1 FROM bank_entry_booking b WHERE b.transaction_id = p.transaction_id)
            ORDER BY e.id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "bank entry \(try row["id"] as Int64) (\(try row["key"] as String))",
                "\(try row.money("amount")) are the payout \(try row["reference"] as String), which is booked by itself"
            )
        },
        BookCheck(.exchangeIsConversions) { _ in
            """
            SELECT currency, CAST(SUM(converted) AS BIGINT) AS converted, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT e.currency, -e.amount AS converted, 0 AS booked FROM bank_conversion c
                JOIN bank_entry e ON e.id = c.entry_id
                UNION ALL
                SELECT currency, amount, 0 FROM bank_conversion
                UNION ALL
                SELECT e.currency, -e.amount, 0 FROM bank_exchange_half h JOIN bank_entry e ON e.id = h.entry_id
                UNION ALL
                SELECT c.currency, \(ExchangePart.differenceColumn), 0 FROM bank_exchange_part p
                JOIN bank_conversion c ON c.entry_id = p.entry_id WHERE \(ExchangePart.isStanding)
                UNION ALL
                SELECT c.currency, o.taken - o.booked, 0 FROM bank_conversion_offset o
                JOIN bank_conversion c ON c.entry_id = o.entry_id
                UNION ALL
                SELECT currency, 0, amount FROM ledger_balance WHERE account = \(LedgerAccount.currencyExchange)
            ) both_sides
            GROUP BY currency HAVING SUM(converted) <> SUM(booked)
            """
        } finding: { row in
            ("account 1190", "\(try row.money("converted")) were converted, but \(try row.money("booked")) are booked")
        },
        BookCheck(.exchangeDifference) { _ in
            """
            SELECT currency, CAST(SUM(made) AS BIGINT) AS made, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT c.currency, -(\(ExchangePart.differenceColumn)) AS made, 0 AS booked FROM bank_exchange_part p
                JOIN bank_conversion c ON c.entry_id = p.entry_id WHERE \(ExchangePart.isStanding)
                UNION ALL
                SELECT c.currency, o.booked - o.taken, 0 FROM bank_conversion_offset o
                JOIN bank_conversion c ON c.entry_id = o.entry_id
                UNION ALL
                SELECT currency, 0, amount FROM ledger_balance WHERE account = \(LedgerAccount.exchangeDifference)
            ) both_sides
            GROUP BY currency HAVING SUM(made) <> SUM(booked)
            """
        } finding: { row in
            ("account 6949", "exchanges came to \(try row.money("made")), but \(try row.money("booked")) are booked")
        },
    ]
}
