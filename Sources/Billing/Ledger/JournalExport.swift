package import Kernel
package import Storage

/// How the journal is written for other accounting programs.
package enum JournalFormat: String, CaseIterable, Sendable {
    case hledger, beancount
}

/// Writes the journal for an accountant's own tools, which so check it independently: first the chart of accounts, then each
/// transaction as it was posted. A few hundred transactions are in memory at a time, however long the journal is. Run it in
/// `database.report`.
/// - Parameters:
///   - from: the first day in the books, nil for the beginning.
///   - until: the last day in the books, included; nil for the end.
///   - write: gets whole lines, many at a time.
package func writeJournal(
    as format: JournalFormat, from: Day? = nil, until: Day? = nil, in connection: Connection,
    _ write: (String) throws -> Void
) throws {
    try write(format.opening.joined(separator: "\n") + "\n")
    let since: SQL = from.map { "AND t.effective_on >= \($0)" } ?? ""
    let upTo: SQL = until.map { "AND t.effective_on <= \($0)" } ?? ""
    var last: Int64 = 0
    while true {
        let entries = try connection.rows(
            """
            SELECT \(JournalEntry.columns) FROM ledger_transaction t
            WHERE t.id > \(last) \(since) \(upTo) ORDER BY t.id LIMIT \(JournalFormat.windowSize)
            """
        ).map(JournalEntry.init)
        guard let end = entries.last else { return }
        last = end.id.rawValue
        let lines = try connection.withPostings(entries).flatMap(format.lines)
        try write(lines.joined(separator: "\n") + "\n")
    }
}

extension JournalFormat {
    fileprivate static let windowSize = 500

    /// The currencies, and every account of the chart, whether it was ever used or not.
    fileprivate var opening: [String] {
        switch self {
        case .hledger:
            Currency.allCases.map { "commodity 1000.00 \($0.rawValue)" }
                + LedgerAccount.allCases.map { "account \($0.exportName)  ; type:\($0.category.hledgerType)" }
                + [""]
        case .beancount:
            ["option \"title\" \"Kontor\""]
                + Currency.allCases.map { "option \"operating_currency\" \"\($0.rawValue)\"" }
                + LedgerAccount.allCases.map { account in
                    let currencies = Currency.allCases.map(\.rawValue).joined(separator: ",")
                    return "1970-01-01 open \(account.exportName) \(currencies)"
                } + [""]
        }
    }

    fileprivate func lines(of entry: JournalEntry) -> [String] {
        switch self {
        case .hledger: hledger(entry)
        case .beancount: beancount(entry)
        }
    }

    /// hledger.org/hledger.html#journal: the transaction's id as its code, everything else as tags in comments.
    private func hledger(_ entry: JournalEntry) -> [String] {
        let organization = entry.organization.map { ", organization:\($0)" } ?? ""
        var lines = [
            "\(entry.effectiveOn) * (\(entry.id)) \(plain(entry.kind))  ; key:\(plain(entry.key))\(organization)"
        ]
        for posting in entry.postings {
            let tags = posting.tags.map { "\($0.name):\(plain($0.value))" }.joined(separator: ", ")
            let comment = tags.isEmpty ? "" : "  ; \(tags)"
            lines.append("    \(posting.account.exportName)  \(posting.amount.written)\(comment)")
        }
        return lines + [""]
    }

    /// beancount.github.io/docs/beancount_language_syntax.html: metadata below the transaction and below each posting.
    private func beancount(_ entry: JournalEntry) -> [String] {
        var lines = [
            "\(entry.effectiveOn) * \"\(plain(entry.kind))\"", "  transaction: \"\(entry.id)\"",
            "  key: \"\(plain(entry.key))\"",
        ]
        if let organization = entry.organization { lines.append("  organization: \"\(organization)\"") }
        for posting in entry.postings {
            lines.append("  \(posting.account.exportName)  \(posting.amount.written)")
            lines += posting.tags.map { "    \($0.name): \"\(plain($0.value))\"" }
        }
        return lines + [""]
    }

    /// Text for a tag or a string. Keys carry what a browser sent; whatever could end a line, a tag or a string in one of the
    /// two formats is written as `%` and its two digits, so that nothing is lost.
    private func plain(_ text: String) -> String {
        var written = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x23, 0x2B, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x5F:
                written.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                written += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return written
    }
}

extension JournalEntry.Line {
    /// What the posting is about, by name.
    fileprivate var tags: [(name: String, value: String)] {
        var tags: [(name: String, value: String)] = []
        if let documentNumber { tags.append(("number", documentNumber)) }
        if let organization { tags.append(("organization", organization.description)) }
        if !detail.isEmpty { tags.append(("detail", detail)) }
        return tags
    }
}

extension LedgerAccount.Category {
    /// hledger calls income revenue.
    fileprivate var hledgerType: String {
        switch self {
        case .assets: "A"
        case .liabilities: "L"
        case .income: "R"
        case .expenses: "X"
        }
    }
}

extension Money {
    fileprivate var written: String { "\(plain) \(currency.rawValue)" }
}
