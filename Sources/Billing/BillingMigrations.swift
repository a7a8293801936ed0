package import Storage

extension Migration {
    /// Documents, the journal, payments, prepaid. Needs the table `organization`.
    package static let billing: [Migration] = [
        documents, ledger, payments, methods, transfers,
        heldPayments,
        corrections,
        billingAddresses,
        billingPreferences,
        withdrawals,
        desk,
        bankEntries,
        profiles,
        stripe,
        processorPayouts,
        ownMoney,
        bankConversions,
        refundsByBank,
        accountTerms,
        reminders,
        bankEntriesByKey,
        currencyExchanges,
        bankTakeBacks,
        topUpAddresses,
        disputeFees,
        takenBackAdjustments,
        disputeDeadlines,
        documentsByNumber,
        undoneExchanges,
        handovers,
    ]

    private static let documents = Migration(
        "billing-001-documents",
        """
        CREATE TABLE number_series (
            id IDENTITY,
            issuer TEXT NOT NULL,
            kind TEXT NOT NULL,
            year INTEGER NOT NULL,
            last_ordinal INTEGER NOT NULL CHECK (last_ordinal >= 0),
            last_on TEXT NOT NULL,
            UNIQUE (issuer, kind, year)
        );
        CREATE TABLE document (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            key TEXT NOT NULL,
            input_hash TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'receipt', 'pro_forma')),
            issuer_code TEXT NOT NULL,
            year INTEGER NOT NULL,
            ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
            number TEXT NOT NULL,
            issuer TEXT NOT NULL,
            recipient TEXT NOT NULL,
            treatment TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            net BIGINT NOT NULL,
            vat BIGINT NOT NULL,
            rounding BIGINT NOT NULL CHECK (rounding BETWEEN -2 AND 2),
            total BIGINT NOT NULL CHECK (total = net + vat + rounding AND total >= 0),
            issued_on TEXT NOT NULL,
            issued_at BIGINT NOT NULL,
            due_on TEXT NOT NULL CHECK (due_on >= issued_on)
        );
        CREATE UNIQUE INDEX document_key ON document (key);
        CREATE UNIQUE INDEX document_number ON document (issuer_code, kind, year, ordinal);
        CREATE INDEX document_of_organization ON document (organization_id, id);
        CREATE TABLE document_line (
            document_id BIGINT NOT NULL REFERENCES document (id),
            position INTEGER NOT NULL CHECK (position >= 1),
            description TEXT NOT NULL,
            product_id BIGINT,
            period_start TEXT,
            period_end TEXT,
            bills_term BOOLEAN NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity >= 1),
            unit_list_price BIGINT NOT NULL,
            list_price BIGINT NOT NULL,
            steps TEXT NOT NULL,
            net BIGINT NOT NULL,
            vat_class TEXT NOT NULL,
            vat_rate INTEGER NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000),
            PRIMARY KEY (document_id, position),
            CHECK ((period_start IS NULL) = (period_end IS NULL) AND (period_start IS NULL OR period_start < period_end))
        );
        CREATE INDEX document_line_of_product ON document_line (product_id, period_start) WHERE product_id IS NOT NULL;
        CREATE TABLE document_vat (
            document_id BIGINT NOT NULL REFERENCES document (id),
            rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 10000),
            net BIGINT NOT NULL,
            vat BIGINT NOT NULL,
            PRIMARY KEY (document_id, rate)
        );
        CREATE TABLE document_state (
            document_id BIGINT PRIMARY KEY REFERENCES document (id),
            state TEXT NOT NULL,
            paid_at BIGINT
        );
        """, appendOnly: ["document", "document_line", "document_vat"])

    /// A balance row is about no document, or about nobody, with a 0: NULL cannot be part of a key.
    private static let ledger = Migration(
        "billing-002-ledger",
        """
        CREATE TABLE ledger_transaction (
            id IDENTITY,
            key TEXT NOT NULL,
            input_hash TEXT NOT NULL,
            kind TEXT NOT NULL,
            organization_id BIGINT REFERENCES organization (id),
            effective_on TEXT NOT NULL,
            happened_at BIGINT NOT NULL
        );
        CREATE UNIQUE INDEX ledger_transaction_key ON ledger_transaction (key);
        CREATE INDEX ledger_transaction_of_organization ON ledger_transaction (organization_id, id);
        CREATE TABLE posting (
            id IDENTITY,
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            account INTEGER NOT NULL,
            organization_id BIGINT REFERENCES organization (id),
            document_id BIGINT REFERENCES document (id),
            detail TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount <> 0)
        );
        CREATE INDEX posting_of_transaction ON posting (transaction_id);
        CREATE INDEX posting_of_document ON posting (document_id) WHERE document_id IS NOT NULL;
        CREATE TABLE ledger_balance (
            account INTEGER NOT NULL,
            organization_id BIGINT NOT NULL,
            document_id BIGINT NOT NULL,
            currency TEXT NOT NULL,
            amount BIGINT NOT NULL,
            PRIMARY KEY (account, organization_id, document_id, currency),
            CHECK (account <> 1100 OR amount >= 0),
            CHECK (account <> 2030 OR amount BETWEEN -999900 AND 0)
        );
        """, appendOnly: ["ledger_transaction", "posting"])

