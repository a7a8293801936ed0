import Storage

extension BookCheck {
    static let reminders: [BookCheck] = [
        BookCheck(.remindedWhileOpen, over: "reminder") { window in
            """
            SELECT document_id, currency, level, place, open_amount, booked FROM (
                SELECT r.id, r.document_id, r.currency, r.level, r.open_amount, (
                        SELECT COUNT(*) FROM reminder e WHERE e.document_id = r.document_id AND e.id <= r.id
                    ) AS place, CAST(COALESCE((
                        SELECT SUM(p.amount) FROM posting p
                        WHERE p.document_id = r.document_id AND p.account = \(LedgerAccount.receivable)
                            AND p.transaction_id <= r.as_of_id
                    ), 0) AS BIGINT) AS booked
                FROM reminder r WHERE r.id BETWEEN \(window.first) AND \(window.last)
            ) sent
            WHERE level <> place OR booked <> open_amount ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "document \(try row["document_id"] as Int64)",
                "reminder \(try row["level"] as Int64) went out in place \(try row["place"] as Int64) for "
                    + "\(try row.money("open_amount")), open were \(try row.money("booked"))"
            )
        }
    ]
}
