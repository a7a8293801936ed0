import Access
import Accounts
package import Delivery
package import Foundation
package import Kernel
import Organizations
package import Storage
package import Web

/// The room of money: ledger, documents, payments, the prepaid account. `Payments` is what other rooms pay through,
/// `verifyBooks` proves that everything adds up.
package struct Billing: Sendable {
    let database: Database
    let surroundings: Surroundings
    let payments: Payments
    let wording: Wording
    let settings: WebSettings
    let addressUses: BillingAddressUses
    package let press: Press
    /// Minor units; see `MoneyDesk`.
    let fourEyesAbove: Int64
    /// What pays by itself with a saved method, asked when one is to be removed.
    let profileUses: PaymentProfile.Uses
    let reminderRule: ReminderRule
    /// Whose messages are taken; nil where Stripe is not connected.
    let stripe: StripeConfiguration?

    package init(
        database: Database, surroundings: Surroundings, payments: Payments, wording: Wording, settings: WebSettings,
        addressUses: BillingAddressUses, press: Press, fourEyesAbove: Int64, reminders: ReminderRule = .usual,
        profileUses: @escaping PaymentProfile.Uses = { _, _ in [] }, stripe: StripeConfiguration? = nil
    ) {
        self.database = database
        self.surroundings = surroundings
        self.payments = payments
        self.wording = wording
        self.settings = settings
        self.addressUses = addressUses.withTopUps
        self.fourEyesAbove = fourEyesAbove
        self.press = press
        reminderRule = reminders
        self.profileUses = profileUses
        self.stripe = stripe
    }

    var payouts: Payouts { payments.payouts }
    var withdrawals: Withdrawals { payouts.withdrawals }
    var reminders: Reminders { Reminders(payments: payments, rule: reminderRule) }

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    package func open(_ doors: Doors) {
        openDocuments(doors)
        openExport(doors)
        openAddresses(doors)
        openPreferences(doors)
        openReminders(doors)
        openPrepaid(doors)
        openTransfers(doors)
        openWithdrawals(doors)
        openPayouts(doors)
        openBank(doors)
        openProfiles(doors)
        openPaying(doors)
        openWebhooks(doors)
        openSubjects(doors)
        openSearch(doors)
        openDesk(doors)
        openJournal(doors)
        openBooks(doors)
        doors.navigate(
            NavigationItem(
                id: "documents", section: .organization, icon: "document", title: { $0("billing.documents") },
                link: { "/organizations/\($0)/billing/documents" }, isShown: { $0.has(ManageBilling.self) }))
        doors.navigate(
            NavigationItem(
                id: "billing-addresses", section: .organization, icon: "home", title: { $0("billing.addresses") },
                link: { "/organizations/\($0)/billing/addresses" }, isShown: { $0.has(ManageBilling.self) }))
        doors.navigate(
            NavigationItem(
                id: "prepaid", section: .organization, icon: "wallet", title: { $0("billing.prepaid") },
                link: { "/organizations/\($0)/billing/prepaid" }, isShown: { $0.has(ManageBilling.self) }))
        doors.navigate(
            NavigationItem(
                id: "methods", section: .organization, icon: "card", title: { $0("billing.profiles") },
                link: { "/organizations/\($0)/billing/methods" }, isShown: { $0.has(ManageBilling.self) }))
    }

    package var subscriptions: [Subscription] {
        [
            Subscription("InvoicePaid", invoiceLetter),
            Subscription("ProFormaIssued", transferLetter),
            Subscription("PaymentCredited", creditedLetter),
            Subscription("PrepaidToppedUp", toppedUpLetter),
            Subscription("RefundPaid", refundedLetter),
            Subscription("RefundReturned", refundReturnedLetter),
            Subscription("InvoiceReminded", reminderLetter),
        ] + withdrawalSubscriptions + bankSubscriptions + disputeSubscriptions + onAccountSubscriptions + forgettings
    }

    /// Payments that were left undecided are asked about until they are.
    package var schedules: [Schedule] {
        [
            Schedule(
                name: "billing-settling-payments", nextDue: { try Payments.nextDue($0) },
                run: { [payments] now in try await payments.settleDue(now) }),
            Schedule(
                name: "billing-settling-refunds", nextDue: { try Payments.nextRefundDue($0) },
                run: { [payments] now in try await payments.settleRefundsDue(now) }),
            Schedule(
                name: "billing-expiring-corrections", nextDue: { try MoneyDesk.nextDue($0) },
                run: { [database] now in try await database.write { try MoneyDesk.expire(in: $0, at: now) } }),
            Schedule(
                name: "billing-releasing-revenue", nextDue: { [payments] in try payments.revenue.nextDue($0) },
                run: { [payments] now in try await payments.revenue.run(now) }),
            Schedule(
                name: "billing-reminding", nextDue: { [reminders] in try reminders.nextDue($0) },
                run: { [reminders] now in try await reminders.run(now) }),
            Schedule(
                name: "billing-processor-messages", nextDue: { try Connection.nextProcessorEvent($0) },
                run: { [payments] now in try await payments.handleMessages(now) }),
            Schedule(
                name: "billing-handing-over", nextDue: { try $0.nextHandover() },
                run: { [handingOver] now in try await handingOver.run(at: now) }),
            Schedule(
                name: "billing-reconciling-processor", nextDue: { [payments] in try payments.nextRound($0) },
                run: { [payments] now in try await payments.reconcile(now) }),
        ]
    }
}

extension Billing {
    /// Whom an organisation's documents are for, as it stands now: its default billing address (ADDR-4).
    package static let recipient: @Sendable (Connection, OrganizationID) throws -> Recipient = { connection, id in
        try recipient(of: id, nil, in: connection)
    }

    /// The same under a chosen address (ADDR-3, PAYM-11).
    /// - Parameters:
    ///   - choice: nil for the default.
    ///   - language: in which the document will be written; nil for that of the organisation.
    /// - Throws: 409 where the address was removed since it was chosen.
    package static func recipient(
        of organization: OrganizationID, _ choice: BillingChoice?, language: Language? = nil, in connection: Connection
    ) throws -> Recipient {
        try connection.billingAddresses(of: organization).recipient(choice, language: language)
    }
}
