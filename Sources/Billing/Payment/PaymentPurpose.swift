package import Kernel
package import Storage

/// What paying for something brings about. The room that sells it says so; Billing knows only the name.
package struct PaymentPurpose: Sendable {
    /// `order`
    package let name: String
    /// Called in the transaction that posts the payment, once, when the money is ours. Everything it writes is kept with the
    /// payment or not at all. It may be called for a payment that was given up (the money came late): then it decides whether
    /// what was to be paid is still open.
    package let fulfil: @Sendable (Connection, Payment, Instant) throws -> Fulfilment
    /// Whether less than was asked for is of use: an invoice takes part of its money, an order is not part of a product.
    package let takesParts: Bool

    package init(
        _ name: String, takesParts: Bool = false,
        fulfil: @escaping @Sendable (Connection, Payment, Instant) throws -> Fulfilment
    ) {
        self.name = name
        self.takesParts = takesParts
        self.fulfil = fulfil
    }
}

package enum Fulfilment: Hashable, Sendable {
    /// The payment is allocated to this invoice of the organisation, up to what is open; more goes to prepaid.
    case document(DocumentID)
    /// There was nothing left to pay: the money is credited to prepaid, and what does not fit there is kept for the operator.
    case nothingOpen(CreditReason)
    /// The money is paid in advance, against this receipt.
    case prepaid(receipt: DocumentID)
}

/// Why money came to the prepaid account without being sent there.
package enum CreditReason: String, Sendable {
    /// It had been paid already.
    case duplicate
    /// It was cancelled while the payment was on its way.
    case crossing
    /// It was too little for an order, which waits for its whole price.
    case tooLittle
    /// Nobody could tell what it was for, only whose it is.
    case unmatched
}
