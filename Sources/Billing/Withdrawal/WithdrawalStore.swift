package import Kernel
package import Storage
package import Web

extension Migration {
    /// What is paid out, and the files that went to the bank; both name accounts of people and are sealed.
    static let withdrawals = Migration(
        "billing-010-withdrawals",
        """
        CREATE TABLE payout_file (
            id IDENTITY,
            message_id TEXT NOT NULL UNIQUE,
            content BYTES NOT NULL,
            transfers INTEGER NOT NULL CHECK (transfers >= 1),
            execution_on TEXT NOT NULL,
            person_id BIGINT NOT NULL,
            made_at BIGINT NOT NULL
        );
        CREATE TABLE withdrawal (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            person_id BIGINT NOT NULL,
            client_key TEXT NOT NULL,
            currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR')),
            amount BIGINT NOT NULL CHECK (amount >= 10),
            method TEXT NOT NULL CHECK (method IN ('bank', 'paypal')),
            target BYTES NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('requested', 'in_file', 'paid', 'returned', 'cancelled')),
            file_id BIGINT REFERENCES payout_file (id),
            outside_reference TEXT,
            reason TEXT,
            created_at BIGINT NOT NULL,
            settled_at BIGINT,
            CHECK ((state IN ('requested', 'in_file')) = (settled_at IS NULL)),
            CHECK ((state = 'returned') = (reason IS NOT NULL)),
            CHECK (state <> 'in_file' OR file_id IS NOT NULL),
            CHECK (file_id IS NULL OR method = 'bank'),
            UNIQUE (organization_id, client_key)
        );
        CREATE INDEX withdrawal_of_organization ON withdrawal (organization_id, id);
        CREATE INDEX withdrawal_of_file ON withdrawal (file_id) WHERE file_id IS NOT NULL;
        CREATE INDEX withdrawal_waiting ON withdrawal (method, id) WHERE state = 'requested';
        """, appendOnly: ["payout_file"])
}

extension Connection {
    /// What the organisation asked for, newest first.
    package func withdrawals(
        of organization: OrganizationID, limit: Int, keys: Keys
    ) throws -> [Withdrawal] {
        try rows(
            """
            \(Withdrawal.select) WHERE organization_id = \(organization) AND refund_id IS NULL
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map { try Withdrawal($0, keys) }
    }

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package func withdrawal(
        _ id: WithdrawalID, in organization: OrganizationID, keys: Keys
    ) throws -> Withdrawal? {
        try row("\(Withdrawal.select) WHERE id = \(id) AND organization_id = \(organization)")
            .map { try Withdrawal($0, keys) }
    }

    /// For the operator's desk.
    func withdrawal(_ id: WithdrawalID, keys: Keys) throws -> Withdrawal? {
        try row("\(Withdrawal.select) WHERE id = \(id)").map { try Withdrawal($0, keys) }
    }

    func withdrawal(
        clientKey: String, in organization: OrganizationID, keys: Keys
    ) throws -> Withdrawal? {
        try row("\(Withdrawal.select) WHERE organization_id = \(organization) AND client_key = \(clientKey)")
            .map { try Withdrawal($0, keys) }
    }

    /// What waits to be paid out, oldest first.
    func withdrawalsRequested(_ method: PayoutTarget.Method, limit: Int, keys: Keys) throws -> [Withdrawal] {
        try rows(
            """
            \(Withdrawal.select) WHERE state = \(WithdrawalState.requested) AND method = \(method)
            ORDER BY id LIMIT \(limit)
            """
        ).map { try Withdrawal($0, keys) }
    }

    func withdrawals(in file: PayoutFileID, keys: Keys) throws -> [Withdrawal] {
        try rows("\(Withdrawal.select) WHERE file_id = \(file) ORDER BY id").map { try Withdrawal($0, keys) }
    }

    /// The id of the newest, 0 where there is none.
    package func newestWithdrawal(of organization: OrganizationID) throws -> Int64 {
        try row(
            """
            SELECT MAX(id) AS newest FROM withdrawal WHERE organization_id = \(organization) AND refund_id IS NULL
            """)?["newest"] ?? 0
    }

    func insertWithdrawal(
        _ request: WithdrawalRequest, of organization: OrganizationID, by person: PersonID, refund: RefundID? = nil,
        keys: Keys, at now: Instant
    ) throws -> WithdrawalID {
        let sealed = try request.target.seal(keys, context: Withdrawal.context(organization, request.clientKey))
        return try insert(
            """
            INSERT INTO withdrawal (organization_id, person_id, client_key, currency, amount, method, target, state,
                created_at, refund_id)
            VALUES (\(organization), \(person), \(request.clientKey), \(request.amount.currency),
                \(request.amount.minorUnits), \(request.target.method), \(sealed), \(WithdrawalState.requested), \(now),
                \(refund))
            RETURNING id
            """)
    }

    /// Compare-and-set: each step happens once.
    /// - Returns: whether it was in one of the states, and is in the new one now.
    func moveWithdrawal(
        _ id: WithdrawalID, from states: [WithdrawalState], to state: WithdrawalState, outsideReference: String? = nil,
        reason: String? = nil, at now: Instant
    ) throws -> Bool {
        try execute(
            """
            UPDATE withdrawal SET state = \(state), settled_at = \(now), reason = \(reason),
                outside_reference = COALESCE(\(outsideReference), outside_reference)
            WHERE id = \(id) AND state IN \(states)
            """) == 1
    }

    /// - Returns: false where it was cancelled, or put into another file, meanwhile.
    func putWithdrawal(_ id: WithdrawalID, into file: PayoutFileID) throws -> Bool {
        try execute(
            """
            UPDATE withdrawal SET state = \(WithdrawalState.inFile), file_id = \(file)
            WHERE id = \(id) AND state = \(WithdrawalState.requested)
            """) == 1
    }
}

extension Withdrawal {
    static let select: SQL = """
        SELECT id, organization_id, person_id, client_key, currency, amount, target, state, file_id, outside_reference,
            reason, created_at, settled_at, refund_id
        FROM withdrawal
        """

    /// What a sealed target is bound to: it is known before the row has an id.
    static func context(_ organization: OrganizationID, _ clientKey: String) -> String {
        "withdrawal \(organization) \(clientKey)"
    }

    init(_ row: Row, _ keys: Keys) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        person = try row["person_id"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        target = try PayoutTarget.open(
            try row["target"], keys, context: Withdrawal.context(organization, try row["client_key"]))
        state = try row["state"]
        file = try row["file_id"]
        outsideReference = try row["outside_reference"]
        reason = try row["reason"]
        createdAt = try row["created_at"]
        settledAt = try row["settled_at"]
        refund = try row["refund_id"]
    }
}
