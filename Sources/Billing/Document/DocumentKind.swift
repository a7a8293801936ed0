import Kernel
import Storage

/// What a document is. Each kind has its own series of numbers.
package enum DocumentKind: String, CaseIterable, Sendable, StoredAsText {
    case invoice
    case creditNote = "credit_note"
    /// For money paid in advance: no sale, so no VAT.
    case receipt
    /// Before payment: no legal, tax or accounting value, so no postings.
    case proForma = "pro_forma"

    /// Stands before the year in a number: `2026-00042` is an invoice, `RC-2026-00007` a receipt.
    package var numberPrefix: String {
        switch self {
        case .invoice: ""
        case .creditNote: "CN-"
        case .receipt: "RC-"
        case .proForma: "PF-"
        }
    }
}

/// Where a document stands. Its content never changes, this does.
package enum DocumentState: String, CaseIterable, Sendable, StoredAsText {
    case open
    case partiallyPaid = "partially_paid"
    case paid
    case overdue
    case credited
    case refunded
    case writtenOff = "written_off"
    case disputed
    case cancelled
}
