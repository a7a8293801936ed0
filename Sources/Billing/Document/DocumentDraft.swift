package import Kernel

/// A document before it is issued: who, what and at which list prices. Everything else follows by `computed`.
package struct DocumentDraft: Sendable {
    /// The event's own identity, never a time: `inv:<subscription>:<period start>:<kind>`. Issuing it twice gives the first
    /// document.
    package let key: String
    package let organization: OrganizationID
    package let recipient: Recipient
    package let currency: Currency
    package let lines: [DraftLine]
    /// Days from issue until payment is due; 0 where it is paid on issue.
    package let dueDays: Int
    /// An extra line after VAT; Swiss francs only.
    package let roundsToFiveRappen: Bool

    package init(
        key: String, organization: OrganizationID, recipient: Recipient, currency: Currency, lines: [DraftLine],
        dueDays: Int = 0, roundsToFiveRappen: Bool = false
    ) {
        self.key = key
        self.organization = organization
        self.recipient = recipient
        self.currency = currency
        self.lines = lines
        self.dueDays = dueDays
        self.roundsToFiveRappen = roundsToFiveRappen
    }

    package static let linesMax = 1000
}

package struct DraftLine: Hashable, Sendable {
    /// In the customer's language, as it will be printed.
    package let description: String
    package let product: ProductID?
    /// What the price is for. Revenue is spread over it; without one it is earned at once.
    package let period: Period?
    /// False for what does not bill the product's own term: options, fees, adjustments. Terms of one product must not overlap.
    package let billsTerm: Bool
    package let quantity: Int
    /// Without VAT. Negative for what is taken back (unused days of an old offer).
    package let unitListPrice: Money
    package let discounts: [Discount]
    package let vatClass: VATClass

    package init(
        description: String, product: ProductID? = nil, period: Period? = nil, billsTerm: Bool = true,
        quantity: Int = 1, unitListPrice: Money, discounts: [Discount] = [], vatClass: VATClass = .standard
    ) {
        self.description = description
        self.product = product
        self.period = period
        self.billsTerm = billsTerm
        self.quantity = quantity
        self.unitListPrice = unitListPrice
        self.discounts = discounts
        self.vatClass = vatClass
    }
}

/// A discount as it is printed: its name and its percentage of what remains.
package struct Discount: Hashable, Sendable {
    package let label: String
    package let percentage: Percentage

    package init(_ label: String, _ percentage: Percentage) {
        self.label = label
        self.percentage = percentage
    }
}

/// A draft that cannot become a document: a defect of the code that made it.
package enum DraftError: Error, Equatable {
    case noLines
    case tooManyLines(Int)
    case quantity(Int)
    case discount(Percentage)
    case mixedCurrencies
    case tooLarge
    /// An invoice below zero: what is owed to the customer is a credit note.
    case negativeTotal
}
