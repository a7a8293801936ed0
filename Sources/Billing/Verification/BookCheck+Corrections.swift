import Kernel
import Storage

extension BookCheck {
    static let corrections: [BookCheck] = [
        BookCheck(.creditWithinInvoice, over: "document") { window in
            """
            SELECT id, number, currency, position, net, credited FROM (
                SELECT d.id, d.number, d.currency, l.position, l.net, CAST(SUM(c.net) AS BIGINT) AS credited
                FROM document d JOIN document_line l ON l.document_id = d.id
                JOIN document_credit c ON c.invoice_id = d.id AND c.position = l.position
                WHERE d.id BETWEEN \(window.first) AND \(window.last)
                GROUP BY d.id, d.number, d.currency, l.position, l.net
            ) credits
            WHERE ABS(credited) > ABS(net) OR credited < 0 AND net > 0 OR credited > 0 AND net < 0
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "of line \(try row["position"] as Int64) over \(try row.money("net")) are credited "
                    + "\(try row.money("credited"))"
            )
        },
        // The lines of a credit note are the credits of its invoice, and their VAT follows from all credits of a rate.
        BookCheck(.creditWithinInvoice, over: "document") { window in
            """
            SELECT id, number, currency, net, linked FROM (
                SELECT d.id, d.number, d.currency, d.net, CAST(COALESCE((
                        SELECT SUM(c.net) FROM document_credit c WHERE c.credit_note_id = d.id
                    ), 0) AS BIGINT) AS linked
                FROM document d
                WHERE d.kind = 'credit_note' AND d.id BETWEEN \(window.first) AND \(window.last)
            ) notes
            WHERE net <> linked ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "it is over \(try row.money("net")), its invoice is credited with \(try row.money("linked"))"
            )
        },
        BookCheck(.creditWithinInvoice, over: "document") { window in
            """
            SELECT id, number, currency, rate, net, vat FROM (
                SELECT d.id, d.number, d.currency, v.rate, CAST(SUM(v.net) AS BIGINT) AS net,
                    CAST(SUM(v.vat) AS BIGINT) AS vat
                FROM document d JOIN credit_note c ON c.invoice_id = d.id JOIN document_vat v ON v.document_id = c.id
                WHERE d.id BETWEEN \(window.first) AND \(window.last)
                GROUP BY d.id, d.number, d.currency, v.rate
            ) rates
            WHERE vat <> (CASE WHEN net < 0 THEN -1 ELSE 1 END) * ((ABS(net * rate) * 2 + 10000) / 20000)
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "VAT of \(try row.money("vat")) is credited on \(try row.money("net"))"
            )
        },
        BookCheck(.deferredIsUnreleased, over: "document") { window in
            """
            SELECT id, number, currency, position, left_amount, booked FROM (
                SELECT d.id, d.number, d.currency, r.position, r.left_amount, -CAST(COALESCE((
                        SELECT SUM(p.amount) FROM posting p
                        WHERE p.document_id = d.id AND p.account = \(LedgerAccount.deferredRevenue)
                            AND p.detail = 'line ' || CAST(r.position AS TEXT)
                    ), 0) AS BIGINT) AS booked
                FROM document d JOIN revenue_line r ON r.document_id = d.id
                WHERE d.id BETWEEN \(window.first) AND \(window.last)
            ) waiting
            WHERE left_amount <> booked ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "of line \(try row["position"] as Int64) \(try row.money("left_amount")) are not earned, account 2300 has "
                    + "\(try row.money("booked"))"
            )
        },
        BookCheck(.deferredIsUnreleased) { _ in
            """
            SELECT currency, CAST(SUM(waiting) AS BIGINT) AS waiting, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT currency, left_amount AS waiting, 0 AS booked FROM revenue_line
                UNION ALL
                SELECT currency, 0, -amount FROM ledger_balance WHERE account = \(LedgerAccount.deferredRevenue)
            ) both_sides
            GROUP BY currency HAVING SUM(waiting) <> SUM(booked)
            """
        } finding: { row in
            ("account 2300", "\(try row.money("waiting")) are not earned, booked are \(try row.money("booked"))")
        },
        BookCheck(.transitIsRefunds) { _ in
            """
            SELECT id, currency, CAST(SUM(pending) AS BIGINT) AS pending, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT organization_id AS id, currency, amount AS pending, 0 AS booked FROM refund WHERE state = 'pending'
                UNION ALL
                SELECT organization_id, currency, amount, 0 FROM withdrawal
                WHERE state IN ('requested', 'in_file') AND refund_id IS NULL
                UNION ALL
                SELECT organization_id, currency, 0, -amount FROM ledger_balance
                WHERE account = \(LedgerAccount.refundsInTransit)
            ) both_sides
            GROUP BY id, currency HAVING SUM(pending) <> SUM(booked) ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "organization \(try row["id"] as Int64)",
                "refunds and withdrawals of \(try row.money("pending")) are under way, account 2032 has \(try row.money("booked"))"
            )
        },
        BookCheck(.disputedIsDisputes) { _ in
            """
            SELECT id, currency, CAST(SUM(held) AS BIGINT) AS held, CAST(SUM(booked) AS BIGINT) AS booked FROM (
                SELECT organization_id AS id, currency, amount AS held, 0 AS booked FROM dispute WHERE state = 'open'
                UNION ALL
                SELECT organization_id, currency, 0, amount FROM ledger_balance WHERE account = \(LedgerAccount.disputed)
            ) both_sides
            GROUP BY id, currency HAVING SUM(held) <> SUM(booked) ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "organization \(try row["id"] as Int64)",
                "disputes of \(try row.money("held")) are open, account 1101 has \(try row.money("booked"))"
            )
        },
        // What a customer got and what a bank took back know nothing of each other.
        BookCheck(.refundWithinPayment) { _ in
            """
            SELECT id, currency, amount, gone FROM (
                SELECT m.id, m.currency, m.amount, CAST(SUM(back.amount) AS BIGINT) AS gone
                FROM (
                    SELECT payment_id, amount, 'refund' AS side FROM refund WHERE state <> 'returned'
                    UNION ALL
                    SELECT payment_id, amount, 'charge' FROM refund WHERE state <> 'returned' AND way = 'processor'
                    UNION ALL
                    SELECT payment_id, amount, 'charge' FROM dispute WHERE state <> 'won'
                    UNION ALL
                    SELECT payment_id, amount, 'transfer' FROM bank_take_back
                ) back JOIN payment m ON m.id = back.payment_id
                GROUP BY m.id, m.currency, m.amount, back.side
            ) payments
            WHERE gone > amount ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "payment \(try row["id"] as Int64)",
                "of \(try row.money("amount")) went \(try row.money("gone")) back"
            )
        },
    ]
}
