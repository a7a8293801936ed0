import Billing
import Kernel

/// The world around the house: what the bank booked, who disputes what, what a processor sends. It does not die with us.
struct Outside {
    /// What the bank booked, in its order. A file tells of a stretch of it.
    var bank: [BankFileOfTest.Entry] = []
    /// Up to where files were fetched.
    var fetched = 0
    /// Disputes by the charge that was taken back.
    var disputes: [String: ProcessorDispute] = [:]
    /// Messages that were sent, as they were: some are sent again.
    var messages: [String] = []

    static let iban = "CH4431999123000889012"
    /// Somebody who pays from their own account, and becomes known by it.
    static let payer = "DE89370400440532013000"

    static func key(_ entry: BankFileOfTest.Entry) -> String { "camt:\(iban):\(entry.bankReference)" }

    /// The bank's own name for the next booking.
    var nextReference: String { "B\(bank.count + 1)" }
}

extension BankFileOfTest.Entry {
    /// As it changes the account.
    var minorUnits: Int64 {
        let amount = Money(amount, .chf)?.minorUnits ?? 0
        return isCredit ? amount : -amount
    }

    /// A payment of ours, by the reference that we gave it.
    var sentAs: String? { endToEnd.hasPrefix("WD-") ? endToEnd : nil }

    var isExchange: Bool { code?.domain == "FORX" && !isReversal && returned == nil }
}
