package import Kernel
package import Storage

extension Payments {
    /// Pays from the organisation's prepaid account, all in one transaction: the balance covers it, what is paid for is
    /// fulfilled, 2030 / 1100, posted.
    /// - Throws: what `begin` throws; a `Problem` (422 `prepaid_balance_too_low`, field `method`), (409
    ///   `nothing_open`) where there is nothing left to pay. Then nothing was written.
    @discardableResult
    package func payFromPrepaid(_ request: PaymentRequest, by actor: Event.Actor) async throws -> Payment {
        let now = surroundings.now()
        return try await database.write { connection in
            try payFromPrepaid(request, in: connection, by: actor, at: now)
        }
    }

    /// The same inside the caller's transaction, where what is to be paid is made in it too.
    @discardableResult
    package func payFromPrepaid(
        _ request: PaymentRequest, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws -> Payment {
        precondition(request.method == .prepaid, "A payment from prepaid is asked for with that method.")
        precondition(request.purpose != PaymentPurpose.topUpName, "The prepaid account does not top up itself.")
        let account = try connection.lockBooks(of: request.organization)
        let (payment, isNew) = try Payments.begin(request, in: connection, with: account, at: now)
        guard isNew else { return payment }
        try account.checkCovers(request.amount)
        guard case .document(let document) = try purpose(of: payment).fulfil(connection, payment, now),
            document.organization == payment.organization, document.currency == payment.amount.currency,
            document.open.minorUnits >= payment.amount.minorUnits
        else {
            throw Problem(.conflict, code: "nothing_open", word: "billing.payment.nothing_open")
        }
        try postPrepaid(payment, document, in: connection, by: actor, at: now)
        return payment
    }

    /// 2030 / 1100, what it is allocated to, and the prepaid account's movement.
    func postPrepaid(
        _ payment: Payment, _ document: Document, in connection: Connection, by actor: Event.Actor, at now: Instant
    ) throws {
        let transaction = try connection.post(
            LedgerTransaction(
                key: "ui:\(payment.organization):\(payment.clientKey)", kind: .prepaidPayment,
                organization: payment.organization, effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: [
                    .debit(.prepaid, payment.amount, payment.organization),
                    .credit(.receivable, payment.amount, payment.organization, document.id),
                ]))
        try connection.movePrepaid(
            NewPrepaidMovement(
                organization: payment.organization, amount: -payment.amount, origin: .payment, payment: payment.id,
                document: document.id, transaction: transaction), at: now)
        try connection.insertAllocations(
            [
                Allocation(
                    payment: payment.id, target: .document, amount: payment.amount, document: document.id, reason: "",
                    transaction: transaction)
            ], at: now)
        try connection.announce(payment.succeededEvent(document, by: actor), at: now)
        try connection.updateState(of: document, by: actor, at: now)
    }
}
