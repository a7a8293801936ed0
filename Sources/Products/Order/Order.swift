package import Billing
package import Kernel
import Storage

/// A wish to buy, with everything the invoice will say frozen as it was promised. It stays payable until it is paid or given
/// up (ORD-3, ORD-12).
package struct Order: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case awaitingPayment = "awaiting_payment"
        case paid, cancelled
        /// Provided against an invoice that is to be paid until its day; whether it is, the invoice says.
        case onAccount = "on_account"
    }

    package let id: OrderID
    package let organization: OrganizationID
    package let state: State
    package let offerID: String
    package let term: Term
    /// As the invoice will print it, in the buyer's language.
    package let description: String
    package let listPrice: Money
    package let discount: Discount?
    package let vatClass: VATClass
    /// With VAT: what the button said.
    package let total: Money
    package let recipient: Recipient
    package let document: DocumentID?
    package let orderedBy: PersonID
    package let orderedAt: Instant

    /// The line of the invoice, for a period that begins when it is paid.
    func line(product: ProductID?, period: Period) -> DraftLine {
        DraftLine(
            description: description, product: product, period: period, unitListPrice: listPrice,
            discounts: discount.map { [$0] } ?? [], vatClass: vatClass)
    }

    func draft(key: String, product: ProductID?, period: Period, dueDays: Int = 0) -> DocumentDraft {
        DocumentDraft(
            key: key, organization: organization, recipient: recipient, currency: listPrice.currency,
            lines: [line(product: product, period: period)], dueDays: dueDays)
    }
}

extension Order.State: StoredAsText {}

/// What is about to be ordered, with its price, before anybody has agreed to anything.
struct Quote: Sendable {
    let type: ProductType
    let offer: Offer
    let term: Term
    let period: Period
    let recipient: Recipient
    let computed: ComputedDocument
    /// What a term costs from the second one on, with VAT.
    let renewal: Money

    /// - Throws: `DraftError`, which a checked catalogue does not bring about.
    init(
        type: ProductType, offer: Offer, term: Term, recipient: Recipient, currency: Currency, on today: Day
    ) throws {
        guard let price = offer.price(term, currency) else { throw Problem.field("term", "products.term.unknown") }
        let period = term.period(anchoredAt: today)
        func compute(_ discounts: [Discount]) throws -> ComputedDocument {
            try DocumentDraft(
                key: "quote", organization: OrganizationID(rawValue: 0), recipient: recipient, currency: currency,
                lines: [
                    DraftLine(
                        description: offer.id, period: period, unitListPrice: price, discounts: discounts,
                        vatClass: offer.vatClass)
                ]
            ).computed(on: today)
        }
        self.type = type
        self.offer = offer
        self.term = term
        self.period = period
        self.recipient = recipient
        computed = try compute(Quote.discounts(of: offer, in: recipient.language))
        renewal = try compute([]).total
    }

    static func discounts(of offer: Offer, in language: Language) -> [Discount] {
        offer.introduction.map { [Discount($0.name[language], $0.percentage)] } ?? []
    }

    var total: Money { computed.total }
}
