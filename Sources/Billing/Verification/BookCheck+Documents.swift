import Storage

extension BookCheck {
    static let documents: [BookCheck] = [
        BookCheck(over: "document") { window in
            "\(invoices(window)) WHERE is_off OR is_misstated OR is_paid_twice ORDER BY id LIMIT \(violationsMax)"
        } violations: { row in
            let subject = try row.documentSubject()
            let state: String? = try row["state"]
            let (isOff, isMisstated, isPaidTwice): (Bool, Bool, Bool) = (
                try row["is_off"], try row["is_misstated"], try row["is_paid_twice"]
            )
            var found: [Violation] = []
            func note(_ invariant: Invariant, _ finding: String) {
                found.append(Violation(invariant: invariant, subject: subject, finding: finding))
            }
            if isOff {
                note(
                    .receivableIsOpen,
                    """
                    open are \(try row.money("open_amount")), of \(try row.money("total")) with \(try row.money("allocated")) \
                    allocated and adjustments of \(try row.money("adjusted"))
                    """)
            }
            if isMisstated {
                note(.paidAtZero, "its state is \(state ?? "missing"), open are \(try row.money("open_amount"))")
            }
            if isPaidTwice {
                note(.paidOnce, "\(try row.money("allocated")) were paid for \(try row.money("total"))")
            }
            return found
        },
        BookCheck(.numbersWithoutGap) { _ in
            """
            SELECT id, number, ordinal, place, issued_on, COALESCE(previous_on, issued_on) AS previous_on FROM (
                SELECT id, number, ordinal, issued_on,
                    ROW_NUMBER() OVER (PARTITION BY issuer_code, kind, year ORDER BY ordinal, id) AS place,
                    LAG(issued_on) OVER (PARTITION BY issuer_code, kind, year ORDER BY ordinal, id) AS previous_on
                FROM document
            ) series
            WHERE ordinal <> place OR issued_on < previous_on
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "it is number \(try row["ordinal"] as Int64) in place \(try row["place"] as Int64), of "
                    + "\(try row["issued_on"] as String) after \(try row["previous_on"] as String)"
            )
        },
        BookCheck(.numbersWithoutGap) { _ in
            """
            SELECT kind, year, counted, last_ordinal FROM (
                SELECT s.kind, s.year, s.last_ordinal, (
                        SELECT COUNT(*) FROM document d
                        WHERE d.issuer_code = s.issuer AND d.kind = s.kind AND d.year = s.year
                    ) AS counted
                FROM number_series s
            ) series
            WHERE counted <> last_ordinal ORDER BY kind, year LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "series \(try row["kind"] as String) \(try row["year"] as Int64)",
                "\(try row["counted"] as Int64) documents, but numbers up to \(try row["last_ordinal"] as Int64)"
            )
        },
        BookCheck(.documentAddsUp, over: "document") { window in
            """
            WITH sums AS MATERIALIZED (
                SELECT d.id, d.number, d.currency, d.net, d.vat, d.rounding, d.total,
                    CAST(COALESCE((SELECT SUM(l.net) FROM document_line l WHERE l.document_id = d.id), 0) AS BIGINT)
                        AS lines,
                    CAST(COALESCE((SELECT SUM(v.vat) FROM document_vat v WHERE v.document_id = d.id), 0) AS BIGINT)
                        AS vat_rows
                FROM document d WHERE d.id BETWEEN \(window.first) AND \(window.last)
            )
            SELECT id, number, currency, net, vat, rounding, total, lines, vat_rows FROM sums
            WHERE lines <> net OR vat_rows <> vat OR lines + vat_rows + rounding <> total
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "lines \(try row.money("lines")) for net \(try row.money("net")), VAT rows \(try row.money("vat_rows")) "
                    + "for VAT \(try row.money("vat")), rounding \(try row.money("rounding")), total \(try row.money("total"))"
            )
        },
        // Half up, away from zero, on the sum of nets of each rate: whole numbers divide alike in both databases.
        BookCheck(.documentAddsUp, over: "document") { window in
            """
            SELECT id, number, kind, currency, rate, net, vat, lines FROM (
                SELECT d.id, d.number, d.kind, d.currency, v.rate, v.net, v.vat,
                    CAST(COALESCE((
                        SELECT SUM(l.net) FROM document_line l
                        WHERE l.document_id = d.id AND l.vat_rate = v.rate AND l.vat_class <> 'none'
                    ), 0) AS BIGINT) AS lines
                FROM document d JOIN document_vat v ON v.document_id = d.id
                WHERE d.id BETWEEN \(window.first) AND \(window.last)
            ) rates
            WHERE lines <> net
                OR kind <> 'credit_note' AND vat <> (CASE WHEN net < 0 THEN -1 ELSE 1 END) * ((ABS(net * rate) * 2 + 10000) / 20000)
            ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                try row.documentSubject(),
                "VAT at \(try row["rate"] as Int64) hundredths of a per cent on \(try row.money("net")) (lines "
                    + "\(try row.money("lines"))) is not \(try row.money("vat"))"
            )
        },
        BookCheck(.vatIsLedger, over: "document") { window in
            """
            SELECT id, number, currency, vat, booked FROM (
                SELECT d.id, d.number, d.currency,
                    CASE d.kind WHEN 'invoice' THEN d.vat WHEN 'credit_note' THEN -d.vat ELSE 0 END + CAST(COALESCE((
                        SELECT SUM(j.vat) FROM adjustment j WHERE j.document_id = d.id
                    ), 0) AS BIGINT) AS vat,
                    CAST(COALESCE((
                        SELECT -SUM(p.amount) FROM posting p
                        WHERE p.document_id = d.id AND p.account = \(LedgerAccount.vatDue) AND p.currency = d.currency
                    ), 0) AS BIGINT) AS booked
                FROM document d WHERE d.id BETWEEN \(window.first) AND \(window.last)
            ) sums
            WHERE vat <> booked ORDER BY id LIMIT \(violationsMax)
            """
        } finding: { row in
            (try row.documentSubject(), "its VAT is \(try row.money("vat")), booked are \(try row.money("booked"))")
        },
        BookCheck(.periodsApart) { _ in
            """
            SELECT product_id, document_id, first_on, COALESCE(previous_end, '') AS previous_end FROM (
                SELECT product_id, document_id, first_on,
                    LAG(end_on) OVER (PARTITION BY product_id ORDER BY first_on, document_id, position) AS previous_end
                FROM (
                    SELECT l.product_id, l.document_id, l.position, l.period_start AS first_on, l.period_end AS end_on
                    FROM document_line l JOIN document d ON d.id = l.document_id
                    WHERE l.product_id IS NOT NULL AND l.period_start IS NOT NULL AND l.bills_term AND d.kind = 'invoice'
                        AND NOT (l.net > 0 AND l.net <= COALESCE((
                            SELECT SUM(c.net) FROM document_credit c
                            WHERE c.invoice_id = l.document_id AND c.position = l.position
                        ), 0))
                ) terms
            ) ordered
            WHERE first_on < previous_end ORDER BY product_id LIMIT \(violationsMax)
            """
        } finding: { row in
            (
                "product \(try row["product_id"] as Int64)",
                "document \(try row["document_id"] as Int64) bills from \(try row["first_on"] as String), but it was "
                    + "billed until \(try row["previous_end"] as String)"
            )
        },
    ]

    /// States in which nothing is open. Nor is it usually while a payment is disputed.
    private static let settled: [DocumentState] = [.paid, .credited, .refunded, .writtenOff]

    /// Invoices with what was allocated to them, or let go as small change, what is open, and their state: in one statement for
    /// all that is to be said of it, as these sums are most of the work. They are put aside, or each would be made anew
    /// wherever it is compared.
    private static func invoices(_ window: Window) -> SQL {
        """
        WITH sums AS MATERIALIZED (
            SELECT d.id, d.number, d.currency, d.total, COALESCE(b.amount, 0) AS open_amount, s.state,
                CAST(COALESCE((
                    SELECT SUM(a.amount) FROM allocation a WHERE a.document_id = d.id AND a.target = 'document'
                ), 0) + COALESCE((
                    SELECT -SUM(p.amount) FROM posting p JOIN ledger_transaction t ON t.id = p.transaction_id
                    WHERE p.document_id = d.id AND p.account = \(LedgerAccount.receivable) AND t.kind = 'tolerance'
                ), 0) AS BIGINT) AS allocated,
                CAST(COALESCE((
                    SELECT SUM(j.amount) FROM adjustment j WHERE j.document_id = d.id
                ), 0) AS BIGINT) AS adjusted,
                CAST(COALESCE((
                    SELECT SUM(j.amount) FROM adjustment j
                    WHERE j.document_id = d.id AND j.kind IN ('dispute_lost', 'taken_back', 'owed')
                ), 0) AS BIGINT) AS lost
            FROM document d
            LEFT JOIN document_state s ON s.document_id = d.id
            LEFT JOIN ledger_balance b ON b.account = \(LedgerAccount.receivable)
                AND b.organization_id = d.organization_id AND b.document_id = d.id AND b.currency = d.currency
            WHERE d.kind = 'invoice' AND d.id BETWEEN \(window.first) AND \(window.last)
        ), invoices AS (
            SELECT id, number, currency, total, open_amount, allocated, adjusted, state,
                (open_amount <> total - allocated + adjusted OR open_amount < 0) AS is_off,
                ((open_amount = 0) <> (COALESCE(state, '') IN \(settled)) AND COALESCE(state, '') <> 'disputed')
                    AS is_misstated,
                (allocated > total + lost) AS is_paid_twice
            FROM sums
        )
        SELECT * FROM invoices
        """
    }
}

extension Row {
    func documentSubject() throws -> String {
        "document \(try self["id"] as Int64) (\(try self["number"] as String))"
    }
}
