extension Migration {
    /// The ground floor's own tables.
    package static let storage: [Migration] = [
        Migration(
            "storage-001-events",
            """
            CREATE TABLE event (
                id IDENTITY,
                name TEXT NOT NULL,
                version INTEGER NOT NULL,
                organization_id BIGINT,
                person_id BIGINT,
                on_behalf_of_id BIGINT,
                subject TEXT NOT NULL,
                subject_id BIGINT NOT NULL,
                product_id BIGINT,
                payload TEXT NOT NULL,
                request_id TEXT NOT NULL,
                address TEXT NOT NULL,
                client TEXT NOT NULL,
                happened_at BIGINT NOT NULL
            );
            CREATE INDEX event_of_organization ON event (organization_id, id);
            CREATE INDEX event_of_person ON event (person_id, id);
            CREATE TABLE outbox (event_id BIGINT PRIMARY KEY REFERENCES event (id));
            """, appendOnly: ["event"]),
        // What was kept before has no salt and no digest: it was not bound to its event, and cannot be later.
        Migration(
            "storage-002-personal-data",
            """
            CREATE TABLE event_personal (
                part TEXT NOT NULL CHECK (part IN ('origin', 'details')),
                event_id BIGINT NOT NULL REFERENCES event (id),
                person_id BIGINT,
                content TEXT NOT NULL,
                salt BYTES,
                PRIMARY KEY (part, event_id)
            );
            CREATE INDEX event_personal_of_person ON event_personal (person_id) WHERE person_id IS NOT NULL;
            ALTER TABLE event ADD COLUMN origin_digest BYTES;
            ALTER TABLE event ADD COLUMN details_digest BYTES;
            INSERT INTO event_personal (part, event_id, person_id, content)
            SELECT 'origin', id, person_id,
                '{"address":"' || address || '","client":"'
                    || REPLACE(REPLACE(REPLACE(client, '\\', '\\\\'), '"', '\\"'), '\t', ' ') || '"}'
            FROM event WHERE person_id IS NOT NULL OR address <> '';
            INSERT INTO event_personal (part, event_id, person_id, content)
            SELECT 'details', id, person_id, payload FROM event WHERE name IN ('PersonRenamed', 'RegionChanged');
            UPDATE event SET payload = '{}' WHERE name IN ('PersonRenamed', 'RegionChanged');
            UPDATE event SET address = '', client = '' WHERE address <> '' OR client <> '';
            ALTER TABLE event DROP COLUMN address;
            ALTER TABLE event DROP COLUMN client;
            """, rewrites: ["event"]),
        Migration(
            "storage-003-audit",
            """
            CREATE TABLE audit_block (
                id IDENTITY,
                events TEXT NOT NULL,
                count INTEGER NOT NULL CHECK (count > 0),
                last_event BIGINT NOT NULL,
                first_at BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                digests BYTES NOT NULL,
                previous BYTES NOT NULL UNIQUE,
                seal BYTES NOT NULL UNIQUE,
                sealed_at BIGINT NOT NULL
            );
            CREATE INDEX audit_block_reach ON audit_block (last_event);
            CREATE INDEX event_of_product ON event (product_id, id) WHERE product_id IS NOT NULL;
            """, appendOnly: ["audit_block"]),
        // What was done to a person, and the few events that concern every organisation of a person.
        Migration(
            "storage-004-event-subjects",
            """
            CREATE INDEX event_of_subject ON event (subject, subject_id, id);
            CREATE INDEX event_of_block ON event (subject_id, id) WHERE name IN ('PersonBlocked', 'PersonUnblocked');
            """),
    ]
}
