package import Kernel
package import Storage

/// A payment that the customer's bank took back, for now or for good (a chargeback).
package struct Dispute: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable, StoredAsText {
        case open, won, lost
    }

    package let id: DisputeID
    package let organization: OrganizationID
    package let payment: PaymentID
    package let amount: Money
    package let fee: Money
    package let state: State
    /// The processor's name for it.
    package let reference: String
    package let openedAt: Instant
}

extension Dispute {
    static let columns: SQL = """
        id, organization_id, payment_id, currency, amount, fee, state, reference, opened_at
        """

    init(_ row: Row) throws {
        let currency: Currency = try row["currency"]
        id = try row["id"]
        organization = try row["organization_id"]
        payment = try row["payment_id"]
        amount = Money(minorUnits: try row["amount"], currency)
        fee = Money(minorUnits: try row["fee"], currency)
        state = try row["state"]
        reference = try row["reference"]
        openedAt = try row["opened_at"]
    }

    enum Step: String {
        case opened = "PaymentDisputed"
        case won = "DisputeWon"
        case lost = "DisputeLost"
    }

    func event(_ step: Step, by actor: Event.Actor) -> Event {
        Event(
            step.rawValue, by: actor, organization: organization, subject: "payment", payment.rawValue,
            payload: ["amount": amount.plain, "currency": amount.currency.rawValue, "reference": reference])
    }
}

extension Connection {
    package func dispute(_ processor: String, _ reference: String) throws -> Dispute? {
        try row(
            """
            SELECT \(Dispute.columns) FROM dispute WHERE processor = \(processor) AND reference = \(reference)
            """
        ).map(Dispute.init)
    }
}
