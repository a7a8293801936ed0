package import Kernel
package import Storage

extension Connection {
    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package func payment(_ id: PaymentID, in organization: OrganizationID) throws -> Payment? {
        try row(
            "SELECT \(Payment.columns) FROM payment WHERE id = \(id) AND organization_id = \(organization)"
        ).map(Payment.init)
    }

    /// The payment a form began, by the key the form made.
    package func payment(clientKey: String, in organization: OrganizationID) throws -> Payment? {
        try row(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE organization_id = \(organization) AND client_key = \(clientKey)
            """
        ).map(Payment.init)
    }

    /// The tries to pay for one thing, newest first.
    package func payments(
        for purpose: String, _ purposeID: Int64, in organization: OrganizationID
    ) throws -> [Payment] {
        try rows(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE organization_id = \(organization) AND purpose = \(purpose) AND purpose_id = \(purposeID)
                AND part_of_id IS NULL
            ORDER BY id DESC LIMIT 100
            """
        ).map(Payment.init)
    }

    /// The payment that is under way for one thing: at most one, beside the part that is held for it.
    package func pendingPayment(for purpose: String, _ purposeID: Int64) throws -> Payment? {
        try askPendingPayment(for: purpose, purposeID).answer()
    }

    func askPendingPayment(for purpose: String, _ purposeID: Int64) throws -> Question<Payment?> {
        // The state is part of indexes: as a value it would have the statement planned anew each time.
        try ask(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE purpose = \(purpose) AND purpose_id = \(purposeID) AND state = 'pending'
                AND part_of_id IS NULL
            ORDER BY id DESC LIMIT 1
            """
        ).first(Payment.init)
    }

    /// What the prepaid account gives to a payment, in whatever state.
    package func heldPart(of payment: Payment) throws -> Payment? {
        try row("SELECT \(Payment.columns) FROM payment WHERE part_of_id = \(payment.id)").map(Payment.init)
    }

    /// The payments that settled a document, oldest first.
    package func payments(of document: Document) throws -> [Payment] {
        try rows(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE id IN (SELECT payment_id FROM allocation WHERE document_id = \(document.id)) ORDER BY id
            """
        ).map(Payment.init)
    }

    func payment(_ id: PaymentID) throws -> Payment? {
        try row("SELECT \(Payment.columns) FROM payment WHERE id = \(id)").map(Payment.init)
    }

    /// Pending until it is decided. What is paid from prepaid alone is decided at once: it is kept whole, or not at all.
    func insertPayment(_ request: PaymentRequest, at now: Instant) throws -> Payment {
        let isDecided = request.method == .prepaid
        let inserted = try row(
            """
            INSERT INTO payment (organization_id, person_id, purpose, purpose_id, currency, amount, method, state,
                client_key, charge_key, created_at, settled_at, next_ask_at)
            VALUES (\(request.organization), \(request.person), \(request.purpose), \(request.purposeID),
                \(request.amount.currency), \(request.rest.minorUnits), \(request.method),
                \(isDecided ? PaymentState.posted : .pending), \(request.clientKey), \(request.chargeKey(at: now)), \(now),
                \(isDecided ? now : nil), \(isDecided ? nil : now.adding(PaymentDeadline.unknown)))
            RETURNING \(Payment.columns)
            """)
        guard let inserted else { preconditionFailure("An INSERT that returns its row returns a row.") }
        return try Payment(inserted)
    }

    /// Transfers are never pending: when the bank tells of them, the money is there.
    /// - Returns: in the order of the transfers, which have different keys.
    func insertTransfers(_ transfers: [Transfer], at now: Instant) throws -> [Payment] {
        let inserted = try insert(
            into: """
                payment (organization_id, purpose, purpose_id, currency, amount, method, state, client_key, charge_key,
                    processor, reference, created_at, settled_at)
                """,
            transfers.map { transfer in
                let (receipt, target) = (transfer.receipt, transfer.target)
                return """
                    \(target.organization), \(target.purpose), \(target.purposeID), \(receipt.amount.currency),
                    \(receipt.amount.minorUnits), \(PaymentMethod.transfer), \(PaymentState.posted), \(receipt.key),
                    \(receipt.key), \("bank"), \(receipt.key), \(now), \(now)
                    """
            }, returning: Payment.columns)
        let payments = try Dictionary(uniqueKeysWithValues: inserted.map(Payment.init).map { ($0.chargeKey, $0) })
        return transfers.map { transfer in
            guard let payment = payments[transfer.receipt.key] else {
                preconditionFailure("An INSERT that returns its row returns a row.")
            }
            return payment
        }
    }

