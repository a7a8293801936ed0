package import Kernel
package import Storage

/// Money on its way back to where it came from. Written before the processor is asked, in the transaction that takes it from
/// the receivable or from prepaid; settled once.
package struct Refund: Hashable, Sendable {
    package let id: RefundID
    package let organization: OrganizationID
    /// The payment it goes back along.
    package let payment: PaymentID
    /// The credit note it belongs to; nil for what was refunded from prepaid.
    package let document: DocumentID?
    package let amount: Money
    package let state: RefundState
    package let reason: String
    package let way: RefundWay
    /// The processor's or the bank's name for it.
    package let reference: String?
    package let failure: String?
    package let createdAt: Instant
    package let settledAt: Instant?
    /// What the processor knows it by.
    let key: String
}

/// How a refund reaches the customer.
package enum RefundWay: String, CaseIterable, Sendable, StoredAsText {
    /// Back along the charge.
    case processor
    /// To an account, with the next file for the bank: a `Withdrawal` carries it.
    case bank
}

package enum RefundState: String, CaseIterable, Sendable, StoredAsText {
    case pending
    /// The processor has sent it.
    case posted
    /// It could not be delivered; the money is on prepaid.
    case returned
}

extension Refund {
    static let columns: SQL = """
        id, organization_id, payment_id, document_id, currency, amount, state, reason, reference, failure, created_at,
        settled_at, key, way
        """

    init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        payment = try row["payment_id"]
        document = try row["document_id"]
        amount = Money(minorUnits: try row["amount"], try row["currency"])
        state = try row["state"]
        reason = try row["reason"]
        reference = try row["reference"]
        failure = try row["failure"]
        createdAt = try row["created_at"]
        settledAt = try row["settled_at"]
        key = try row["key"]
        way = try row["way"]
    }

    enum Step: String {
        case begun = "RefundBegun"
        case paid = "RefundPaid"
        case returned = "RefundReturned"
    }

    func event(_ step: Step, by actor: Event.Actor) -> Event {
        var payload = [
            "amount": amount.plain, "currency": amount.currency.rawValue, "refund_id": id.description, "reason": reason,
        ]
        if let failure { payload["failure"] = failure }
        return Event(
            step.rawValue, by: actor, organization: organization, subject: "payment", payment.rawValue, payload: payload
        )
    }
}

extension Connection {
    package func refund(_ id: RefundID) throws -> Refund? {
        try row("SELECT \(Refund.columns) FROM refund WHERE id = \(id)").map(Refund.init)
    }

