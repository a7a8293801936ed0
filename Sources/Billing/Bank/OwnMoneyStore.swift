import Kernel
import Storage

extension Connection {
    /// Held by whoever books what the bank and somebody else tell of, so that each sees what the other wrote.
    func holdBank() throws { try lock("bank_guard", Identifier<BankGuard>(rawValue: 1)) }

    /// Payouts of exactly this amount, or named in the text, and those that came back.
    func ownMoney(for told: BankText) throws -> [OwnMoney] { try ownMoney(for: [told]) }

    /// The same for several, in one look: what may be any of them.
    func ownMoney(for told: [BankText]) throws -> [OwnMoney] {
        if told.isEmpty { return [] }
        let amounts = Set(told.map(\.amount.minorUnits))
        let words = Set(told.flatMap(\.words).filter { $0.contains(where: \.isNumber) }).sorted()
        return try rows(
            """
            \(OwnMoney.payouts) WHERE \(dialect.among("p.gross - p.fee", amounts))
            UNION
            \(OwnMoney.payouts) WHERE \(dialect.among("LOWER(p.reference)", words))
            UNION
            \(OwnMoney.failures) WHERE \(dialect.among("p.fee - p.gross", amounts))
            ORDER BY 1 DESC LIMIT \(OwnMoney.listMax * told.count)
            """
        ).map(OwnMoney.init)
    }

    /// What no entry stands for yet, by the name an operator typed: a payout, or a withdrawal that was paid or came back.
    func ownMoney(named name: String, of amount: Money) throws -> LedgerTransactionID? {
        let found = try rows(
            """
            \(OwnMoney.payouts) WHERE p.reference = \(name)
            UNION \(OwnMoney.failures) WHERE p.reference = \(name) ORDER BY 1
            """
        ).map(OwnMoney.init).first { $0.amount == amount && !$0.isTold }
        if let found { return found.transaction }
        guard let id = Withdrawal.id(name) else { return nil }
        return try freeBooking("withdrawal:\(id):\(amount.isNegative ? "paid" : "returned")", of: amount)
    }

    /// The transaction of a key, where it moved this amount on account 1020 and no entry stands for it yet.
    func freeBooking(_ key: String, of amount: Money) throws -> LedgerTransactionID? {
        try row(
            """
            SELECT t.id FROM ledger_transaction t
            JOIN posting p ON p.transaction_id = t.id AND p.account = \(LedgerAccount.bank)
            WHERE t.key = \(key) AND p.currency = \(amount.currency) AND p.amount = \(amount.minorUnits)
                AND NOT EXISTS (SELECT 1 FROM bank_entry_booking b WHERE b.transaction_id = t.id)
            """)?["id"]
    }

    /// From now on the entry stands for what was posted. One that lay on 2031 is assigned by it.
    func claim(_ transaction: LedgerTransactionID, for entry: BankEntryID) throws {
        try execute("INSERT INTO bank_entry_booking (transaction_id, entry_id) VALUES (\(transaction), \(entry))")
        try execute(
            """
            UPDATE bank_entry SET state = CASE WHEN transaction_id IS NULL THEN 'recognised' ELSE 'assigned' END
            WHERE id = \(entry)
            """)
    }

    /// A movement that is our own money, all of which is in the books.
    func insertRecognised(
        _ movement: BankMovement, as transactions: [LedgerTransactionID], of file: BankImportID
    ) throws {
        try insertEntries([NewBankEntry(movement: movement, state: .recognised)], of: file)
        for transaction in transactions {
            try execute(
                """
                INSERT INTO bank_entry_booking (transaction_id, entry_id)
                SELECT \(transaction), id FROM bank_entry WHERE key = \(movement.key)
                """)
        }
    }

    /// The only entry, of those that nobody could tell, that is this money and no other of the same amount.
    func entryWaiting(for own: OwnMoney) throws -> BankEntry? {
        let waiting = try rows(
            """
            \(BankEntry.select) WHERE state IN ('unidentified', 'outgoing') AND currency = \(own.amount.currency)
                AND amount = \(own.amount.minorUnits) AND organization_id IS NULL ORDER BY id LIMIT \(OwnMoney.listMax)
            """
        ).map(BankEntry.init)
        let fitting = try waiting.filter { entry in
            let told = entry.told
            return OwnMoney.match(told, among: try ownMoney(for: told) + [own]) == own
        }
        return fitting.count == 1 ? fitting[0] : nil
    }
}

/// There is one row of it.
enum BankGuard {}

extension OwnMoney {
    /// More of the same amount at once, and nobody could tell them apart anyway.
    static let listMax = 100

    fileprivate static let payouts: SQL = """
        SELECT p.id AS number, p.transaction_id, p.currency, p.gross - p.fee AS amount, p.reference, p.descriptor,
            p.processor, t.effective_on, CASE WHEN f.payout_id IS NULL THEN 0 ELSE 1 END AS has_failed,
            \(isTold)
        FROM processor_payout p JOIN ledger_transaction t ON t.id = p.transaction_id
        LEFT JOIN processor_payout_failure f ON f.payout_id = p.id
        """

    fileprivate static let failures: SQL = """
        SELECT p.id AS number, f.transaction_id, p.currency, p.fee - p.gross AS amount, p.reference, p.descriptor,
            p.processor, t.effective_on, 0 AS has_failed, \(isTold)
        FROM processor_payout_failure f JOIN processor_payout p ON p.id = f.payout_id
        JOIN ledger_transaction t ON t.id = f.transaction_id
        """

    fileprivate static let isTold: SQL = """
        CASE WHEN EXISTS (SELECT 1 FROM bank_entry_booking b WHERE b.transaction_id = t.id) THEN 1 ELSE 0 END AS is_told
        """

    init(_ row: Row) throws {
        transaction = try row["transaction_id"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        on = try row["effective_on"]
        reference = try row["reference"]
        descriptor = try row["descriptor"]
        processor = try row["processor"]
        let (failed, told): (Int64, Int64) = (try row["has_failed"], try row["is_told"])
        hasFailed = failed == 1
        isTold = told == 1
    }
}
