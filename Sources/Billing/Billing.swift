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
    /// What pays by itself with a saved method, asked when one is to be removed.
    let profileUses: PaymentProfile.Uses
    /// Whose messages are taken; nil where Stripe is not connected.
    let stripe: StripeConfiguration?

    package init(
        database: Database, surroundings: Surroundings, payments: Payments, wording: Wording, settings: WebSettings,
        profileUses: @escaping PaymentProfile.Uses = { _, _ in [] }, stripe: StripeConfiguration? = nil
    ) {
        self.database = database
        self.surroundings = surroundings
        self.payments = payments
        self.wording = wording
        self.settings = settings
        self.profileUses = profileUses
        self.stripe = stripe
    }

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")

    package func open(_ doors: Doors) {
        openDocuments(doors)
        openPrepaid(doors)
        openTransfers(doors)
        openProfiles(doors)
        openPaying(doors)
        openWebhooks(doors)
        openSubjects(doors)
        openSearch(doors)
        doors.navigate(
            NavigationItem(
                id: "documents", section: .organization, icon: "document", title: { $0("billing.documents") },
                link: { "/organizations/\($0)/billing/documents" }, isShown: { $0.has(ManageBilling.self) }))
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
        ] + forgettings
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
                name: "billing-releasing-revenue", nextDue: { [payments] in try payments.revenue.nextDue($0) },
                run: { [payments] now in try await payments.revenue.run(now) }),
            Schedule(
                name: "billing-processor-messages", nextDue: { try Connection.nextProcessorEvent($0) },
                run: { [payments] now in try await payments.handleMessages(now) }),
        ]
    }
}

extension Billing {
    /// Whom an organisation's documents are for, as it stands now.
    package static let recipient: @Sendable (Connection, OrganizationID) throws -> Recipient = { connection, id in
        guard let organization = try Organization.find(id, in: connection) else { throw Problem.notFound }
        return Recipient(
            name: organization.name, street: organization.address.street, postcode: organization.address.postcode,
            town: organization.address.town, country: organization.address.country,
            vatNumber: organization.vatNumber.isEmpty ? nil : organization.vatNumber, language: organization.language)
    }
}
