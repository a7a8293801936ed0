package import Kernel
package import Storage

/// What paying for something brings about. The room that sells it says so; Billing knows only the name.
package struct PaymentPurpose: Sendable {
    /// `order`
    package let name: String
    /// Whether less than was asked for is of use: an invoice takes part of its money, an order is not part of a product.
    package let takesParts: Bool
    private let together: @Sendable (Connection, [Payment], Instant) throws -> [Fulfilment]

    /// - Parameter fulfil: called in the transaction that posts the payment, once, when the money is ours. Everything it writes is
    ///   kept with the payment or not at all. It may be called for a payment that was given up (the money came late): then it
    ///   decides whether what was to be paid is still open.
    package init(
        _ name: String, takesParts: Bool = false,
        fulfil: @escaping @Sendable (Connection, Payment, Instant) throws -> Fulfilment
    ) {
        self.name = name
        self.takesParts = takesParts
        together = { connection, payments, now in try payments.map { try fulfil(connection, $0, now) } }
    }

    /// What can be brought about for many payments in a few statements.
    /// - Parameter fulfil: the same for several payments, of which no two are for the same thing unless it takes any amount;
    ///   answered in their order.
    static func together(
        _ name: String, takesParts: Bool = false,
        fulfil: @escaping @Sendable (Connection, [Payment], Instant) throws -> [Fulfilment]
    ) -> PaymentPurpose { PaymentPurpose(name: name, takesParts: takesParts, together: fulfil) }

    private init(
        name: String, takesParts: Bool,
        together: @escaping @Sendable (Connection, [Payment], Instant) throws -> [Fulfilment]
    ) {
        self.name = name
        self.takesParts = takesParts
        self.together = together
    }

    package func fulfil(_ connection: Connection, _ payment: Payment, _ now: Instant) throws -> Fulfilment {
        try fulfil(connection, [payment], now)[0]
    }

    package func fulfil(_ connection: Connection, _ payments: [Payment], _ now: Instant) throws -> [Fulfilment] {
        let fulfilments = try together(connection, payments, now)
        precondition(fulfilments.count == payments.count, "Each payment is fulfilled.")
        return fulfilments
    }
}

package enum Fulfilment: Hashable, Sendable {
    /// The payment is allocated to this invoice of the organisation, as it stands now, up to what is open; more goes to prepaid.
    case document(Document)
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
