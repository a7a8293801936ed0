import Storage

extension Migration {
    /// What members may reach and are told, teams, invitations, requests for rights, the policy and the appearance.
    /// Products belong to a room above, so their ids have no foreign key here; `ProductDirectory` checks them.
    static let members = Migration(
        "organizations-002-members",
        """
        ALTER TABLE organization ADD COLUMN requires_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE organization ADD COLUMN deleted_at BIGINT;
        ALTER TABLE organization ADD COLUMN initials TEXT NOT NULL DEFAULT '';
        ALTER TABLE organization ADD COLUMN square_logo TEXT;
        ALTER TABLE organization ADD COLUMN wide_logo TEXT;
        ALTER TABLE organization ADD COLUMN shows_wide_logo BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE membership ADD COLUMN gets_administrative BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE membership ADD COLUMN gets_billing BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE membership ADD COLUMN gets_technical BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE membership ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
        UPDATE membership SET gets_administrative = TRUE, gets_billing = TRUE, gets_technical = TRUE
            WHERE role = 'legal_representative';
        UPDATE membership SET gets_billing = TRUE WHERE has_billing_right;
        CREATE TABLE product_grant (
            organization_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            product_id BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (organization_id, person_id, product_id),
            FOREIGN KEY (organization_id, person_id) REFERENCES membership (organization_id, person_id) ON DELETE CASCADE
        );
        CREATE INDEX product_grant_of_product ON product_grant (product_id);
        CREATE TABLE team (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            name TEXT NOT NULL CHECK (name <> ''),
            name_key TEXT NOT NULL,
            description TEXT NOT NULL,
            leader_id BIGINT REFERENCES person (id),
            revision INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            UNIQUE (organization_id, name_key)
        );
        CREATE TABLE team_member (
            team_id BIGINT NOT NULL REFERENCES team (id) ON DELETE CASCADE,
            organization_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (team_id, person_id),
            FOREIGN KEY (organization_id, person_id) REFERENCES membership (organization_id, person_id) ON DELETE CASCADE
        );
        CREATE INDEX team_member_of_person ON team_member (organization_id, person_id);
        CREATE TABLE team_product (
            team_id BIGINT NOT NULL REFERENCES team (id) ON DELETE CASCADE,
            product_id BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (team_id, product_id)
        );
        CREATE INDEX team_product_of_product ON team_product (product_id);
        CREATE TABLE invitation (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            email TEXT NOT NULL,
            email_key TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('legal_representative', 'administrator', 'collaborator', 'external')),
            has_billing_right BOOLEAN NOT NULL,
            gets_administrative BOOLEAN NOT NULL,
            gets_billing BOOLEAN NOT NULL,
            gets_technical BOOLEAN NOT NULL,
            products TEXT NOT NULL,
            teams TEXT NOT NULL,
            language TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'cancelled')),
            nonce TEXT NOT NULL,
            invited_by_id BIGINT NOT NULL REFERENCES person (id),
            person_id BIGINT REFERENCES person (id),
            created_at BIGINT NOT NULL,
            sent_at BIGINT NOT NULL,
            times_sent INTEGER NOT NULL,
            expires_at BIGINT NOT NULL,
            decided_at BIGINT
        );
        CREATE UNIQUE INDEX invitation_pending ON invitation (organization_id, email_key) WHERE state = 'pending';
        CREATE INDEX invitation_of_organization ON invitation (organization_id, id);
        CREATE INDEX invitation_of_address ON invitation (email_key);
        CREATE TABLE access_request (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT NOT NULL REFERENCES person (id),
            right_name TEXT NOT NULL,
            product_id BIGINT,
            note TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'granted', 'refused')),
            asked_at BIGINT NOT NULL,
            decided_by_id BIGINT REFERENCES person (id),
            decided_at BIGINT
        );
        CREATE INDEX access_request_of_organization ON access_request (organization_id, id);
        CREATE INDEX access_request_of_person ON access_request (organization_id, person_id, right_name);
        """)
}
