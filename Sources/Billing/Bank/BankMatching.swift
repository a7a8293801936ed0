import Kernel

/// What money may be for: found by its reference, or by what else the bank tells of it.
struct TransferTarget: Hashable, Sendable {
    let organization: OrganizationID
    let purpose: String
    let purposeID: Int64
    /// What is still asked for; nil where any amount will do, or where nothing is open any more.
    let asked: Money?
    /// What the organisation is billed in, and its prepaid account holds.
    let currency: Currency
    /// An invoice is paid by parts; an order waits for its whole price.
    var takesParts: Bool { purpose == PaymentPurpose.documentName }
}

/// What becomes of a movement (billing.md, "Postings"): a rule without a database.
enum BankMatch: Hashable, Sendable {
    /// It pays what it is for, as far as that is open; more goes to prepaid.
    case pays(TransferTarget)
    /// Too little for an order that has only a pro forma: to prepaid, and the customer is told.
    case isTooLittle(TransferTarget)
    /// To account 2031, for somebody to look at; whose it seems to be, where that is known.
    case unidentified(UnidentifiedReason, OrganizationID?)
    /// A sum that another file takes apart.
    case batch
    case outgoing

    /// What may be missing of an amount before somebody asks for it: exchange and bank fees of small change.
    static let toleranceMinorUnits: Int64 = 5

    /// - Parameters:
    ///   - target: what the reference belongs to; nil where it is none of ours.
    ///   - candidates: what the money fits without a reference: by number in the text, or amount and known payer.
    static func of(
        amount: Money, reference: String, isReversal: Bool, isBatch: Bool, target: TransferTarget?,
        candidates: [TransferTarget]
    ) -> BankMatch {
        if isBatch { return .batch }
        if amount.isNegative { return isReversal ? .unidentified(.takenBack, target?.organization) : .outgoing }
        // A debit that was taken back: our own money, which nobody paid.
        if isReversal { return .unidentified(.takenBack, nil) }
        let unique = candidates.count == 1 ? candidates[0] : nil
        guard let target = target ?? unique else {
            return .unidentified(reference.isEmpty ? .noReference : .unknownReference, nil)
        }
        guard amount.currency == target.currency else { return .unidentified(.otherCurrency, target.organization) }
        if let asked = target.asked, !target.takesParts, amount.minorUnits < asked.minorUnits - toleranceMinorUnits {
            return .isTooLittle(target)
        }
        return .pays(target)
    }

    /// Numbers of documents in what somebody typed: `2026-00042`, `PF-2026-00042`.
    static func numbers(in text: String) -> [String] {
        var found: [String] = []
        for word in text.uppercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "-" }) {
            let digits = word.hasPrefix("PF-") ? word.dropFirst(3) : word
            let parts = digits.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count == 4, (5...9).contains(parts[1].utf8.count),
                parts.joined().utf8.allSatisfy({ (48...57).contains($0) }), found.count < numbersMax
            else { continue }
            if !found.contains(String(word)) { found.append(String(word)) }
        }
        return found
    }

    /// A text that lists more is no payment's.
    private static let numbersMax = 5
}
