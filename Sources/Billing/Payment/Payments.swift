package import Kernel
package import Logging
import Organizations
package import Storage

/// Taking money: begun in the transaction that wants it, asked of the processor outside of any, settled once in another.
/// Whatever stops in between, the payment stays pending, and asking again finds out.
package struct Payments: Sendable {
    let database: Database
    package let processor: any PaymentProcessor
    package let issuer: LegalEntity
    let surroundings: Surroundings
    let purposes: [String: PaymentPurpose]
    /// What we send ourselves: the bank's files tell what became of it.
    let payouts: Payouts
    let logger: Logger

    /// - Parameter purposes: everything that can be paid for; names are unique.
    package init(
        database: Database, processor: any PaymentProcessor, issuer: LegalEntity, surroundings: Surroundings,
        purposes: [PaymentPurpose], payouts: Payouts, logger: Logger
    ) {
        self.database = database
        self.processor = processor
        self.issuer = issuer
        self.surroundings = surroundings
        self.purposes = Dictionary(purposes.map { ($0.name, $0) }) { first, _ in
            preconditionFailure("Two rooms want to be paid for \(first.name).")
        }
        self.payouts = payouts
        self.logger = logger
    }

    /// Hands a card to the processor, before anything is written.
    package func tokenize(_ card: Card) async throws -> CardToken { try await processor.tokenize(card) }

    /// Writes the payment down, before anybody is asked for money. Call it in the transaction that makes what is to be paid.
    /// - Returns: the first payment where the client key was used before for the same.
    /// - Throws: a `Problem`: 409 `idempotency_conflict` where the client key was used for something else, 409
    ///   `payment_under_way` (argument `payment`) while another payment for the same thing is not decided, 409
    ///   `currency_mismatch`, 404 where the organisation is deleted, 422 for an amount that cannot be, 400 for a client key that is empty or too long.
    @discardableResult
    package static func begin(
        _ request: PaymentRequest, in connection: Connection, at now: Instant
    ) throws -> Payment {
        try begin(request, in: connection, with: try connection.lockBooks(of: request.organization), at: now).payment
    }

    /// - Parameter account: the prepaid account, which proves that the organisation's books are held.
    static func begin(
        _ request: PaymentRequest, in connection: Connection, with account: PrepaidAccount, at now: Instant
    ) throws -> (payment: Payment, isNew: Bool) {
        guard (1...PaymentRequest.clientKeyLengthMax).contains(request.clientKey.utf8.count) else {
            throw Problem(
                .malformed, code: "client_key_unreadable", word: "billing.payment.client_key_unreadable",
                field: "client_key")
        }
        let organization = try Organization.askHold(request.organization, in: connection)
        let underWay = try connection.askPendingPayment(for: request.purpose, request.purposeID)
        if let first = try connection.payment(clientKey: request.clientKey, in: request.organization) {
            let part = try connection.heldPart(of: first)
            // What was held may have been used in part only, once it is decided.
            let isSamePart = (part == nil) == (request.fromPrepaid == nil)
            guard first.isFor(request), isSamePart else { throw Problem.idempotencyConflict }
            return (first, false)
        }
        if try organization.answer() == nil { throw Problem.notFound }
        try check(request, against: account, underWay: try underWay.answer(), in: connection)
        let payment = try connection.insertPayment(request, at: now)
        if let part = request.fromPrepaid { try connection.hold(part, for: payment, at: now) }
        return (payment, true)
    }

    private static func check(
        _ request: PaymentRequest, against account: PrepaidAccount, underWay pending: Payment?,
        in connection: Connection
    ) throws {
        guard request.amount.isPositive else {
            throw Problem.field("amount", "billing.payment.amount_not_positive", code: "validation_rule_min")
        }
        guard request.amount.currency == account.balance.currency else {
            throw Problem(
                .conflict, code: "currency_mismatch", word: "billing.payment.currency_mismatch",
                arguments: ["currency": account.balance.currency.rawValue])
        }
        if let part = request.fromPrepaid {
            precondition(
                request.purpose != PaymentPurpose.topUpName, "The prepaid account does not top up itself.")
            precondition(request.method.isProcessed, "Prepaid is held only for what is decided soon.")
            guard part.isPositive, request.rest.isPositive else {
                throw Problem.field("amount", "billing.payment.amount_not_positive", code: "validation_rule_min")
            }
            try account.checkCovers(part)
        }
        if request.purpose == PaymentPurpose.topUpName {
            try PrepaidAccount.checkDeposit(request.amount)
            try account.checkRoom(
                for: request.amount, underWay: try connection.topUpsUnderWay(of: request.organization))
        } else if let pending {
            throw Problem(
                .conflict, code: "payment_under_way", word: "billing.payment.under_way",
                arguments: ["payment": pending.id.description])
        }
    }
}

extension Payment {
    fileprivate func isFor(_ request: PaymentRequest) -> Bool {
        purpose == request.purpose && purposeID == request.purposeID && amount == request.rest
            && method == request.method
    }
}