    /// An organisation's refunds, newest first.
    package func refunds(of organization: OrganizationID, limit: Int) throws -> [Refund] {
        try rows(
            """
            SELECT \(Refund.columns) FROM refund WHERE organization_id = \(organization)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Refund.init)
    }

    /// How much of a payment can still go back: along the charge what the processor took, to an account whatever brought money
    /// in; less what was sent back or a bank holds.
    package func refundable(_ payment: Payment, by way: RefundWay = .processor) throws -> Money {
        let canGo =
            switch way {
            case .processor: payment.method.isProcessed && payment.reference != nil
            case .bank: payment.method != .prepaid
            }
        guard payment.state == .posted, canGo else { return .zero(payment.amount.currency) }
        let row = try row(
            """
            SELECT CAST(COALESCE((
                    SELECT SUM(r.amount) FROM refund r WHERE r.payment_id = \(payment.id) AND r.state <> 'returned'
                ), 0) + COALESCE((
                    SELECT SUM(d.amount) FROM dispute d WHERE d.payment_id = \(payment.id) AND d.state <> 'won'
                ), 0) + COALESCE((
                    SELECT SUM(b.amount) FROM bank_take_back b WHERE b.payment_id = \(payment.id)
                ), 0) AS BIGINT) AS gone
            """)
        let gone: Int64 = try row?["gone"] ?? 0
        return Money(minorUnits: max(0, payment.amount.minorUnits - gone), payment.amount.currency)
    }

    /// How much of a charge a bank can still take back. What went to an account of the customer's does not count: the bank knows
    /// nothing of it.
    func disputable(_ payment: Payment) throws -> Money {
        let row = try row(
            """
            SELECT CAST(COALESCE((
                    SELECT SUM(r.amount) FROM refund r
                    WHERE r.payment_id = \(payment.id) AND r.state <> 'returned' AND r.way = 'processor'
                ), 0) + COALESCE((
                    SELECT SUM(d.amount) FROM dispute d WHERE d.payment_id = \(payment.id) AND d.state <> 'won'
                ), 0) AS BIGINT) AS gone
            """)
        let gone: Int64 = try row?["gone"] ?? 0
        return Money(minorUnits: max(0, payment.amount.minorUnits - gone), payment.amount.currency)
    }

    /// How much of what a payment put on prepaid can go back now: it has to be still there.
    package func refundableFromPrepaid(_ payment: Payment, by way: RefundWay = .processor) throws -> Money {
        let row = try row(
            """
            SELECT CAST(COALESCE((
                    SELECT SUM(a.amount) FROM allocation a WHERE a.payment_id = \(payment.id) AND a.target = 'prepaid'
                ), 0) - COALESCE((
                    SELECT SUM(r.amount) FROM refund r
                    WHERE r.payment_id = \(payment.id) AND r.document_id IS NULL AND r.state <> 'returned'
                ), 0) AS BIGINT) AS there
            """)
        let there: Int64 = try row?["there"] ?? 0
        let account = try prepaidAccount(of: payment.organization)
        guard account.balance.currency == payment.amount.currency else { return .zero(payment.amount.currency) }
        let most = min(there, try refundable(payment, by: way).minorUnits, account.available.minorUnits)
        return Money(minorUnits: max(0, most), payment.amount.currency)
    }

    /// One that goes by the bank is never asked about: the bank's file tells.
    /// - Precondition: the books are held, and the amount was taken to 2032.
    func insertRefund(
        of payment: Payment, _ amount: Money, by way: RefundWay, document: DocumentID?, reason: String, key: String,
        by actor: Event.Actor,
        at now: Instant
    ) throws -> Refund {
        let inserted = try row(
            """
            INSERT INTO refund (organization_id, person_id, payment_id, document_id, currency, amount, state, key, reason,
                created_at, next_ask_at, way)
            VALUES (\(payment.organization), \(actor.person), \(payment.id), \(document), \(amount.currency),
                \(amount.minorUnits), \(RefundState.pending), \(sha256("refund:\(payment.chargeKey):\(key)")), \(reason),
                \(now), \(now), \(way))
            RETURNING \(Refund.columns)
            """)
        guard let inserted else { preconditionFailure("An INSERT that returns its row returns a row.") }
        let refund = try Refund(inserted)
        try announce(refund.event(.begun, by: actor), at: now)
        return refund
    }

    /// Takes money that a payment put on prepaid (duplicate, crossing, too much, a top-up) back out, on its way to where it came
    /// from: 2030 / 2032.
    /// - Parameter key: made by the form, once; the same key gives the first refund.
    /// - Throws: a `Problem`: 404 for a payment of somebody else, 422 on `amount` for more than can go back.
    package func refundFromPrepaid(
        _ id: PaymentID, in organization: OrganizationID, _ amount: Money, via way: RefundWay = .processor, key: String,
        reason: String, from issuer: LegalEntity, by actor: Event.Actor, at now: Instant
    ) throws -> Refund {
        _ = try lockBooks(of: organization)
        guard let payment = try payment(id, in: organization) else { throw Problem.notFound }
        let own = sha256("refund:\(payment.chargeKey):\(key)")
        if let first = try row("SELECT \(Refund.columns) FROM refund WHERE key = \(own)").map(Refund.init) {
            guard first.amount == amount, first.way == way else { throw Problem.idempotencyConflict }
            return first
        }
        let most = try refundableFromPrepaid(payment, by: way)
        guard amount.isPositive, amount.currency == most.currency, amount.minorUnits <= most.minorUnits else {
            throw Problem.field(
                "amount", "billing.refund.too_much", code: "validation_rule_max",
                ["currency": most.currency.rawValue, "max": most.plain])
        }
        let refund = try insertRefund(
            of: payment, amount, by: way, document: nil, reason: reason, key: key, by: actor, at: now)
        let transaction = try post(
            LedgerTransaction(
                key: "refund:\(refund.id)", kind: .refund, organization: organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(.prepaid, amount, organization), .credit(.refundsInTransit, amount, organization),
                ]))
        try movePrepaid(
            NewPrepaidMovement(
                organization: organization, amount: -amount, origin: .refund, payment: payment.id, document: nil,
                transaction: transaction), at: now)
        return refund
    }
}
