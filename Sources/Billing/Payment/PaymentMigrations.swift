import Storage

extension Migration {
    /// A payment made partly from prepaid is two: the rest, which is decided outside, and the part that is held for it until
    /// then. `part_of_id` of the held one names the other.
    static let heldPayments = Migration(
        "billing-006-held-payments",
        """
        ALTER TABLE payment ADD COLUMN part_of_id BIGINT REFERENCES payment (id);
        CREATE UNIQUE INDEX payment_part ON payment (part_of_id) WHERE part_of_id IS NOT NULL;
        CREATE INDEX payment_prepaid_held ON payment (organization_id) WHERE state = 'pending' AND method = 'prepaid';
        """)

    /// What an organisation pays with, saved at the processor (PAY-1, PAY-8): tokens and labels, never numbers. A row begins with
    /// the wish to save, so that whoever comes back from the method's page late still finds it.
    static let profiles = Migration(
        "billing-007-profiles",
        """
        CREATE TABLE payment_profile (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT,
            processor TEXT NOT NULL,
            method TEXT NOT NULL CHECK (method IN ('card', 'twint', 'postfinance', 'paypal', 'ebill')),
            state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'failed', 'removed')),
            set_up_key TEXT NOT NULL UNIQUE,
            client_key TEXT NOT NULL,
            token TEXT,
            brand TEXT NOT NULL DEFAULT '',
            label TEXT NOT NULL DEFAULT '',
            expires TEXT,
            failure TEXT,
            action_path TEXT,
            created_at BIGINT NOT NULL,
            decided_at BIGINT,
            CHECK ((state = 'active') = (token IS NOT NULL) OR state = 'removed'),
            UNIQUE (organization_id, client_key)
        );
        CREATE UNIQUE INDEX payment_profile_token ON payment_profile (processor, token) WHERE token IS NOT NULL;
        CREATE INDEX payment_profile_of_organization ON payment_profile (organization_id, id);
        CREATE TABLE payment_default (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            profile_id BIGINT REFERENCES payment_profile (id),
            changed_at BIGINT NOT NULL
        );
        ALTER TABLE payment ADD COLUMN keeps BOOLEAN NOT NULL DEFAULT FALSE;
        """)
}
