import Storage

extension Migration {
    /// What becomes of invoices after they were issued: credited, written off, disputed; money that goes back; revenue that
    /// is earned month by month.
    static let corrections = Migration(
        "billing-020-corrections",
        """
        CREATE TABLE adjustment (
            id IDENTITY,
            document_id BIGINT NOT NULL REFERENCES document (id),
            kind TEXT NOT NULL CHECK (kind IN ('credit', 'owed', 'write_off', 'dispute_lost')),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount <> 0),
            vat BIGINT NOT NULL,
            reason TEXT NOT NULL,
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            happened_at BIGINT NOT NULL
        );
        CREATE INDEX adjustment_of_document ON adjustment (document_id);
        CREATE TABLE credit_note (
            id BIGINT PRIMARY KEY REFERENCES document (id),
            invoice_id BIGINT NOT NULL REFERENCES document (id),
            reason TEXT NOT NULL
        );
        CREATE INDEX credit_note_of_invoice ON credit_note (invoice_id);
        CREATE TABLE document_credit (
            credit_note_id BIGINT NOT NULL REFERENCES document (id),
            credit_position INTEGER NOT NULL,
            invoice_id BIGINT NOT NULL REFERENCES document (id),
            position INTEGER NOT NULL,
            net BIGINT NOT NULL CHECK (net <> 0),
            PRIMARY KEY (credit_note_id, credit_position)
        );
        CREATE INDEX document_credit_of_invoice ON document_credit (invoice_id, position);
        CREATE TABLE refund (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT,
            payment_id BIGINT NOT NULL REFERENCES payment (id),
            document_id BIGINT REFERENCES document (id),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'returned')),
            key TEXT NOT NULL UNIQUE,
            reason TEXT NOT NULL,
            reference TEXT,
            failure TEXT,
            created_at BIGINT NOT NULL,
            settled_at BIGINT,
            next_ask_at BIGINT,
            CHECK ((state = 'pending') = (settled_at IS NULL)),
            CHECK ((state = 'pending') = (next_ask_at IS NOT NULL))
        );
        CREATE INDEX refund_of_payment ON refund (payment_id);
        CREATE INDEX refund_of_organization ON refund (organization_id, id);
        CREATE INDEX refund_due ON refund (next_ask_at) WHERE state = 'pending';
        CREATE TABLE dispute (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            payment_id BIGINT NOT NULL REFERENCES payment (id),
            processor TEXT NOT NULL,
            reference TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            fee BIGINT NOT NULL CHECK (fee >= 0),
            state TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
            opened_at BIGINT NOT NULL,
            closed_at BIGINT,
            CHECK ((state = 'open') = (closed_at IS NULL)),
            UNIQUE (processor, reference)
        );
        CREATE INDEX dispute_of_payment ON dispute (payment_id);
        CREATE TABLE revenue_line (
            document_id BIGINT NOT NULL REFERENCES document (id),
            position INTEGER NOT NULL,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            spread BIGINT NOT NULL,
            spread_from TEXT NOT NULL,
            period_end TEXT NOT NULL CHECK (period_end > spread_from),
            left_amount BIGINT NOT NULL,
            next_on TEXT,
            PRIMARY KEY (document_id, position),
            CHECK ((left_amount = 0) OR next_on IS NOT NULL)
        );
        CREATE INDEX revenue_line_due ON revenue_line (next_on, organization_id) WHERE next_on IS NOT NULL;
        INSERT INTO revenue_line (document_id, position, organization_id, currency, spread, spread_from, period_end,
            left_amount, next_on)
        SELECT document_id, position, organization_id, currency, net, period_start, period_end, net,
            CASE WHEN next_month < period_end THEN next_month ELSE period_end END
        FROM (
            SELECT l.document_id, l.position, d.organization_id, d.currency, l.net, l.period_start, l.period_end,
                CASE WHEN substr(l.period_start, 6, 2) = '12'
                    THEN CAST(CAST(substr(l.period_start, 1, 4) AS INTEGER) + 1 AS TEXT) || '-01-01'
                    ELSE substr(l.period_start, 1, 5)
                        || CASE WHEN CAST(substr(l.period_start, 6, 2) AS INTEGER) < 9 THEN '0' ELSE '' END
                        || CAST(CAST(substr(l.period_start, 6, 2) AS INTEGER) + 1 AS TEXT) || '-01'
                END AS next_month
            FROM document_line l JOIN document d ON d.id = l.document_id
            WHERE d.kind = 'invoice' AND d.total <> 0 AND l.net <> 0 AND l.period_start IS NOT NULL
        ) terms;
        """, appendOnly: ["adjustment", "credit_note", "document_credit"])
}
