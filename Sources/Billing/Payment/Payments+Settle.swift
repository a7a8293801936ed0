import Kernel
import Storage

extension Payments {
    /// Brings a payment to where the processor says it is.
    func settle(
        _ payment: Payment, _ answer: ChargeState?, by actor: Event.Actor, at now: Instant
    ) async throws -> Payment {
        let id = payment.id
        switch PaymentDeadline.decide(payment, answer, at: now) {
        case .succeeded(let reference, let fee):
            let posted = try await database.write { connection in
                try postCardPayment(id, reference: reference, fee: fee, by: actor, in: connection, at: now)
            }
            await keepInstrument(of: posted, by: actor, at: now)
            return posted
        case .failed(let reason):
            return try await close(id, as: .failed, failure: reason, by: actor, at: now)
        case .wait(let next, let action):
            return try await wait(id, action: action, until: next)
        case .giveUp(let state):
            guard payment.state == .pending else { return payment }
            return try await giveUp(payment, as: state, by: actor, at: now)
        }
    }

    func giveUp(
        _ payment: Payment, as state: PaymentState, by actor: Event.Actor, at now: Instant
    ) async throws -> Payment {
        let id = payment.id
        switch try await processor.cancel(key: payment.chargeKey) {
        case .succeeded(let reference, let fee):
            let posted = try await database.write { connection in
                try postCardPayment(id, reference: reference, fee: fee, by: actor, in: connection, at: now)
            }
            await keepInstrument(of: posted, by: actor, at: now)
            return posted
        case .failed(let reason) where reason != PaymentFailure.cancelled.rawValue:
            return try await close(id, as: .failed, failure: reason, by: actor, at: now)
        case .failed:
            return try await close(id, as: state, failure: nil, by: actor, at: now)
        case .needsAction, .pending:
            // It cannot be given up there, so it must not be here.
            return try await wait(id, action: nil, until: now.adding(PaymentDeadline.askAgain))
        }
    }

    private func wait(_ id: PaymentID, action: String?, until next: Instant) async throws -> Payment {
        try await database.write { connection in
            try connection.keepWaiting(id, action: action, until: next)
            return try connection.existingPayment(id)
        }
    }

    private func close(
        _ id: PaymentID, as state: PaymentState, failure: String?, by actor: Event.Actor, at now: Instant
    ) async throws -> Payment {
        try await database.write { connection in
            let closed = try connection.settlePayment(id, from: [.pending], to: state, failure: failure, at: now)
            guard let closed else { return try connection.existingPayment(id) }
            try connection.releaseHeld(for: closed, at: now)
            try connection.announce(closed.closedEvent(by: actor), at: now)
            return closed
        }
    }

    /// One transaction: the payment is posted, what it was for is fulfilled, the money is in the books.
    private func postCardPayment(
        _ id: PaymentID, reference: String, fee: Money?, by actor: Event.Actor, in connection: Connection,
        at now: Instant
    ) throws -> Payment {
        let account = try connection.lockBooks(of: try connection.existingPayment(id).organization)
        let givenUp: [PaymentState] = [.failed, .voided, .expired]
        let posted = try connection.settlePayment(
            id, from: [.pending] + givenUp, to: .posted, reference: reference, fee: fee, at: now)
        guard let payment = posted else { return try connection.existingPayment(id) }
        let held = try connection.heldPart(of: payment)
        let fulfilment = try fulfil(payment, with: held, in: connection, at: now)
        let split = try PaymentSplit(of: payment, for: fulfilment, account: account)
        let transaction = try connection.post(
            LedgerTransaction(
                key: "psp:\(payment.processor ?? processor.name):\(reference)", kind: .cardPayment,
                organization: payment.organization, effectiveOn: issuer.zone.day(of: now), happenedAt: now,
                postings: split.postings(from: .processorClearing, of: payment.organization, detail: reference)))
        try connection.allocate(split, by: transaction, actor: actor, at: now)
        if let held, held.state == .pending {
            try settleHeld(held, for: split.document?.id, by: actor, in: connection, at: now)
        }
        return payment
    }

    /// What is paid for is brought about once, with the sum of both parts. Where the held part was released before the rest came, the
    /// rest alone does not pay for it.
    private func fulfil(
        _ payment: Payment, with held: Payment?, in connection: Connection, at now: Instant
    ) throws -> Fulfilment {
        let purpose = try purpose(of: payment)
        guard let held else { return try purpose.fulfil(connection, payment, now) }
        guard held.state == .pending else {
            return purpose.takesParts ? try purpose.fulfil(connection, payment, now) : .nothingOpen(.crossing)
        }
        var whole = payment
        whole.amount = try payment.amount + held.amount
        return try purpose.fulfil(connection, whole, now)
    }

    /// 2030 / 1100 for what is still open after the rest has come; more than that is not taken from the prepaid account.
    private func settleHeld(
        _ held: Payment, for id: DocumentID?, by actor: Event.Actor, in connection: Connection, at now: Instant
    ) throws {
        let document = try id.flatMap { try connection.document($0, in: held.organization) }
        let share = min(held.amount.minorUnits, document?.open.minorUnits ?? 0)
        guard let document, share > 0 else {
            _ = try connection.settlePayment(held.id, from: [.pending], to: .voided, at: now)
            return
        }
        let amount = Money(minorUnits: share, held.amount.currency)
        guard let used = try connection.useHeld(held.id, amount, at: now) else { return }
        try postPrepaid(used, document, in: connection, by: actor, at: now)
    }

    func purpose(of payment: Payment) throws -> PaymentPurpose {
        guard let purpose = purposes[payment.purpose] else { throw PaymentError.unknownPurpose(payment.purpose) }
        return purpose
    }
}

extension Connection {
    /// The prepaid account gets back what was set aside for a payment that did not come.
    fileprivate func releaseHeld(for payment: Payment, at now: Instant) throws {
        guard let held = try heldPart(of: payment) else { return }
        _ = try settlePayment(held.id, from: [.pending], to: .voided, at: now)
    }

    func existingPayment(_ id: PaymentID) throws -> Payment {
        guard let payment = try payment(id) else { throw Problem.notFound }
        return payment
    }
}

enum PaymentError: Error, Equatable {
    /// A payment for something this program does not sell: it stays pending until a program that does comes by.
    case unknownPurpose(String)
    /// A room fulfilled a payment with a document that is not the organisation's.
    case foreignDocument(DocumentID)
}
