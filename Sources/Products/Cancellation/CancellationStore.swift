package import Kernel
package import Storage

extension Migration {
    /// A product names the cancellation that is asked for, or that ended it.
    static let cancellations = Migration(
        "products-004-cancellations",
        """
        CREATE TABLE product_cancellation (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            state TEXT NOT NULL CHECK (state IN ('requested', 'confirmed', 'withdrawn', 'lapsed')),
            nonce TEXT NOT NULL,
            requested_by_id BIGINT NOT NULL REFERENCES person (id),
            requested_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            decided_at BIGINT,
            CHECK ((state = 'requested') = (decided_at IS NULL))
        );
        CREATE INDEX product_cancellation_expiry ON product_cancellation (expires_at) WHERE state = 'requested';
        ALTER TABLE product ADD COLUMN cancellation_id BIGINT REFERENCES product_cancellation (id);
        CREATE INDEX product_of_cancellation ON product (cancellation_id) WHERE cancellation_id IS NOT NULL;
        """)
}

extension Migration {
    /// When the mail with the link was sent again.
    static let cancellationMails = Migration(
        "products-006-cancellation-mails", "ALTER TABLE product_cancellation ADD COLUMN mailed_at BIGINT;")
}

extension Cancellation {
    private static let select: SQL = """
        SELECT id, organization_id, state, nonce, requested_by_id, requested_at, expires_at, decided_at
        FROM product_cancellation
        """

    private init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        state = try row["state"]
        nonce = try row["nonce"]
        requestedBy = try row["requested_by_id"]
        requestedAt = try row["requested_at"]
        expiresAt = try row["expires_at"]
        decidedAt = try row["decided_at"]
    }

    /// By the number in a link, which has to be proved with `LinkToken.isValid`.
    package static func find(
        _ id: CancellationID, in organization: OrganizationID, _ connection: Connection
    ) throws -> Cancellation? {
        try connection.row("\(select) WHERE id = \(id) AND organization_id = \(organization)").map(Cancellation.init)
    }

    static func insert(
        nonce: String, by person: PersonID, in organization: OrganizationID, at now: Instant, _ connection: Connection
    ) throws -> CancellationID {
        try connection.insert(
            """
            INSERT INTO product_cancellation (organization_id, state, nonce, requested_by_id, requested_at, expires_at)
            VALUES (\(organization), \(State.requested), \(nonce), \(person), \(now), \(now.adding(lifetime)))
            RETURNING id
            """)
    }

    /// - Returns: whether it was still open.
    static func close(
        _ id: CancellationID, as state: State, at now: Instant, _ connection: Connection
    ) throws -> Bool {
        try connection.execute(
            """
            UPDATE product_cancellation SET state = \(state), decided_at = \(now)
            WHERE id = \(id) AND state = \(State.requested)
            """) == 1
    }

    static func nextLapse(in connection: Connection) throws -> Instant? {
        try connection.row("SELECT MIN(expires_at) AS due FROM product_cancellation WHERE state = 'requested'")?["due"]
    }

    static func due(at now: Instant, in connection: Connection) throws -> [Cancellation] {
        try connection.rows(
            """
            \(select) WHERE state = 'requested' AND expires_at <= \(now) ORDER BY expires_at, id LIMIT 100
            \(connection.dialect.skippingClaimed)
            """
        ).map(Cancellation.init)
    }
}
