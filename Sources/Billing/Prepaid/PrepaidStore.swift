package import Kernel
package import Storage

extension Connection {
    /// The prepaid account as it stands, for showing. Zero where the organisation never had one.
    /// - Throws: `Problem.notFound` for an organisation that does not exist.
    package func prepaidAccount(of organization: OrganizationID) throws -> PrepaidAccount {
        try storedPrepaidAccounts(of: [organization])[organization]
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
    @discardableResult
    package func lockBooks(of organization: OrganizationID) throws -> PrepaidAccount {
        guard let account = try lockBooks(of: [organization])[organization] else {
            preconditionFailure("Whose books are held has an account.")
        }
        return account
    }

    /// The same for several, always in the same order: two who want the same wait for each other instead of for ever.
    func lockBooks(of organizations: Set<OrganizationID>) throws -> [OrganizationID: PrepaidAccount] {
        if organizations.isEmpty { return [:] }
        try holdPrepaidAccounts(organizations)
        let accounts = try storedPrepaidAccounts(of: organizations)
        let missing = organizations.subtracting(accounts.keys)
        if missing.isEmpty { return accounts }
        for organization in missing.sorted() {
            try execute(
                """
                INSERT INTO prepaid_account (id, currency, balance)
                VALUES (\(organization), \(try billingCurrency(of: organization)), 0)
                ON CONFLICT (id) DO NOTHING
                """)
        }
        // Somebody else may have made them just now, and may be holding them.
        try holdPrepaidAccounts(missing)
        let made = try storedPrepaidAccounts(of: missing)
        precondition(made.count == missing.count, "A prepaid account that was just made is there.")
        return accounts.merging(made) { $1 }
    }

    private func holdPrepaidAccounts(_ organizations: Set<OrganizationID>) throws {
        guard dialect == .postgres else { return }
        try send("SELECT id FROM prepaid_account WHERE \(dialect.among("id", organizations)) ORDER BY id FOR UPDATE")
    }

    private func storedPrepaidAccounts(
        of organizations: Set<OrganizationID>
    ) throws -> [OrganizationID: PrepaidAccount] {
        // The words of the index stand there as they do in it, or SQLite would not use it.
        let rows = try rows(
            """
            SELECT a.id, a.currency, a.balance, CAST(COALESCE((
                    SELECT SUM(p.amount) FROM payment p
                    WHERE p.organization_id = a.id AND p.state = 'pending' AND p.method = 'prepaid'
                ), 0) AS BIGINT) AS held
            FROM prepaid_account a WHERE \(dialect.among("a.id", organizations))
            """)
        var accounts: [OrganizationID: PrepaidAccount] = [:]
        for row in rows {
            let organization: OrganizationID = try row["id"]
            let currency: Currency = try row["currency"]
            accounts[organization] = PrepaidAccount(
                organization: organization, balance: Money(minorUnits: try row["balance"], currency),
                held: Money(minorUnits: try row["held"], currency))
        }
        return accounts
    }

    /// - Precondition: the books are held, and the balance stays in its bounds.
    func movePrepaid(_ movement: NewPrepaidMovement, at now: Instant) throws {
        try movePrepaid([movement], at: now)
    }

    /// The same for several, in their order.
    func movePrepaid(_ movements: [NewPrepaidMovement], at now: Instant) throws {
        if movements.isEmpty { return }
        var sums: [OrganizationID: Int64] = [:]
        for movement in movements { sums[movement.organization, default: 0] += movement.amount.minorUnits }
        let currencies = Dictionary(movements.map { ($0.organization, $0.amount.currency) }) { first, _ in first }
        let changes = sums.sorted { $0.key < $1.key }.map { organization, amount -> SQL in
            "\(organization), \(currencies[organization]), \(amount)"
        }
        let updated = try rows(
            """
            WITH change (id, currency, amount) AS (\(dialect.table(of: changes)))
            UPDATE prepaid_account SET balance = prepaid_account.balance + change.amount
            FROM change WHERE prepaid_account.id = change.id AND prepaid_account.currency = change.currency
            RETURNING prepaid_account.id, prepaid_account.balance
            """)
        guard updated.count == sums.count else {
            throw StorageError.refused("A prepaid account has another currency.")
        }
        var balances: [OrganizationID: Int64] = [:]
        for row in updated {
            let organization: OrganizationID = try row["id"]
            let after: Int64 = try row["balance"]
            balances[organization] = after - (sums[organization] ?? 0)
        }
        try insert(
            into: """
                prepaid_movement (organization_id, currency, amount, balance_after, origin, payment_id, document_id,
                    transaction_id, happened_at)
                """,
            movements.map { movement in
                balances[movement.organization, default: 0] += movement.amount.minorUnits
                return """
                    \(movement.organization), \(movement.amount.currency), \(movement.amount.minorUnits),
                    \(balances[movement.organization]), \(movement.origin), \(movement.payment), \(movement.document),
                    \(movement.transaction), \(now)
                    """
            })
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
