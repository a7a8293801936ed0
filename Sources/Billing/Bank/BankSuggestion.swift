import Kernel
import Storage

/// What a receipt may be for, for somebody to judge.
struct BankSuggestion: Sendable {
    let number: String
    let name: String
    let asked: Money
}

extension Connection {
    /// By number in the text, by known payer, by the same amount: the surest first.
    func suggestions(for entry: BankEntry) throws -> [BankSuggestion] {
        guard entry.amount.isPositive else { return [] }
        let numbers = BankMatch.numbers(in: entry.message)
        let named: SQL = numbers.isEmpty ? "0" : "CASE WHEN d.number IN \(numbers) THEN 2 ELSE 0 END"
        let asked: SQL = "CASE WHEN d.kind = 'invoice' THEN COALESCE(b.amount, 0) ELSE d.total END"
        let fits: SQL = "\(asked) = \(entry.amount.minorUnits)"
        let known: SQL = """
            d.organization_id IN (SELECT organization_id FROM bank_entry WHERE debtor_iban = \(entry.debtorIBAN)
                AND debtor_iban <> '' AND organization_id IS NOT NULL)
            """
        let matches: SQL = numbers.isEmpty ? fits : "(\(fits) OR d.number IN \(numbers))"
        return try rows(
            """
            SELECT d.number, o.name, \(asked) AS asked, d.currency,
                \(named) + CASE WHEN \(known) THEN 1 ELSE 0 END AS weight
            FROM document d
            JOIN document_state s ON s.document_id = d.id
            JOIN organization o ON o.id = d.organization_id
            LEFT JOIN transfer_reference r ON r.document_id = d.id AND d.kind = 'pro_forma'
            LEFT JOIN ledger_balance b ON b.account = \(LedgerAccount.receivable)
                AND b.organization_id = d.organization_id AND b.document_id = d.id AND b.currency = d.currency
            WHERE d.currency = \(entry.amount.currency) AND \(matches)
                AND (d.kind = 'invoice' AND COALESCE(b.amount, 0) > 0
                    OR d.kind = 'pro_forma' AND s.state = 'open' AND r.id IS NOT NULL)
            ORDER BY weight DESC, d.id DESC LIMIT 10
            """
        ).map { row in
            BankSuggestion(
                number: try row["number"], name: try row["name"],
                asked: Money(minorUnits: try row["asked"], try row["currency"]))
        }
    }
}
