import Kernel
import Storage

/// A long journal that keeps every invariant. Its rows are those that the rules write, but written by a handful of
/// statements. Five transactions belong together: an invoice and the transfer that pays it, a top-up by transfer, and an
/// invoice that is paid from it.
final class Journal {
    static let customersCount = 50
    private static let together = 5
    /// Below are the rows of the customers.
    private static let base = 10_000

    private let database: any BareDatabase
    private let isPostgres: Bool
    private let firstCustomer: Int64
    private var groups = 0

    init(_ copy: Copy, _ customers: [OrganizationID]) throws {
        guard let first = customers.first?.rawValue,
            customers.last?.rawValue == first + Int64(Journal.customersCount) - 1
        else { throw BenchError("The customers do not follow each other.") }
        firstCustomer = first
        isPostgres = copy.place == .postgres
        switch copy.place {
        case .sqlite: database = try BareSQLite("\(copy.directory)/kontor.sqlite")
        case .postgres: database = try BarePostgres(copy.address ?? "")
        }
        // What is written here goes after the measurement, and refers to nothing that is not there.
        try database.script(
            isPostgres
                ? "SET session_replication_role = replica; SET synchronous_commit = off"
                : "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144")
        try database.script(
            """
            INSERT INTO number_series (issuer, kind, year, last_ordinal, last_on)
            VALUES ('BENCH', 'invoice', 2026, 0, '2026-01-05')
            """)
        try database.script(
            """
            INSERT INTO bank_import (id, file_name, hash, started_at, finished_at, read_count, posted_count, known_count,
                unidentified_count, other_count, refusal)
            VALUES (\(Journal.base), 'bench.xml', '', 0, 0, 0, 0, 0, 0, 0, '')
            """)
    }

    func close() { database.close() }

    /// Every posting once.
    func sum() throws {
        try database.script("SELECT account, currency, SUM(amount) FROM posting GROUP BY account, currency")
    }