    private static let payments = Migration(
        "billing-003-payments",
        """
        CREATE TABLE payment (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT,
            purpose TEXT NOT NULL,
            purpose_id BIGINT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount > 0),
            method TEXT NOT NULL CHECK (method IN ('card', 'prepaid')),
            state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'failed', 'voided', 'expired')),
            client_key TEXT NOT NULL,
            charge_key TEXT NOT NULL UNIQUE,
            processor TEXT,
            reference TEXT,
            fee BIGINT,
            card_brand TEXT,
            card_last4 TEXT,
            failure TEXT,
            action_path TEXT,
            created_at BIGINT NOT NULL,
            asked_at BIGINT,
            settled_at BIGINT,
            next_ask_at BIGINT,
            CHECK ((state = 'pending') = (settled_at IS NULL)),
            CHECK ((state = 'pending') = (next_ask_at IS NOT NULL)),
            CHECK (state <> 'posted' OR method <> 'card' OR reference IS NOT NULL),
            UNIQUE (organization_id, client_key)
        );
        CREATE UNIQUE INDEX payment_reference ON payment (processor, reference) WHERE reference IS NOT NULL;
        CREATE UNIQUE INDEX payment_under_way ON payment (purpose, purpose_id)
            WHERE state = 'pending' AND purpose <> 'top_up';
        CREATE INDEX payment_of_purpose ON payment (organization_id, purpose, purpose_id);
        CREATE INDEX payment_due ON payment (next_ask_at) WHERE state = 'pending';
        CREATE TABLE allocation (
            id IDENTITY,
            payment_id BIGINT NOT NULL REFERENCES payment (id),
            target TEXT NOT NULL CHECK (target IN ('document', 'prepaid', 'unidentified')),
            document_id BIGINT REFERENCES document (id),
            currency TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount > 0),
            reason TEXT NOT NULL,
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            allocated_at BIGINT NOT NULL,
            CHECK (target <> 'document' OR document_id IS NOT NULL)
        );
        CREATE INDEX allocation_of_payment ON allocation (payment_id);
        CREATE INDEX allocation_of_document ON allocation (document_id) WHERE document_id IS NOT NULL;
        CREATE TABLE prepaid_account (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            balance BIGINT NOT NULL CHECK (balance BETWEEN 0 AND 999900)
        );
        CREATE TABLE prepaid_movement (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            currency TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount <> 0),
            balance_after BIGINT NOT NULL CHECK (balance_after BETWEEN 0 AND 999900),
            origin TEXT NOT NULL,
            payment_id BIGINT REFERENCES payment (id),
            document_id BIGINT REFERENCES document (id),
            transaction_id BIGINT NOT NULL REFERENCES ledger_transaction (id),
            happened_at BIGINT NOT NULL
        );
        CREATE INDEX prepaid_movement_of_organization ON prepaid_movement (organization_id, id);
        """, appendOnly: ["allocation", "prepaid_movement"])

    /// The other ways to pay. What is paid partly from prepaid has two payments under way: the part that is held, and the rest.
    private static let methods = Migration(
        "billing-004-methods",
        """
        DROP INDEX payment_under_way;
        CREATE UNIQUE INDEX payment_under_way ON payment (purpose, purpose_id)
            WHERE state = 'pending' AND purpose <> 'top_up' AND method <> 'prepaid';
        CREATE UNIQUE INDEX payment_held ON payment (purpose, purpose_id)
            WHERE state = 'pending' AND method = 'prepaid';
        """,
        checks: [
            CheckChange(
                "payment", "payment_method_check", "CHECK (method IN ('card', 'prepaid'))",
                "CHECK (method IN ('card', 'twint', 'postfinance', 'paypal', 'ebill', 'transfer', 'prepaid'))")
        ])

    /// The reference is made of the row's own id, so it is filled in right after.
    private static let transfers = Migration(
        "billing-005-transfers",
        """
        CREATE TABLE transfer_reference (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            purpose TEXT NOT NULL,
            purpose_id BIGINT NOT NULL,
            document_id BIGINT REFERENCES document (id),
            amount BIGINT CHECK (amount > 0),
            account TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            reference TEXT UNIQUE,
            created_at BIGINT NOT NULL,
            UNIQUE (purpose, purpose_id, account, currency)
        );
        CREATE INDEX transfer_reference_of_document ON transfer_reference (document_id) WHERE document_id IS NOT NULL;
        """)
}
