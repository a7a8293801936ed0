package import Kernel
package import Storage
package import Web

/// A file that went to the bank, kept as it was: it can be fetched again and is the same to the byte.
package struct PayoutFile: Hashable, Sendable {
    package let id: PayoutFileID
    package let messageID: String
    package let transfers: Int
    package let executionOn: Day
    package let madeAt: Instant
    /// Withdrawals of it that are not settled yet.
    package let open: Int

    /// What a browser saves it as.
    var name: String { "\(messageID).xml" }
}

extension Connection {
    /// Newest first.
    func payoutFiles(limit: Int) throws -> [PayoutFile] {
        try rows("\(PayoutFile.select) ORDER BY f.id DESC LIMIT \(limit)").map(PayoutFile.init)
    }

    package func payoutFile(_ id: PayoutFileID) throws -> PayoutFile? {
        try row("\(PayoutFile.select) WHERE f.id = \(id)").map(PayoutFile.init)
    }

    /// - Throws: where the key file is another one than when it was made.
    package func content(of file: PayoutFile, keys: Keys) throws -> [UInt8] {
        guard let row = try row("SELECT content FROM payout_file WHERE id = \(file.id)") else { throw Problem.notFound }
        return try keys.open(try row["content"], for: PayoutFile.purpose, context: file.messageID)
    }

    func insertPayoutFile(
        _ file: CreditTransferFile, by person: PersonID, keys: Keys, at now: Instant
    ) throws -> PayoutFileID {
        let sealed = try keys.seal(file.bytes, for: PayoutFile.purpose, context: file.messageID)
        return try insert(
            """
            INSERT INTO payout_file (message_id, content, transfers, execution_on, person_id, made_at)
            VALUES (\(file.messageID), \(sealed), \(file.transfers.count), \(file.executionOn), \(person), \(now))
            RETURNING id
            """)
    }
}

extension PayoutFile {
    fileprivate static let purpose = "payout file"

    fileprivate static let select: SQL = """
        SELECT f.id, f.message_id, f.transfers, f.execution_on, f.made_at, (
            SELECT COUNT(*) FROM withdrawal w WHERE w.file_id = f.id AND w.state = 'in_file') AS open
        FROM payout_file f
        """

    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        messageID = try row["message_id"]
        transfers = try row["transfers"]
        executionOn = try row["execution_on"]
        madeAt = try row["made_at"]
        open = try row["open"]
    }
}
