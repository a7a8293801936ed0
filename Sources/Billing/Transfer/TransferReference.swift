package import Kernel
package import Storage

/// Under which reference a transfer pays for what (PAYM-5, REM-2). Made when a customer chooses to transfer, printed on what
/// asks for the money, and looked up when the bank tells of a transfer. It stays valid: people transfer late, and twice.
package struct TransferReference: Hashable, Sendable {
    package let id: TransferReferenceID
    package let organization: OrganizationID
    /// What it is for: `order`, `top_up`; `purposeID` is that thing's id.
    package let purpose: String
    package let purposeID: Int64
    /// The pro forma or the open invoice that asks for the money.
    package let document: DocumentID?
    /// What is asked for; nil where any amount will do (a top-up).
    package let amount: Money?
    package let account: ReceivingAccount
    package let reference: BankReference
    package let createdAt: Instant
}

extension Connection {
    /// The reference under which a transfer pays for something: the same each time it is asked for.
    package func transferReference(
        for purpose: String, _ purposeID: Int64, of organization: OrganizationID, document: DocumentID?, amount: Money?,
        to account: ReceivingAccount, at now: Instant
    ) throws -> TransferReference {
        let inserted = try row(
            """
            INSERT INTO transfer_reference (organization_id, purpose, purpose_id, document_id, amount, account, currency,
                created_at)
            VALUES (\(organization), \(purpose), \(purposeID), \(document), \(amount?.minorUnits),
                \(account.iban.description), \(account.currency), \(now))
            ON CONFLICT (purpose, purpose_id, account, currency) DO NOTHING
            RETURNING id
            """)
        if let inserted {
            let id: TransferReferenceID = try inserted["id"]
            let reference = BankReference(of: id, organization: organization, to: account.iban)
            try execute("UPDATE transfer_reference SET reference = \(reference.text) WHERE id = \(id)")
        }
        let stored = try row(
            """
            \(TransferReference.select) WHERE purpose = \(purpose) AND purpose_id = \(purposeID)
                AND account = \(account.iban.description) AND currency = \(account.currency)
            """
        ).map(TransferReference.init)
        guard let stored else {
            throw StorageError.contended("The transfer's reference is being made by somebody else.")
        }
        return stored
    }

    package func transferReference(_ reference: BankReference) throws -> TransferReference? {
        try row("\(TransferReference.select) WHERE reference = \(reference.text)").map(TransferReference.init)
    }

    /// The reference that a pro forma or an open invoice asks to be paid under.
    package func transferReference(of document: DocumentID) throws -> TransferReference? {
        try row("\(TransferReference.select) WHERE document_id = \(document) ORDER BY id DESC LIMIT 1")
            .map(TransferReference.init)
    }
}

extension BankReference {
    /// The organisation and a count of ours. A QR-IBAN takes a QR reference, every other account a creditor reference.
    fileprivate init(of id: TransferReferenceID, organization: OrganizationID, to iban: IBAN) {
        let count = String(id.rawValue)
        let body = "\(organization)\(String(repeating: "0", count: max(0, 9 - count.utf8.count)))\(count)"
        if iban.isQR {
            guard let reference = QRReference(body: body) else {
                preconditionFailure("Two ids are at most 26 digits.")
            }
            self = .qr(reference)
        } else {
            guard let reference = CreditorReference(body: body) else {
                preconditionFailure("Two ids are at most 21 digits.")
            }
            self = .creditor(reference)
        }
    }
}

extension TransferReference {
    static let select: SQL = """
        SELECT id, organization_id, purpose, purpose_id, document_id, amount, account, currency, reference, created_at
        FROM transfer_reference
        """

    init(_ row: Row) throws {
        let text: String = try row["reference"]
        let account: String = try row["account"]
        guard let reference = BankReference(text), let iban = IBAN(account) else {
            throw StorageError.unreadable("\(text) is no reference of a transfer to \(account).")
        }
        let currency: Currency = try row["currency"]
        id = try row["id"]
        organization = try row["organization_id"]
        purpose = try row["purpose"]
        purposeID = try row["purpose_id"]
        document = try row["document_id"]
        amount = (try row["amount"] as Int64?).map { Money(minorUnits: $0, currency) }
        self.account = ReceivingAccount(iban: iban, currency: currency)
        self.reference = reference
        createdAt = try row["created_at"]
    }
}
