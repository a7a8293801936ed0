package import Kernel
package import Storage

extension Connection {
    /// What was read before of these movements: by their own key, or as the other half of an entry and its details.
    func knownEntries(_ movements: [BankMovement]) throws -> KnownEntries {
        var known = KnownEntries()
        let keys = movements.map(\.key)
        for row in try rows("SELECT key FROM bank_entry WHERE \(dialect.among("key", keys))") {
            known.keys.insert(try row["key"])
        }
        let entryKeys = Array(Set(movements.compactMap(\.entryKey)))
        if entryKeys.isEmpty { return known }
        for row in try rows(
            "SELECT entry_key, is_whole, state FROM bank_entry WHERE \(dialect.among("entry_key", entryKeys))")
        {
            try known.note(row["entry_key"], isWhole: row["is_whole"], isBatch: row["state"] == BankEntry.State.batch)
        }
        return known
    }

    /// What these references ask for.
    func transferTargets(_ references: [String]) throws -> [String: TransferTarget] {
        if references.isEmpty { return [:] }
        var found: [String: TransferTarget] = [:]
        for row in try rows("\(TransferTarget.select) WHERE \(dialect.among("r.reference", references))") {
            found[try row["reference"]] = try TransferTarget(row)
        }
        return found
    }

    /// What is asked for under these numbers.
    func targetsByNumber(_ numbers: [String]) throws -> [String: [TransferTarget]] {
        if numbers.isEmpty { return [:] }
        return try openTargets(where: dialect.among("d.number", numbers))
    }

    /// What payers that are known by their accounts owe in one of these amounts, by account.
    func targetsByPayer(_ ibans: [String], _ amounts: [Int64]) throws -> [String: [TransferTarget]] {
        if ibans.isEmpty { return [:] }
        var owners: [String: Set<OrganizationID>] = [:]
        for row in try rows(
            """
            SELECT DISTINCT debtor_iban, organization_id FROM bank_entry
            WHERE \(dialect.among("debtor_iban", ibans)) AND organization_id IS NOT NULL
                AND state IN ('posted', 'assigned')
            """)
        {
            owners[try row["debtor_iban"], default: []].insert(try row["organization_id"])
        }
        let all = owners.values.reduce(into: Set()) { $0.formUnion($1) }
        if all.isEmpty { return [:] }
        let open = try openTargets(
            where: """
                \(dialect.among("d.organization_id", all))
                AND CASE WHEN d.kind = 'invoice' THEN COALESCE(b.amount, 0) ELSE d.total END IN \(amounts)
                """
        ).values.joined()
        return owners.mapValues { owners in open.filter { owners.contains($0.organization) } }
    }

    /// Invoices with something open, and pro formas of orders that wait, newest first.
    func openTargets(_ condition: SQL) throws -> [TransferTarget] {
        try rows("\(TransferTarget.open) AND \(condition) ORDER BY d.id DESC LIMIT 10").map {
            try TransferTarget(open: $0)
        }
    }

    /// The same by their numbers, however many there are.
    private func openTargets(where condition: SQL) throws -> [String: [TransferTarget]] {
        var found: [String: [TransferTarget]] = [:]
        for row in try rows("\(TransferTarget.open) AND \(condition) ORDER BY d.id DESC") {
            found[try row["number"], default: []].append(try TransferTarget(open: row))
        }
        return found
    }

    /// - Throws: `StorageError.duplicate` where another import wrote one of them down just now.
    func insertEntries(_ entries: [NewBankEntry], of file: BankImportID) throws {
        try insert(
            into: """
                bank_entry (key, entry_key, is_whole, import_id, iban, currency, amount, is_reversal, booked_on, value_on,
                    reference, end_to_end_id, message, debtor_name, debtor_iban, state, reason, organization_id, payment_id,
                    transaction_id)
                """,
            entries.map { entry in
                let movement = entry.movement
                return """
                    \(movement.key), \(movement.entryKey), \(movement.isWholeEntry), \(file), \(movement.iban.description),
                    \(movement.amount.currency), \(movement.amount.minorUnits), \(movement.isReversal),
                    \(movement.bookedOn), \(movement.valueOn), \(movement.reference), \(movement.endToEndID),
                    \(movement.message), \(movement.debtorName), \(movement.debtorIBAN), \(entry.state), \(entry.reason),
                    \(entry.organization), \(entry.payment), \(entry.transaction)
                    """
            })
    }

