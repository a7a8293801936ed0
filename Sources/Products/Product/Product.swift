package import Kernel
import Storage

/// Something an organisation has ordered: always inside an organisation, never on an account (ACC-1).
package struct Product: Sendable {
    /// Its life so far (PROD-38); the later stages come with renewals.
    package enum State: String, Sendable, CaseIterable {
        /// Ordered and not paid.
        case ordered
        case active
        /// Its term is over.
        case expired
        /// Its order was given up before it was paid, or it was cancelled afterwards.
        case cancelled
    }

    package let id: ProductID
    package let organization: OrganizationID
    package let typeID: String
    package let offerID: String
    package let name: String
    package let state: State
    package let term: Term
    /// What a term costs from the second one on, without VAT.
    package let renewalPrice: Money
    /// The term that is paid for; nil until it begins.
    package let period: Period?
    package let order: OrderID
    /// Asks for its end, or has brought it; see `isCancelling`.
    package let cancellation: CancellationID?
    /// Since when only those who administer the organisation manage it (BLK-1); nil where it is open to all who reach it.
    package let managementBlockedAt: Instant?
    package let createdAt: Instant

    /// Its cancellation was asked for and is not confirmed.
    package var isCancelling: Bool { cancellation != nil && state != .cancelled }

    /// How many days of the paid term are left; nil without one.
    package func daysLeft(on today: Day) -> Int? {
        guard state == .active, let period else { return nil }
        return today.days(until: period.end)
    }

    /// From here on the state says "expires soon": a monthly product would else say so from its first day.
    package var expiresSoonDays: Int {
        switch term {
        case .monthly: 7
        case .quarterly: 14
        case .yearly: 30
        }
    }

    /// What products may be called.
    package static let nameLengthMax = 63
}

extension Product.State: StoredAsText {}
