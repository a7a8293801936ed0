import Kernel
import Storage
import Web

/// What an operator may decide about a movement, and what it may be.
struct OpenEntry: Sendable {
    let isHalf: Bool
    private let entry: BankEntry
    private let suggestions: [BankSuggestion]
    private let own: [String]
    private let others: [BankEntry]
    private let receipts: [(entry: BankEntry, name: String?)]
    /// Organisations of the same people, billed in the currency that came.
    let same: [(id: OrganizationID, name: String)]

    /// - Returns: nil where nothing is open.
    init?(_ entry: BankEntry, in connection: Connection) throws {
        isHalf = try connection.waitingHalves().contains { $0.entry.id == entry.id }
        guard isHalf || entry.state == .unidentified else { return nil }
        self.entry = entry
        others = try connection.exchangeCandidates(for: entry)
        receipts = isHalf ? [] : try connection.receipts(takenBackBy: entry)
        suggestions = isHalf ? [] : try connection.suggestions(for: entry)
        own = isHalf ? [] : try connection.ownMoneySuggestions(for: entry)
        same = entry.reason == .otherCurrency ? try connection.sameCurrency(as: entry) : []
    }

    /// What went out, or was taken back, is nobody's receipt.
    var decisions: [String] {
        if isHalf { return ["exchange"] }
        return entry.amount.isPositive
            ? ["document", "prepaid", "own", "exchange", "return"] : ["receipt", "own", "exchange"]
    }

    /// What the form begins with: the surest there is.
    var first: [(name: String, value: String)] {
        if isHalf { return [("decision", "exchange"), ("other", others.first?.id.description ?? "")] }
        if let first = own.first { return [("decision", "own"), ("own", first)] }
        // Both halves of an exchange that the bank took back.
        if entry.reason == .takenBack, let half = others.first(where: { $0.reason == .takenBack }) {
            return [("decision", "exchange"), ("other", half.id.description)]
        }
        if let first = receipts.first { return [("decision", "receipt"), ("receipt", first.entry.id.description)] }
        if let first = suggestions.first { return [("decision", "document"), ("number", first.number)] }
        return []
    }

    func list(_ words: Words) -> HTML {
        let listed =
            own.map { "<li>\(words("billing.bank.own_suggestion", ["name": $0]))</li>" as HTML }
            + suggestions.map { suggestion -> HTML in
                "<li>\(suggestion.number), \(suggestion.name), \(words.money(suggestion.asked))</li>"
            }
            + receipts.map { receipt -> HTML in
                let values = [
                    "number": receipt.entry.id.description, "amount": words.money(receipt.entry.amount),
                    "day": words.day(receipt.entry.bookedOn), "name": receipt.name ?? words("billing.bank.no_name"),
                ]
                return "<li>\(words("billing.bank.receipt_suggestion", values))</li>"
            }
            + others.map { other -> HTML in
                let values = [
                    "number": other.id.description, "amount": words.money(other.amount),
                    "day": words.day(other.bookedOn),
                ]
                return "<li>\(words("billing.bank.exchange_suggestion", values))</li>"
            }
        return listed.isEmpty ? .empty : "<p>\(words("billing.bank.suggestions"))</p><ul>\(listed)</ul>"
    }
}