    package func bankEntry(_ id: BankEntryID) throws -> BankEntry? {
        try row("\(BankEntry.select) WHERE id = \(id)").map(BankEntry.init)
    }

    /// The work list: oldest first, for that money waits longest.
    func unidentifiedEntries(limit: Int) throws -> [BankEntry] {
        try rows("\(BankEntry.select) WHERE state = 'unidentified' ORDER BY id LIMIT \(limit)").map(BankEntry.init)
    }

    func newestEntries(limit: Int) throws -> [BankEntry] {
        try rows("\(BankEntry.select) ORDER BY id DESC LIMIT \(limit)").map(BankEntry.init)
    }
}

/// A movement as it is written down, with what became of it.
struct NewBankEntry {
    let movement: BankMovement
    let state: BankEntry.State
    var reason: UnidentifiedReason?
    var organization: OrganizationID?
    var payment: PaymentID?
    var transaction: LedgerTransactionID?
}

/// What is known of a batch of movements before it is written, and what becomes known while it is.
struct KnownEntries {
    var keys: Set<String> = []
    private var wholes: Set<String> = []
    private var parts: Set<String> = []

    mutating func note(_ entryKey: String?, isWhole: Bool, isBatch: Bool) {
        guard let entryKey else { return }
        // A sum that was not booked does not stand in the way of its parts.
        if !isWhole { parts.insert(entryKey) } else if !isBatch { wholes.insert(entryKey) }
    }

    func contains(_ movement: BankMovement) -> Bool {
        if keys.contains(movement.key) { return true }
        guard let entryKey = movement.entryKey else { return false }
        return (movement.isWholeEntry ? parts : wholes).contains(entryKey)
    }

    mutating func formUnion(_ other: KnownEntries) {
        keys.formUnion(other.keys)
        wholes.formUnion(other.wholes)
        parts.formUnion(other.parts)
    }

    mutating func insert(_ movement: BankMovement) {
        keys.insert(movement.key)
        note(movement.entryKey, isWhole: movement.isWholeEntry, isBatch: movement.isBatch)
    }
}

extension TransferTarget {
    static let select: SQL = """
        SELECT r.reference, r.organization_id, r.purpose, r.purpose_id, r.amount, o.currency AS billed, s.state,
            d.kind, COALESCE(b.amount, 0) AS open_amount
        FROM transfer_reference r
        JOIN organization o ON o.id = r.organization_id
        LEFT JOIN document d ON d.id = r.document_id
        LEFT JOIN document_state s ON s.document_id = r.document_id
        LEFT JOIN ledger_balance b ON b.account = 1100 AND b.organization_id = r.organization_id
            AND b.document_id = r.document_id AND b.currency = r.currency
        """

    /// What is open, by its document `d`.
    fileprivate static let open: SQL = """
        SELECT d.number, d.organization_id, COALESCE(r.purpose, 'document') AS purpose,
            COALESCE(r.purpose_id, d.id) AS purpose_id,
            CASE WHEN d.kind = 'invoice' THEN COALESCE(b.amount, 0) ELSE d.total END AS asked, d.currency
        FROM document d
        JOIN document_state s ON s.document_id = d.id
        LEFT JOIN transfer_reference r ON r.document_id = d.id AND d.kind = 'pro_forma'
        LEFT JOIN ledger_balance b ON b.account = 1100 AND b.organization_id = d.organization_id
            AND b.document_id = d.id AND b.currency = d.currency
        WHERE (d.kind = 'invoice' AND COALESCE(b.amount, 0) > 0
            OR d.kind = 'pro_forma' AND s.state = 'open' AND r.id IS NOT NULL)
        """

    fileprivate init(open row: Row) throws {
        let currency: Currency = try row["currency"]
        self.init(
            organization: try row["organization_id"], purpose: try row["purpose"], purposeID: try row["purpose_id"],
            asked: Money(minorUnits: try row["asked"], currency), currency: currency)
    }

    init(_ row: Row) throws {
        let currency: Currency = try row["billed"]
        let kind: DocumentKind? = try row["kind"]
        let state: DocumentState? = try row["state"]
        let amount: Int64? = try row["amount"]
        organization = try row["organization_id"]
        purpose = try row["purpose"]
        purposeID = try row["purpose_id"]
        self.currency = currency
        switch kind {
        case .invoice: asked = Money(minorUnits: try row["open_amount"], currency)
        case .proForma where state == .open: asked = amount.map { Money(minorUnits: $0, currency) }
        default: asked = nil
        }
    }
}
