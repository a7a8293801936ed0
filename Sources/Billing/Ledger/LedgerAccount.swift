package import Storage

/// The chart of accounts. A case's raw value is its code, as bookkeepers and the journal export write it.
///
/// Every posting names an account and, as dimensions, the organisation and the document it is about, and a detail: the VAT
/// rate for `vatDue`, the document line for `deferredRevenue`, the outside reference for `processorClearing`.
package enum LedgerAccount: Int, CaseIterable, Sendable {
    case bank = 1020
    case processorClearing = 1025
    case receivable = 1100
    case disputed = 1101
    /// Warranty renewals that were provided but not invoiced yet.
    case unbilled = 1105
    case currencyExchange = 1190
    /// What organisations have paid in advance: a debt of ours, so its balance is never positive.
    case prepaid = 2030
    case unidentifiedReceipts = 2031
    case refundsInTransit = 2032
    case cashbackDue = 2033
    case vatDue = 2200
    case deferredRevenue = 2300
    case services = 3400
    case reminderFees = 3690
    case badDebt = 3805
    case cashback = 3810
    case registryCost = 4400
    case paymentFees = 6940
    case exchangeDifference = 6949
    case rounding = 6990

    package var code: Int { rawValue }

    /// Open items: the balance is kept for each document, not only for each organisation.
    package var isKeptPerDocument: Bool {
        switch self {
        case .receivable, .disputed, .unbilled: true
        default: false
        }
    }
}

extension LedgerAccount: Storable {
    package var stored: Value { .integer(Int64(rawValue)) }
    package init?(stored: Value) {
        guard case .integer(let code) = stored else { return nil }
        self.init(rawValue: Int(code))
    }
}
