package import Storage

/// The room that carries things outside: from an event in the outbox to an e-mail that left the house.
///
/// - `Relay` takes events from the outbox and asks the rooms' `Subscription`s what should happen: `Dispatch`es, kept as rows.
/// - `Courier` claims the rows that are due and hands each to the `Channel` of its kind; what fails waits, then is parked.
/// - `Schedule`s are what time brings; one process at a time runs each.
/// - `Worker` drives all three, in `kontor serve` and `kontor work`.
extension Migration {
    package static let delivery: [Migration] = [
        Migration(
            "delivery-001-delivery",
            """
            CREATE TABLE delivery (
                id IDENTITY,
                event_id BIGINT NOT NULL REFERENCES event (id),
                kind TEXT NOT NULL,
                target TEXT NOT NULL,
                payload TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'parked')),
                attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
                next_attempt_at BIGINT NOT NULL,
                leased_until BIGINT,
                last_error TEXT,
                created_at BIGINT NOT NULL,
                done_at BIGINT,
                UNIQUE (event_id, kind, target),
                CHECK ((state = 'done') = (done_at IS NOT NULL)),
                CHECK (state <> 'done' OR payload = ''),
                CHECK (leased_until IS NULL OR state = 'waiting')
            );
            CREATE INDEX delivery_waiting ON delivery (next_attempt_at, id) WHERE state = 'waiting';
            CREATE INDEX delivery_parked ON delivery (id) WHERE state = 'parked';

            CREATE TABLE stalled_event (
                event_id BIGINT PRIMARY KEY REFERENCES event (id),
                state TEXT NOT NULL CHECK (state IN ('waiting', 'parked')),
                attempts INTEGER NOT NULL CHECK (attempts >= 0),
                next_attempt_at BIGINT NOT NULL,
                last_error TEXT NOT NULL
            );

            CREATE TABLE schedule_lease (
                name TEXT PRIMARY KEY,
                holder TEXT NOT NULL,
                leased_until BIGINT,
                attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
                last_error TEXT
            );
            """),
        Migration(
            "delivery-002-forgotten",
            "ALTER TABLE delivery ADD COLUMN is_forgotten BOOLEAN NOT NULL DEFAULT FALSE"),
    ]
}
