extension LedgerAccount {
    /// As accounting programs write it, in both formats of the export: the class, the code and an English name.
    package var exportName: String { "\(category.rawValue):\(code)-\(name)" }

    /// What the first digit of the code stands for in the Swiss chart of accounts.
    package var category: Category {
        switch code / 1000 {
        case 1: .assets
        case 2: .liabilities
        case 3: .income
        default: .expenses
        }
    }

    package enum Category: String, CaseIterable, Sendable {
        case assets = "Assets"
        case liabilities = "Liabilities"
        case income = "Income"
        case expenses = "Expenses"
    }

    private var name: String {
        switch self {
        case .bank: "Bank"
        case .processorClearing: "Processor-Clearing"
        case .receivable: "Receivable"
        case .disputed: "Disputed"
        case .unbilled: "Unbilled"
        case .currencyExchange: "Currency-Exchange"
        case .prepaid: "Prepaid"
        case .unidentifiedReceipts: "Unidentified-Receipts"
        case .refundsInTransit: "Refunds-In-Transit"
        case .cashbackDue: "Cashback-Due"
        case .vatDue: "VAT-Due"
        case .deferredRevenue: "Deferred-Revenue"
        case .services: "Services"
        case .reminderFees: "Reminder-Fees"
        case .badDebt: "Bad-Debt"
        case .cashback: "Cashback"
        case .registryCost: "Registry-Cost"
        case .paymentFees: "Payment-Fees"
        case .exchangeDifference: "Exchange-Difference"
        case .rounding: "Rounding"
        }
    }
}
