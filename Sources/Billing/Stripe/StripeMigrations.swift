import Storage

extension Migration {
    /// What Stripe calls our keys and organisations, and what processors told us, as they told it.
    static let stripe = Migration(
        "billing-008-stripe",
        """
        CREATE TABLE stripe_intent (
            key TEXT PRIMARY KEY,
            intent TEXT,
            failure TEXT,
            is_set_up BOOLEAN NOT NULL,
            created_at BIGINT NOT NULL,
            CHECK (intent IS NOT NULL OR failure IS NOT NULL)
        );
        CREATE TABLE stripe_customer (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            reference TEXT NOT NULL
        );
        CREATE TABLE processor_event (
            id IDENTITY,
            processor TEXT NOT NULL,
            event_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            next_try_at BIGINT,
            handled_at BIGINT,
            outcome TEXT CHECK (outcome IN ('handled', 'ignored')),
            UNIQUE (processor, event_id),
            CHECK ((handled_at IS NULL) = (next_try_at IS NOT NULL) AND (handled_at IS NULL) = (outcome IS NULL))
        );
        CREATE INDEX processor_event_due ON processor_event (next_try_at) WHERE next_try_at IS NOT NULL;
        """)
}
