import Kernel
import Storage

extension BookCheck {
    /// By the keys of its steps, so that refunds may wait on the same account.
    static let withdrawals: [BookCheck] = [
        BookCheck(.withdrawalsInTransit, over: "withdrawal") { window in
            """
            SELECT id, currency, state, amount, booked FROM (
                SELECT w.id, w.currency, w.state, w.amount, CAST(COALESCE((
                        SELECT -SUM(p.amount) FROM ledger_transaction t JOIN posting p ON p.transaction_id = t.id
                        WHERE t.key IN ('withdrawal:' || w.id || ':requested', 'withdrawal:' || w.id || ':cancelled',
                                'withdrawal:' || w.id || ':paid', 'withdrawal:' || w.id || ':returned')
                            AND p.account = \(LedgerAccount.refundsInTransit) AND p.currency = w.currency
                    ), 0) AS BIGINT) AS booked
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
        }
    ]
}
