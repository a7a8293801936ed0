package import Kernel
package import Storage

extension Connection {
    /// The prepaid account as it stands, for showing. Zero where the organisation never had one.
    /// - Throws: `Problem.notFound` for an organisation that does not exist.
    package func prepaidAccount(of organization: OrganizationID) throws -> PrepaidAccount {
        try storedPrepaidAccount(of: organization)
            ?? PrepaidAccount(organization: organization, balance: .zero(try billingCurrency(of: organization)))
    }

    /// Movements, newest first.
    package func prepaidMovements(
        of organization: OrganizationID, _ window: Range<Instant>? = nil, limit: Int, offset: Int = 0
    ) throws -> [PrepaidMovement] {
        try rows(
            """
            SELECT m.id, m.currency, m.amount, m.balance_after, m.origin, m.payment_id, m.document_id, d.number,
                m.happened_at
            FROM prepaid_movement m LEFT JOIN document d ON d.id = m.document_id
            WHERE m.organization_id = \(organization) \(within(window))
            ORDER BY m.id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ).map(PrepaidMovement.init)
    }

    package func prepaidMovementCount(of organization: OrganizationID, _ window: Range<Instant>? = nil) throws -> Int {
        try row(
            """
            SELECT COUNT(*) AS count FROM prepaid_movement m
            WHERE m.organization_id = \(organization) \(within(window))
            """)?["count"] ?? 0
    }

    private func within(_ window: Range<Instant>?) -> SQL {
        guard let window else { return "" }
        return "AND m.happened_at >= \(window.lowerBound) AND m.happened_at < \(window.upperBound)"
    }

    /// Holds the organisation's books until the end of the transaction: whoever moves its money comes through here first, so
    /// that what is read afterwards is still true when it is written. Makes the row where there is none.
    func lockBooks(of organization: OrganizationID) throws -> PrepaidAccount {
        try lock("prepaid_account", organization)
        if let account = try storedPrepaidAccount(of: organization) { return account }
        try execute(
            """
            INSERT INTO prepaid_account (id, currency, balance)
            VALUES (\(organization), \(try billingCurrency(of: organization)), 0)
            ON CONFLICT (id) DO NOTHING
            """)
        // Somebody else may have made it just now, and may be holding it.
        try lock("prepaid_account", organization)
        guard let account = try storedPrepaidAccount(of: organization) else {
            preconditionFailure("A prepaid account that was just made is there.")
        }
        return account
    }

    private func storedPrepaidAccount(of organization: OrganizationID) throws -> PrepaidAccount? {
        // The words of the index stand there as they do in it, or SQLite would not use it.
        try row(
            """
            SELECT a.currency, a.balance, CAST(COALESCE((
                    SELECT SUM(p.amount) FROM payment p
                    WHERE p.organization_id = a.id AND p.state = 'pending' AND p.method = 'prepaid'
                ), 0) AS BIGINT) AS held
            FROM prepaid_account a WHERE a.id = \(organization)
            """
        ).map { row in
            let currency: Currency = try row["currency"]
            return PrepaidAccount(
                organization: organization, balance: Money(minorUnits: try row["balance"], currency),
                held: Money(minorUnits: try row["held"], currency))
        }
    }

    /// - Precondition: the books are held, and the balance stays in its bounds.
    func movePrepaid(_ movement: NewPrepaidMovement, at now: Instant) throws {
        let updated = try row(
            """
            UPDATE prepaid_account SET balance = balance + \(movement.amount.minorUnits)
            WHERE id = \(movement.organization) AND currency = \(movement.amount.currency)
            RETURNING balance
            """)
        guard let updated else {
            throw StorageError.refused("The prepaid account of \(movement.organization) has another currency.")
        }
        try execute(
            """
            INSERT INTO prepaid_movement (organization_id, currency, amount, balance_after, origin, payment_id,
                document_id, transaction_id, happened_at)
            VALUES (\(movement.organization), \(movement.amount.currency), \(movement.amount.minorUnits),
                \(try updated["balance"] as Int64), \(movement.origin), \(movement.payment), \(movement.document),
                \(movement.transaction), \(now))
            """)
    }

    /// The currency an organisation is billed in (ORG-18).
    package func billingCurrency(of organization: OrganizationID) throws -> Currency {
        guard let row = try row("SELECT currency FROM organization WHERE id = \(organization)") else {
            throw Problem.notFound
        }
        return try row["currency"]
    }
}

struct NewPrepaidMovement {
    let organization: OrganizationID
    let amount: Money
    let origin: PrepaidMovement.Origin
    let payment: PaymentID?
    let document: DocumentID?
    let transaction: LedgerTransactionID
}
