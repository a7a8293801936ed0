import Kernel
import Storage

/// An invariant of the books that does not hold, and where.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let invariant: Invariant
    /// `transaction 17`, `document 4`: what to look at.
    package let subject: String
    /// What was found, with the figures.
    package let finding: String

    package var description: String { "\(invariant.rawValue): \(subject): \(finding)" }
}

/// What must always be true of the books.
package enum Invariant: String, CaseIterable, Sendable {
    case transactionBalances = "a transaction sums to zero in each currency"
    case accountsBalance = "all accounts sum to zero in each currency"
    case balanceIsSumOfPostings = "a balance is the sum of its postings"
    case prepaidInBounds = "a prepaid account holds between 0.00 and 9999.00"
    case prepaidIsLedger = "a prepaid account is what account 2030 says"
    case prepaidIsMovements = "a prepaid account is the sum of its movements"
    case receivableIsOpen = "what is open of an invoice is its total less its allocations, with all adjustments"
    case paidAtZero = "an invoice is paid exactly when nothing is open"
    case paidOnce = "no document is paid twice"
    case numbersWithoutGap = "numbers run from 1 without a gap, and their dates do not go back"
    case documentAddsUp = "lines, VAT and rounding are a document's total"
    case vatIsLedger = "the VAT of an invoice is what account 2200 says"
    case clearingIsPayments =
        "account 1025 holds the card payments that were posted, less what went back or was paid out"
    case eventPostedOnce = "an outside event is posted at most once"
    case paymentAllocated = "a posted payment is allocated exactly, any other not at all"
    case creditWithinInvoice = "credits stay within the lines of their invoice, at its VAT"
    case deferredIsUnreleased = "account 2300 holds what is not earned yet"
    case transitIsRefunds = "account 2032 holds the refunds and withdrawals that are under way"
    case disputedIsDisputes = "account 1101 holds the disputes that are open"
    case refundWithinPayment = "no more of a payment goes back than was paid"
    case withdrawalsInTransit = "account 2032 holds each withdrawal that is under way"
    case refundIsCarried = "a refund to a bank account has one payment that carries it, in the same state"
    case bankEntryOnce = "a movement of the bank is booked once, with its amount"
    case bankIsEntries = "what transfers brought to account 1020 is what the bank told of"
    case payoutOnce = "a payout that the bank named in its file is not booked to anybody else"
    case exchangeIsConversions = "account 1190 holds what was converted and not exchanged at the bank"
    case exchangeDifference = "account 6949 holds what exchanges came to, less what was booked for them"
    case remindedWhileOpen = "a reminder went out for what was open then, one level after the other"
    case periodsApart = "the billed terms of a product do not overlap"
}
