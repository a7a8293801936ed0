import Storage

extension BookCheck {
    static let payments: [BookCheck] = [
        BookCheck(.prepaidInBounds) { _ in
            """
            SELECT id, currency, balance FROM prepaid_account
            WHERE balance NOT BETWEEN 0 AND \(PrepaidAccount.balanceMaxMinorUnits) ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (try row.organizationSubject(), "it holds \(try row.money("balance"))")
        },
        BookCheck(.prepaidInBounds) { _ in
            """
            SELECT a.id, a.currency, a.balance, CAST(SUM(p.amount) AS BIGINT) AS held
            FROM payment p LEFT JOIN prepaid_account a ON a.id = p.organization_id
            WHERE p.state = 'pending' AND p.method = 'prepaid'
            GROUP BY a.id, a.currency, a.balance HAVING SUM(p.amount) > COALESCE(a.balance, 0)
            ORDER BY a.id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.organizationSubject(),
                "it holds \(try row.money("balance")), of which \(try row.money("held")) are promised"
            )
        },
        BookCheck(.prepaidIsLedger) { _ in
            """
            SELECT id, currency, CAST(SUM(balance) AS BIGINT) AS balance, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT id, currency, balance, 0 AS booked FROM prepaid_account
                UNION ALL
                SELECT organization_id, currency, 0, -amount FROM ledger_balance
                WHERE account = \(LedgerAccount.prepaid)
            ) both_sides
            GROUP BY id, currency HAVING SUM(balance) <> SUM(booked) ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.organizationSubject(),
                "it holds \(try row.money("balance")), booked are \(try row.money("booked"))"
            )
        },
        BookCheck(.prepaidIsMovements) { _ in
            """
            SELECT id, currency, CAST(SUM(balance) AS BIGINT) AS balance, CAST(SUM(moved) AS BIGINT) AS moved FROM (
                SELECT id, currency, balance, 0 AS moved FROM prepaid_account
                UNION ALL
                SELECT organization_id, currency, 0, amount FROM prepaid_movement
            ) both_sides
            GROUP BY id, currency HAVING SUM(balance) <> SUM(moved) ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.organizationSubject(),
                "it holds \(try row.money("balance")), moved were \(try row.money("moved"))"
            )
        },
        BookCheck(.prepaidIsMovements) { _ in
            """
            SELECT id, movement_id, currency, balance_after, CAST(running AS BIGINT) AS running FROM (
                SELECT id AS movement_id, organization_id AS id, currency, balance_after,
                    SUM(amount) OVER (PARTITION BY organization_id, currency ORDER BY id) AS running
                FROM prepaid_movement
            ) movements
            WHERE running <> balance_after ORDER BY movement_id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.organizationSubject(),
                "movement \(try row["movement_id"] as Int64) says \(try row.money("balance_after")) afterwards, it was "
                    + "\(try row.money("running"))"
            )
        },
        BookCheck(.clearingIsPayments, over: "payment") { window in
            """
            SELECT id, currency, amount, booked FROM (
                SELECT m.id, m.currency, m.amount, CAST(COALESCE((
                        SELECT SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE t.key = 'psp:' || m.processor || ':' || m.reference
                            AND p.account = \(LedgerAccount.processorClearing) AND p.currency = m.currency
                    ), 0) AS BIGINT) AS booked
                FROM payment m
                WHERE m.id BETWEEN \(window.first) AND \(window.last) AND m.method NOT IN ('prepaid', 'transfer') AND m.state = 'posted'
            ) posted
            WHERE amount <> booked ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            ("payment \(try row["id"] as Int64)", "of \(try row.money("amount")) are booked \(try row.money("booked"))")
        },
        BookCheck(.clearingIsPayments) { _ in
            """
            SELECT currency, CAST(SUM(paid) AS BIGINT) AS paid, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT currency, amount AS paid, 0 AS booked FROM payment WHERE method NOT IN ('prepaid', 'transfer') AND state = 'posted'
                UNION ALL
                SELECT currency, -amount, 0 FROM refund WHERE state = 'posted' AND way = 'processor'
                UNION ALL
                SELECT currency, fee_back - fee - CASE WHEN state = 'won' THEN 0 ELSE amount END, 0 FROM dispute
                UNION ALL
                SELECT currency, -gross, 0 FROM processor_payout
                UNION ALL
                SELECT p.currency, p.gross - p.fee, 0 FROM processor_payout_failure f
                JOIN processor_payout p ON p.id = f.payout_id
                UNION ALL
                SELECT currency, 0, amount FROM ledger_balance WHERE account = \(LedgerAccount.processorClearing)
            ) both_sides
            GROUP BY currency HAVING SUM(paid) <> SUM(booked)
            """
        } finding: { row in
            ("account 1025", "payments of \(try row.money("paid")), but a balance of \(try row.money("booked"))")
        },
        BookCheck(.eventPostedOnce) { _ in
            """
            SELECT processor, reference, COUNT(*) AS count, MIN(id) AS first_id, MAX(id) AS last_id FROM payment
            WHERE reference IS NOT NULL
            GROUP BY processor, reference HAVING COUNT(*) > 1 ORDER BY reference LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "payments \(try row["first_id"] as Int64) to \(try row["last_id"] as Int64)",
                "\(try row["count"] as Int64) payments are \(try row["processor"] as String):\(try row["reference"] as String)"
            )
        },
        BookCheck(.paymentAllocated, over: "payment") { window in
            """
            SELECT id, currency, state, amount, allocated FROM (
                SELECT m.id, m.currency, m.state, m.amount, CAST(COALESCE((
                        SELECT SUM(a.amount) FROM allocation a WHERE a.payment_id = m.id AND a.currency = m.currency
                    ), 0) AS BIGINT) AS allocated
                FROM payment m WHERE m.id BETWEEN \(window.first) AND \(window.last)
            ) payments
            WHERE allocated <> CASE WHEN state = 'posted' THEN amount ELSE 0 END
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "payment \(try row["id"] as Int64)",
                "it is \(try row["state"] as String), of \(try row.money("amount")) are allocated "
                    + "\(try row.money("allocated"))"
            )
        },
    ]
}

extension Row {
    fileprivate func organizationSubject() throws -> String { "organization \(try self["id"] as Int64)" }
}
