package import Kernel
package import Storage

/// Which transactions of the journal are looked for, newest first.
package struct JournalSearch: Sendable {
    /// Whose money moved; nil for everybody's.
    package var organization: OrganizationID?
    package var account: LedgerAccount?
    /// Days in the books, both included.
    package var from: Day?
    package var until: Day?
    /// Leaves out what only the books of the house know, such as revenue that was earned in a month.
    package var isForCustomer = false

    package init(
        of organization: OrganizationID? = nil, account: LedgerAccount? = nil, from: Day? = nil, until: Day? = nil,
        isForCustomer: Bool = false
    ) {
        self.organization = organization
        self.account = account
        self.from = from
        self.until = until
        self.isForCustomer = isForCustomer
    }

    fileprivate var conditions: SQL {
        let whose: SQL = organization.map { "AND t.organization_id = \($0)" } ?? ""
        let since: SQL = from.map { "AND t.effective_on >= \($0)" } ?? ""
        let upTo: SQL = until.map { "AND t.effective_on <= \($0)" } ?? ""
        let touched = account.map { [$0] } ?? (isForCustomer ? LedgerAccount.ofCustomers : [])
        let touching: SQL =
            touched.isEmpty
            ? "" : "AND EXISTS (SELECT 1 FROM posting p WHERE p.transaction_id = t.id AND p.account IN \(touched))"
        return "\(whose) \(since) \(upTo) \(touching)"
    }
}

extension LedgerAccount {
    /// What stands between the house and a customer: open invoices, prepaid, and what is under way between them.
    fileprivate static let ofCustomers = allCases.filter(\.isOfCustomer)

    fileprivate var isOfCustomer: Bool {
        switch self {
        case .receivable, .disputed, .unbilled, .prepaid, .refundsInTransit, .cashbackDue: true
        default: false
        }
    }
}

extension JournalEntry {
    /// What moved for the customer: the larger side on the accounts between the house and them. A payment that went to an
    /// invoice and to prepaid counts once, and the fee of the house's processor not at all.
    package var customerAmount: Money? {
        let lines = postings.filter(\.account.isOfCustomer)
        guard let currency = lines.first?.amount.currency else { return nil }
        let amounts = lines.filter { $0.amount.currency == currency }.map(\.amount.minorUnits)
        let debit = amounts.filter { $0 > 0 }.reduce(0, +)
        let credit = amounts.filter { $0 < 0 }.reduce(0, -)
        return Money(minorUnits: max(debit, credit), currency)
    }

    /// The documents it is about, each once, in the order of the postings.
    package var documents: [(id: DocumentID, number: String)] {
        var documents: [(id: DocumentID, number: String)] = []
        for line in postings {
            guard let id = line.document, !documents.contains(where: { $0.id == id }) else { continue }
            documents.append((id, line.documentNumber ?? id.description))
        }
        return documents
    }

    /// What happened, in words.
    package var word: String {
        LedgerTransaction.Kind(rawValue: kind).map { "billing.journal.kind.\($0.rawValue)" }
            ?? "billing.journal.unknown"
    }
}

/// What an account of the chart holds in a currency.
package struct AccountBalance: Hashable, Sendable {
    package let account: LedgerAccount
    package let amount: Money
}

extension Connection {
    /// - Parameter before: where the last portion ended, nil for the newest.
    package func journal(
        _ search: JournalSearch, before: LedgerTransactionID? = nil, limit: Int
    ) throws -> [JournalEntry] {
        let older: SQL = before.map { "AND t.id < \($0)" } ?? ""
        return try withPostings(
            try rows(
                """
                SELECT \(JournalEntry.columns) FROM ledger_transaction t
                WHERE 1 = 1 \(search.conditions) \(older) ORDER BY t.id DESC LIMIT \(limit)
                """
            ).map(JournalEntry.init))
    }

    /// Accounts that were ever used, by code, a row for each currency.
    package func accountBalances() throws -> [AccountBalance] {
        try rows(
            """
            SELECT account, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_balance
            GROUP BY account, currency ORDER BY account, currency
            """
        ).map { row in
            AccountBalance(
                account: try row["account"], amount: Money(minorUnits: try row["amount"], try row["currency"]))
        }
    }
}
