package import Kernel

/// What is paid for, where, and by whom: everything that decides which ways to pay there are.
package struct PaymentSituation: Sendable {
    package enum Kind: Hashable, Sendable {
        /// Something new, wanted now.
        case order
        /// An invoice that is open.
        case bill
        case topUp
    }

    package let kind: Kind
    package let currency: Currency
    /// Of the billing address.
    package let country: Country
    /// Nil where it is typed on the same page.
    package let total: Money?
    package let account: PrepaidAccount
    package let profiles: [PaymentProfile]
    package let standard: DefaultMethod?
    /// What the processor takes.
    package let processed: Set<PaymentMethod>
    package let takesTransfers: Bool
    package let today: Day
    /// How much may be bought on account; nil for those who may not.
    package let onAccount: AccountStanding?

    package init(
        kind: Kind, currency: Currency, country: Country, total: Money?, account: PrepaidAccount,
        profiles: [PaymentProfile], standard: DefaultMethod?, processed: Set<PaymentMethod>, takesTransfers: Bool,
        today: Day, onAccount: AccountStanding? = nil
    ) {
        self.kind = kind
        self.currency = currency
        self.country = country
        self.total = total
        self.account = account
        self.profiles = profiles
        self.standard = standard
        self.processed = processed
        self.takesTransfers = takesTransfers
        self.today = today
        self.onAccount = onAccount
    }
}

/// One way to pay as the chooser shows it.
package struct PaymentOption: Hashable, Sendable {
    package enum Way: Hashable, Sendable {
        case saved(PaymentProfile)
        case method(PaymentMethod)
        /// Not a payment: a debt until its day. Never saved, and never for what is a debt already.
        case onAccount
    }

    /// Why it is shown and cannot be chosen.
    package enum Refusal: String, CaseIterable, Sendable {
        case switzerlandOnly = "switzerland_only"
        case balanceTooLow = "balance_too_low"
        case expired
        /// On account: more would be open than may be.
        case aboveLimit = "above_limit"
        /// On account: an invoice is still to be paid after its day.
        case somethingOverdue = "something_overdue"

        package var word: String { "billing.method.refused.\(rawValue)" }
    }

    package let way: Way
    package let refusal: Refusal?

    /// As the form says it: `card`, `profile:7`.
    package var value: String {
        switch way {
        case .saved(let profile): "profile:\(profile.id)"
        case .method(let method): method.rawValue
        case .onAccount: "on_account"
        }
    }
}

extension PaymentSituation {
    /// The ways to pay, in the order they are shown in: what is saved, then what is new. What can never apply here is left out; what
    /// could under other circumstances is there with its reason.
    package var options: [PaymentOption] {
        let saved = profiles.filter { $0.state == .active && isTaken($0.method) }.map { profile in
            PaymentOption(
                way: .saved(profile), refusal: profile.isExpired(on: today) ? .expired : refusal(profile.method))
        }
        let new = [PaymentMethod.card, .twint, .postFinance, .payPal, .eBill, .transfer, .prepaid].filter(isTaken)
        let account = kind == .order ? onAccount : nil
        return saved + new.map { PaymentOption(way: .method($0), refusal: refusal($0)) }
            + (account.map { [PaymentOption(way: .onAccount, refusal: $0.refusal(of: total))] } ?? [])
    }

    /// Whether a method has a place here at all.
    private func isTaken(_ method: PaymentMethod) -> Bool {
        switch method {
        case .card: processed.contains(.card)
        // Only in francs (PAY-6).
        case .postFinance: processed.contains(.postFinance) && currency == .chf
        // A closed list for top-ups (PRE-3): these are not on it.
        case .twint, .payPal: processed.contains(method) && kind != .topUp
        // Sent to the customer's bank as a bill, to be released there: nothing for what begins with the payment.
        case .eBill: processed.contains(.eBill) && kind == .bill
        case .transfer: takesTransfers
        case .prepaid: kind != .topUp
        }
    }

    private func refusal(_ method: PaymentMethod) -> PaymentOption.Refusal? {
        switch method {
        // PAY-5.
        case .twint, .postFinance, .eBill: country == .switzerland ? nil : .switzerlandOnly
        case .prepaid: total.map(account.covers) ?? true ? nil : .balanceTooLow
        case .card, .payPal, .transfer: nil
        }
    }

    /// What prepaid can give to a total it does not cover (PAYM-8); nil where there is nothing to give.
    package var part: Money? {
        guard kind != .topUp, let total, account.available.isPositive, !account.covers(total) else { return nil }
        return account.available
    }

    /// What is chosen before anybody chooses: the default where it can pay, else the first way that can.
    package var suggestion: String {
        let usable = options.filter { $0.refusal == nil }
        let standardValue: String? =
            switch standard {
            case .prepaid: PaymentMethod.prepaid.rawValue
            case .profile(let id): "profile:\(id)"
            case nil: nil
            }
        return usable.first { $0.value == standardValue }?.value ?? usable.first?.value ?? PaymentMethod.card.rawValue
    }
}
