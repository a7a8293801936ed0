import Kernel
import Storage

extension BookCheck {
    /// By the keys of its steps, so that refunds may wait on the same account. What carries a refund was put there by it.
    static let withdrawals: [BookCheck] = [
        BookCheck(.withdrawalsInTransit, over: "withdrawal") { window in
            """
            SELECT id, currency, state, amount, booked FROM (
                SELECT w.id, w.currency, w.state, w.amount, CAST(COALESCE((
                        SELECT -SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE t.key IN ('withdrawal:' || w.id || ':requested', 'withdrawal:' || w.id || ':cancelled',
                                'withdrawal:' || w.id || ':paid', 'withdrawal:' || w.id || ':returned')
                            AND p.account = \(LedgerAccount.refundsInTransit) AND p.currency = w.currency
                    ), 0) + CASE WHEN w.refund_id IS NULL THEN 0 ELSE w.amount END AS BIGINT) AS booked
                FROM withdrawal w WHERE w.id BETWEEN \(window.first) AND \(window.last)
            ) withdrawals
            WHERE booked <> CASE WHEN state IN ('requested', 'in_file') THEN amount ELSE 0 END
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "withdrawal \(try row["id"] as Int64)",
                "it is \(try row["state"] as String), of \(try row.money("amount")) are in transit "
                    + "\(try row.money("booked"))"
            )
        },
        BookCheck(.refundIsCarried) { _ in
            """
            SELECT id, currency, amount, state, carried FROM (
                SELECT r.id, r.currency, r.amount, r.state, w.amount AS sent, CASE
                        WHEN w.state IN ('requested', 'in_file') THEN 'pending' WHEN w.state = 'paid' THEN 'posted'
                        WHEN w.state = 'returned' THEN 'returned' ELSE 'nothing'
                    END AS carried
                FROM refund r LEFT JOIN withdrawal w ON w.refund_id = r.id WHERE r.way = 'bank'
            ) refunds
            WHERE state <> carried OR amount <> sent ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "refund \(try row["id"] as Int64)",
                "it is \(try row["state"] as String) over \(try row.money("amount")), what carries it is "
                    + "\(try row["carried"] as String)"
            )
        },
    ]
}
