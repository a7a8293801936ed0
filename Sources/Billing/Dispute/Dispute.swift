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
    /// What the processor took for it; `feeBack` is what it gave back of that.
    package let fee: Money
    package let feeBack: Money
    package let state: State
    /// The processor's name for it.
    package let reference: String
    package let openedAt: Instant
    /// Until when the bank takes an answer; nil where the processor does not say.
    package let respondBy: Instant?
}

extension Dispute {
    static let columns: SQL = """
        id, organization_id, payment_id, currency, amount, fee, fee_back, state, reference, opened_at, respond_by
        """

    init(_ row: Row) throws {
        let currency: Currency = try row["currency"]
        id = try row["id"]
        organization = try row["organization_id"]
        payment = try row["payment_id"]
        amount = Money(minorUnits: try row["amount"], currency)
        fee = Money(minorUnits: try row["fee"], currency)
        feeBack = Money(minorUnits: try row["fee_back"], currency)
        state = try row["state"]
        reference = try row["reference"]
        openedAt = try row["opened_at"]
        respondBy = try row["respond_by"]
    }

    enum Step: String {
        case opened = "PaymentDisputed"
        case won = "DisputeWon"
        case lost = "DisputeLost"
    }

    /// - Parameter fromPrepaid: what left prepaid with a dispute that was lost.
    func event(_ step: Step, fromPrepaid: Money? = nil, by actor: Event.Actor) -> Event {
        var payload = ["amount": amount.plain, "currency": amount.currency.rawValue, "reference": reference]
        if let fromPrepaid { payload["prepaid"] = fromPrepaid.plain }
        return Event(
            step.rawValue, by: actor, organization: organization, subject: "payment", payment.rawValue,
            payload: payload)
    }
}

extension Migration {
    /// What the processor gave back of its fee, usually when the dispute was won.
    static let disputeFees = Migration(
        "billing-037-dispute-fees",
        """
        ALTER TABLE dispute ADD COLUMN fee_back BIGINT NOT NULL DEFAULT 0
            CHECK (fee_back >= 0 AND fee_back <= fee);
        """)
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
