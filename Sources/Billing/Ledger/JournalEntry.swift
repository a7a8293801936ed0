package import Kernel
import Storage

/// A transaction of the journal, read back with its postings.
package struct JournalEntry: Hashable, Sendable {
    package let id: LedgerTransactionID
    package let key: String
    /// A `LedgerTransaction.Kind`, as it is stored: a newer program may have posted what this one does not know.
    package let kind: String
    package let organization: OrganizationID?
    package let effectiveOn: Day
    package let happenedAt: Instant
    package fileprivate(set) var postings: [Line] = []

    package struct Line: Hashable, Sendable {
        package let account: LedgerAccount
        package let organization: OrganizationID?
        package let document: DocumentID?
        package let documentNumber: String?
        package let detail: String
        package let amount: Money
    }
}

extension JournalEntry {
    static let columns: SQL = "t.id, t.key, t.kind, t.organization_id, t.effective_on, t.happened_at"

    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["key"]
        kind = try row["kind"]
        organization = try row["organization_id"]
        effectiveOn = try row["effective_on"]
        happenedAt = try row["happened_at"]
    }
}

extension Connection {
    /// Gives transactions their postings, all by one statement.
    func withPostings(_ entries: [JournalEntry]) throws -> [JournalEntry] {
        guard !entries.isEmpty else { return [] }
        var lines: [LedgerTransactionID: [JournalEntry.Line]] = [:]
        let rows = try rows(
            """
            SELECT p.transaction_id, p.account, p.organization_id, p.document_id, d.number, p.detail, p.currency, p.amount
            FROM posting p LEFT JOIN document d ON d.id = p.document_id
            WHERE \(dialect.among("p.transaction_id", entries.map(\.id))) ORDER BY p.id
            """)
        for row in rows {
            let line = JournalEntry.Line(
                account: try row["account"], organization: try row["organization_id"],
                document: try row["document_id"], documentNumber: try row["number"], detail: try row["detail"],
                amount: Money(minorUnits: try row["amount"], try row["currency"]))
            lines[try row["transaction_id"], default: []].append(line)
        }
        return entries.map { entry in
            var entry = entry
            entry.postings = lines[entry.id] ?? []
            return entry
        }
    }
}