    /// Sets the prepaid part of a payment aside.
    func hold(_ part: Money, for payment: Payment, at now: Instant) throws {
        try execute(
            """
            INSERT INTO payment (organization_id, person_id, purpose, purpose_id, currency, amount, method, state,
                client_key, charge_key, created_at, next_ask_at, part_of_id)
            VALUES (\(payment.organization), \(payment.person), \(payment.purpose), \(payment.purposeID),
                \(part.currency), \(part.minorUnits), \(PaymentMethod.prepaid), \(PaymentState.pending),
                \("held:\(payment.id)"), \("held:\(payment.chargeKey)"), \(now), \(now), \(payment.id))
            """)
    }

    /// Uses what was held, or as much of it as is needed.
    /// - Returns: nil where it was released before.
    func useHeld(_ id: PaymentID, _ amount: Money, at now: Instant) throws -> Payment? {
        try row(
            """
            UPDATE payment SET state = \(PaymentState.posted), amount = \(amount.minorUnits), settled_at = \(now),
                next_ask_at = NULL
            WHERE id = \(id) AND state = \(PaymentState.pending)
            RETURNING \(Payment.columns)
            """
        ).map(Payment.init)
    }

    /// - Returns: false where somebody asked before.
    func markAsked(
        _ id: PaymentID, of processor: String, with instrument: Instrument, keeps: Bool, at now: Instant
    ) throws -> Bool {
        let card = instrument.card
        return try execute(
            """
            UPDATE payment SET asked_at = \(now), processor = \(processor), card_brand = \(card?.brand),
                card_last4 = \(card?.last4), keeps = \(keeps), next_ask_at = \(now.adding(PaymentDeadline.askAgain))
            WHERE id = \(id) AND state = \(PaymentState.pending) AND asked_at IS NULL
                AND method = \(instrument.method)
            """) == 1
    }

    /// The one way out of `pending`, and from given up to posted where the money came late. Compare-and-set: it happens once.
    /// - Returns: the payment as it is now; nil where somebody else settled it before.
    func settlePayment(
        _ id: PaymentID, from states: [PaymentState], to state: PaymentState, reference: String? = nil,
        fee: Money? = nil, failure: String? = nil, at now: Instant
    ) throws -> Payment? {
        try row(
            """
            UPDATE payment SET state = \(state), reference = COALESCE(\(reference), reference),
                fee = \(fee?.minorUnits), failure = \(failure), action_path = NULL, settled_at = \(now),
                next_ask_at = NULL
            WHERE id = \(id) AND state IN \(states)
            RETURNING \(Payment.columns)
            """
        ).map(Payment.init)
    }

    func keepWaiting(_ id: PaymentID, action: String?, until next: Instant) throws {
        try execute(
            """
            UPDATE payment SET action_path = COALESCE(\(action), action_path), next_ask_at = \(next)
            WHERE id = \(id) AND state = \(PaymentState.pending)
            """)
    }

    /// Pending payments whose turn it is to be asked about, oldest turn first.
    func paymentsDue(at now: Instant, limit: Int) throws -> [PaymentID] {
        try rows(
            """
            SELECT id FROM payment WHERE state = 'pending' AND next_ask_at <= \(now) AND part_of_id IS NULL
            ORDER BY next_ask_at, id LIMIT \(limit)
            """
        ).map { try $0["id"] }
    }

    func topUpsUnderWay(of organization: OrganizationID) throws -> Int64 {
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS sum FROM payment
            WHERE organization_id = \(organization) AND purpose = \(PaymentPurpose.topUpName)
                AND state = 'pending'
            """)
        return try row?["sum"] ?? 0
    }
}

extension Instrument {
    /// As the payment remembers it.
    fileprivate var card: Payment.PaidCard? {
        switch self {
        case .card(let token): Payment.PaidCard(brand: token.brand, last4: token.last4)
        case .saved(let saved) where saved.method == .card: Payment.PaidCard(brand: saved.brand, last4: saved.label)
        case .saved, .wallet: nil
        }
    }
}

extension PaymentRequest {
    /// What the processor knows the charge by. The moment is part of it so that a database started afresh, whose ids begin
    /// again at 1, does not meet the processor's memory of the one before.
    fileprivate func chargeKey(at now: Instant) -> String {
        sha256("\(organization)\u{1f}\(clientKey)\u{1f}\(now.milliseconds)")
    }
}