    func grow(to transactions: Int) throws {
        let new = (groups + 1)...(transactions / Journal.together)
        for statement in documents(new) + books(new) + payments(new) { try database.script(statement) }
        groups = new.upperBound
        try database.script("UPDATE number_series SET last_ordinal = \(groups * 2) WHERE issuer = 'BENCH'")
        try balances()
        // As the databases do by themselves: a minute later, or when a process ends.
        try database.script(isPostgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// `n` counts groups; the rest are the ids of what belongs to one, beside the customer.
    private func each(_ range: ClosedRange<Int>) -> String {
        let base = Journal.base
        return """
            WITH RECURSIVE counted (n) AS (
                SELECT CAST(\(range.lowerBound) AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < \(range.upperBound)
            ), grouped AS (
                SELECT n, \(firstCustomer) + n % \(Journal.customersCount) AS customer,
                    \(base) + n * 2 - 1 AS first_document, \(base) + n * 2 AS second_document,
                    \(base) + n * 5 - 4 AS first_transaction, \(base) + n * 3 - 2 AS first_payment
                FROM counted
            ), documents AS (
                SELECT n, customer, first_document AS document, n * 2 - 1 AS ordinal FROM grouped
                UNION ALL SELECT n, customer, second_document, n * 2 FROM grouped
            )
            """
    }

    private func documents(_ range: ClosedRange<Int>) -> [String] {
        [
            """
            INSERT INTO document (id, organization_id, key, input_hash, kind, issuer_code, year, ordinal, number, issuer,
                recipient, treatment, currency, net, vat, rounding, total, issued_on, issued_at, due_on)
            \(each(range)) SELECT document, customer, 'bench:' || document, '', 'invoice', 'BENCH', 2026, ordinal,
                'B-' || ordinal, '{}', '{}', 'domestic', 'CHF', 10000, 810, 0, 10810, '2026-01-05', 0, '2026-01-05'
            FROM documents
            """,
            """
            INSERT INTO document_line (document_id, position, description, product_id, period_start, period_end,
                bills_term, quantity, unit_list_price, list_price, steps, net, vat_class, vat_rate)
            \(each(range)) SELECT document, 1, 'Web hosting', document, '2026-01-05', '2027-01-05', TRUE, 1, 10000, 10000,
                '[]', 10000, 'standard', 810
            FROM documents
            """,
            """
            INSERT INTO document_vat (document_id, rate, net, vat)
            \(each(range)) SELECT document, 810, 10000, 810 FROM documents
            """,
            """
            INSERT INTO document_state (document_id, state, paid_at) \(each(range)) SELECT document, 'paid', 0 FROM documents
            """,
            """
            INSERT INTO revenue_line (document_id, position, organization_id, currency, spread, spread_from, period_end,
                left_amount, next_on)
            \(each(range)) SELECT document, 1, customer, 'CHF', 10000, '2026-01-05', '2027-01-05', 10000, '2026-02-01'
            FROM documents
            """,
        ]
    }

    private func books(_ range: ClosedRange<Int>) -> [String] {
        let transactions = [
            (0, "'inv:bench:' || first_document", "invoice"), (1, "'camt:bench:' || n || ':1'", "transfer"),
            (2, "'camt:bench:' || n || ':2'", "transfer"), (3, "'inv:bench:' || second_document", "invoice"),
            (4, "'ui:bench:' || n", "prepaid_payment"),
        ].map { offset, key, kind in
            "SELECT first_transaction + \(offset), \(key), '', '\(kind)', customer, '2026-01-05', 0 FROM grouped"
        }
        let bill: [(account: Int, amount: Int, detail: String)] = [
            (1100, 10_810, ""), (2300, -10_000, "line 1"), (2200, -810, "8.1"),
        ]
        var postings: [String] = []
        func post(_ offset: Int, _ account: Int, _ document: String, _ detail: String, _ amount: Int) {
            postings.append(
                """
                SELECT first_transaction + \(offset), \(account), customer, \(document), '\(detail)', 'CHF', \(amount)
                FROM grouped
                """)
        }
        for part in bill { post(0, part.account, "first_document", part.detail, part.amount) }
        post(1, 1020, "CAST(NULL AS BIGINT)", "", 10_810)
        post(1, 1100, "first_document", "", -10_810)
        post(2, 1020, "CAST(NULL AS BIGINT)", "", 10_810)
        post(2, 2030, "CAST(NULL AS BIGINT)", "", -10_810)
        for part in bill { post(3, part.account, "second_document", part.detail, part.amount) }
        post(4, 2030, "CAST(NULL AS BIGINT)", "", 10_810)
        post(4, 1100, "second_document", "", -10_810)
        return [
            """
            INSERT INTO ledger_transaction (id, key, input_hash, kind, organization_id, effective_on, happened_at)
            \(each(range)) \(transactions.joined(separator: " UNION ALL ")) ORDER BY 1
            """,
            """
            INSERT INTO posting (transaction_id, account, organization_id, document_id, detail, currency, amount)
            \(each(range)) \(postings.joined(separator: " UNION ALL ")) ORDER BY 1
            """,
        ]
    }

    private func payments(_ range: ClosedRange<Int>) -> [String] {
        let payments = [
            (0, "order", "transfer", "'bank'", "'camt:bench:' || n || ':1'"),
            (1, "top_up", "transfer", "'bank'", "'camt:bench:' || n || ':2'"),
            (2, "order", "prepaid", "CAST(NULL AS TEXT)", "CAST(NULL AS TEXT)"),
        ].map { offset, purpose, method, processor, reference in
            """
            SELECT first_payment + \(offset), customer, '\(purpose)', n, 'CHF', 10810, '\(method)', 'posted',
                'bench:' || (first_payment + \(offset)), 'bench:' || (first_payment + \(offset)), \(processor), \(reference), 0, 0
            FROM grouped
            """
        }
        return [
            """
            INSERT INTO payment (id, organization_id, purpose, purpose_id, currency, amount, method, state, client_key,
                charge_key, processor, reference, created_at, settled_at)
            \(each(range)) \(payments.joined(separator: " UNION ALL ")) ORDER BY 1
            """,
            """
            INSERT INTO allocation (payment_id, target, document_id, currency, amount, reason, transaction_id, allocated_at)
            \(each(range))
            SELECT first_payment, 'document', first_document, 'CHF', 10810, '', first_transaction + 1, 0 FROM grouped
            UNION ALL
            SELECT first_payment + 1, 'prepaid', CAST(NULL AS BIGINT), 'CHF', 10810, 'top_up', first_transaction + 2, 0
            FROM grouped
            UNION ALL
            SELECT first_payment + 2, 'document', second_document, 'CHF', 10810, '', first_transaction + 4, 0 FROM grouped
            ORDER BY 1
            """,
            // The customers begin with 9000.00 each.
            """
            INSERT INTO prepaid_movement (organization_id, currency, amount, balance_after, origin, payment_id, document_id,
                transaction_id, happened_at)
            \(each(range))
            SELECT customer, 'CHF', 10810, 910810, 'top_up', first_payment + 1, CAST(NULL AS BIGINT), first_transaction + 2, 0
            FROM grouped
            UNION ALL
            SELECT customer, 'CHF', -10810, 900000, 'payment', first_payment + 2, second_document, first_transaction + 4, 0
            FROM grouped
            ORDER BY 6
            """,
            """
            INSERT INTO bank_entry (key, entry_key, is_whole, import_id, iban, currency, amount, is_reversal, booked_on,
                value_on, reference, end_to_end_id, message, debtor_name, debtor_iban, state, organization_id, payment_id,
                transaction_id)
            \(each(range))
            SELECT 'camt:bench:' || n || ':1', 'camt:bench:' || n || ':1', FALSE, \(Journal.base), 'CH4431999123000889012',
                'CHF', 10810, FALSE, '2026-01-05', '2026-01-05', '', '', '', '', '', 'posted', customer, first_payment,
                first_transaction + 1
            FROM grouped
            UNION ALL
            SELECT 'camt:bench:' || n || ':2', 'camt:bench:' || n || ':2', FALSE, \(Journal.base), 'CH4431999123000889012',
                'CHF', 10810, FALSE, '2026-01-05', '2026-01-05', '', '', '', '', '', 'posted', customer, first_payment + 1,
                first_transaction + 2
            FROM grouped
            ORDER BY 1
            """,
        ]
    }

    /// The balances of all postings, new.
    private func balances() throws {
        try database.script("DELETE FROM ledger_balance")
        try database.script(
            """
            INSERT INTO ledger_balance (account, organization_id, document_id, currency, amount)
            SELECT account, COALESCE(organization_id, 0), CASE WHEN account = 1100 THEN COALESCE(document_id, 0) ELSE 0 END,
                currency, SUM(amount)
            FROM posting GROUP BY 1, 2, 3, 4
            """)
    }
}

/// What both bare drivers can do with a text.
protocol BareDatabase {
    func script(_ text: String) throws
    func close()
}

extension BareSQLite: BareDatabase {}

extension BarePostgres: BareDatabase {
    func script(_ text: String) throws { try command(text) }
    func close() {}
}
