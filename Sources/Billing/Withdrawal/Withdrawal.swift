package import Kernel
import Storage
import Web

/// Money of the prepaid account on its way back to the customer (PRE-8). It leaves the account when it is asked for, waits on
/// 2032 while it is under way, and leaves the books when the bank has sent it.
package struct Withdrawal: Hashable, Sendable {
    package let id: WithdrawalID
    package let organization: OrganizationID
    /// Who asked for it.
    package let person: PersonID
    package let amount: Money
    package let target: PayoutTarget
    package let state: WithdrawalState
    package let file: PayoutFileID?
    /// It carries a refund, which an operator began; nil for what the organisation asked for.
    package let refund: RefundID?
    /// What PayPal or the bank calls it, once it was paid.
    package let outsideReference: String?
    /// Why it came back.
    package let reason: String?
    package let createdAt: Instant
    package let settledAt: Instant?

    /// `WD-42`: what the bank repeats as EndToEndId.
    package var reference: String { Withdrawal.reference(id) }

    static func reference(_ id: WithdrawalID) -> String { "WD-\(id)" }

    /// - Returns: nil for what is no reference of a withdrawal.
    static func id(_ reference: String) -> WithdrawalID? {
        reference.hasPrefix("WD-") ? WithdrawalID(String(reference.dropFirst(3))) : nil
    }

    /// As little as a deposit.
    package static let amountMinMinorUnits: Int64 = 10
}

package enum WithdrawalState: String, CaseIterable, Sendable, StoredAsText {
    /// The customer may still cancel it.
    case requested
    /// Handed to the bank.
    case inFile = "in_file"
    case paid
    /// The money is back on the prepaid account.
    case returned
    case cancelled

    package var isUnderWay: Bool { self == .requested || self == .inFile }

    func tag(_ words: Words) -> HTML {
        let tone: Tone =
            switch self {
            case .requested, .inFile: .warn
            case .paid: .ok
            case .returned: .danger
            case .cancelled: .off
            }
        return Web.tag(tone, words("billing.withdrawal.state.\(rawValue)"))
    }
}

/// What a withdrawal is asked for with.
package struct WithdrawalRequest: Hashable, Sendable {
    package let amount: Money
    package let target: PayoutTarget
    /// Made by the form, once: the same key is the same withdrawal, however often it is sent. Unique in the organisation.
    package let clientKey: String
    /// The newest withdrawal that the form knew of, 0 for none: a form that another one has overtaken is refused.
    package let newestSeen: Int64

    package init(amount: Money, target: PayoutTarget, clientKey: String, newestSeen: Int64) {
        self.amount = amount
        self.target = target
        self.clientKey = clientKey
        self.newestSeen = newestSeen
    }
}
