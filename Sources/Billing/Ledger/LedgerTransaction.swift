import Crypto
package import Kernel
import Storage

/// One line of a transaction: a signed amount on an account. Debit is positive, credit is negative.
package struct Posting: Hashable, Sendable {
    package let account: LedgerAccount
    package let organization: OrganizationID?
    package let document: DocumentID?
    /// The rest of what the account wants to know: see `LedgerAccount`.
    package let detail: String
    package let amount: Money

    package static func debit(
        _ account: LedgerAccount, _ amount: Money, _ organization: OrganizationID?, _ document: DocumentID? = nil,
        detail: String = ""
    ) -> Posting {
        Posting(account: account, organization: organization, document: document, detail: detail, amount: amount)
    }

    package static func credit(
        _ account: LedgerAccount, _ amount: Money, _ organization: OrganizationID?, _ document: DocumentID? = nil,
        detail: String = ""
    ) -> Posting {
        Posting(account: account, organization: organization, document: document, detail: detail, amount: -amount)
    }
}

/// Something that happened to money: postings that sum to zero in each currency.
package struct LedgerTransaction: Sendable {
    package enum Kind: String, Sendable, StoredAsText {
        case invoice
        case creditNote = "credit_note"
        /// By whatever method the processor took it.
        case cardPayment = "card_payment"
        case prepaidPayment = "prepaid_payment"
        case transfer
        /// A receipt nobody could tell at first, and now somebody did.
        case identification
        /// A receipt in another currency that was exchanged for what is owed.
        case conversion
        /// What the bank's own rate came to for what had been converted.
        case exchangeDifference = "exchange_difference"
        /// Deferred revenue that was earned in a month.
        case revenue
        case writeOff = "write_off"
        /// Money on its way back to a customer.
        case refund
        case refundReturned = "refund_returned"
        /// A bank took a payment back.
        case dispute
        case disputeWon = "dispute_won"
        case disputeLost = "dispute_lost"
        /// The processor gave back what it had taken for a dispute.
        case disputeFeeBack = "dispute_fee_back"
        /// A bank took a transfer back for good.
        case takenBack = "taken_back"
        /// From prepaid to the customer's own account: asked for, sent, come back.
        case withdrawal
        /// What a transfer was short of by small change.
        case tolerance
        /// From the processor to our bank.
        case payout
        /// A payout that came back to the processor.
        case payoutFailed = "payout_failed"
    }

    /// The event's own identity, never a time: `inv:…`, `psp:<processor>:<object>`, `ui:<client key>`. It makes sure that the
    /// event is posted once.
    package let key: String
    package let kind: Kind
    package let organization: OrganizationID?
    /// The day in the books, in the legal entity's zone.
    package let effectiveOn: Day
    package let happenedAt: Instant
    package let postings: [Posting]

    /// Postings of nothing (VAT of 0.00) are left out.
    /// - Throws: `LedgerError` where nothing is left, or where a currency does not sum to zero.
    package init(
        key: String, kind: Kind, organization: OrganizationID?, effectiveOn: Day, happenedAt: Instant,
        postings: [Posting]
    ) throws(LedgerError) {
        self.key = key
        self.kind = kind
        self.organization = organization
        self.effectiveOn = effectiveOn
        self.happenedAt = happenedAt
        self.postings = postings.filter { !$0.amount.isZero }
        if self.postings.isEmpty { throw .empty(key: key) }
        for currency in Currency.allCases {
            var sum = Money.zero(currency)
            for posting in self.postings where posting.amount.currency == currency {
                do { sum = try sum + posting.amount } catch { throw .tooLarge(key: key) }
            }
            if !sum.isZero { throw .unbalanced(key: key, by: sum) }
        }
    }

    /// What makes two transactions of one key the same: everything but when they were told. A second telling may come a day
    /// later and is still the same event.
    var inputHash: String {
        var content = "\(kind.rawValue)\u{1f}\(organization?.description ?? "")"
        for posting in postings {
            content += "\u{1e}\(posting.account.code)\u{1f}\(posting.organization?.description ?? "")"
            content += "\u{1f}\(posting.document?.description ?? "")\u{1f}\(posting.detail)"
            content += "\u{1f}\(posting.amount.currency.rawValue)\u{1f}\(posting.amount.minorUnits)"
        }
        return sha256(content)
    }
}

/// A transaction that cannot be: always a defect of the code that made it, never of what a customer typed.
package enum LedgerError: Error, Equatable {
    case empty(key: String)
    case unbalanced(key: String, by: Money)
    case tooLarge(key: String)
}

/// SHA-256 of a text, as 64 hexadecimal digits.
func sha256(_ text: String) -> String {
    var hash = SHA256()
    Array(text.utf8).withUnsafeBytes { hash.update(bufferPointer: $0) }
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
