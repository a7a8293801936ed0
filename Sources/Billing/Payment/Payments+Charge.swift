package import Kernel
import Logging
package import Storage

extension Payments {
    /// Asks the processor for the money of a payment that was begun, and settles what it answers.
    ///
    /// Called twice (a double click), the second asks what became of the first. When the processor cannot be reached the
    /// payment comes back pending: `settleDue` finds out.
    /// - Parameters:
    ///   - instrument: of the payment's method.
    ///   - keeps: whether it is saved for later when it has paid.
    ///   - returnPath: where the customer comes back to; call `refresh` there.
    /// - Returns: posted, failed, or pending: then show the way to `actionLink` where there is one.
    @discardableResult
    package func charge(
        _ id: PaymentID, with instrument: Instrument, keeps: Bool = false, returnPath: String,
        presence: CardPresence = .present, by actor: Event.Actor
    ) async throws -> Payment {
        let now = surroundings.now()
        let name = processor.name
        let isFirst = try await database.write {
            try $0.markAsked(id, of: name, with: instrument, keeps: keeps, at: now)
        }
        guard isFirst else { return try await refresh(id, by: actor) }
        let payment = try await stored(id)
        let answer: ChargeState
        do {
            answer = try await processor.charge(
                ChargeRequest(
                    key: payment.chargeKey, organization: payment.organization, amount: payment.amount,
                    instrument: instrument, keeps: keeps, returnPath: returnPath, presence: presence))
        } catch {
            logger.warning(
                "payment: the processor's answer is not known", metadata: ["payment": "\(id)", "error": "\(error)"])
            return payment
        }
        return try await settle(payment, answer, by: actor, at: surroundings.now())
    }

    /// The usual way: a card that was typed just now.
    @discardableResult
    package func charge(
        _ id: PaymentID, with token: CardToken, returnPath: String, presence: CardPresence = .present,
        by actor: Event.Actor
    ) async throws -> Payment {
        try await charge(id, with: .card(token), returnPath: returnPath, presence: presence, by: actor)
    }

    /// Asks the processor what became of a payment, and settles it: for the way back from 3-D Secure, and for a page that waits.
    @discardableResult
    package func refresh(_ id: PaymentID, by actor: Event.Actor) async throws -> Payment {
        try await refresh(id, by: actor, at: surroundings.now())
    }

    /// Gives up a payment that is not decided, so that another can be begun: at the processor first, so that it cannot succeed
    /// behind our back. Where it did, the payment comes back posted.
    @discardableResult
    package func abandon(_ id: PaymentID, by actor: Event.Actor) async throws -> Payment {
        let payment = try await stored(id)
        guard payment.state == .pending else { return payment }
        return try await giveUp(payment, as: .voided, by: actor, at: surroundings.now())
    }

    func refresh(_ id: PaymentID, by actor: Event.Actor, at now: Instant) async throws -> Payment {
        let payment = try await stored(id)
        guard payment.state != .posted, payment.method.isProcessed else { return payment }
        let answer: ChargeState?
        do {
            answer = try await processor.state(ofKey: payment.chargeKey)
        } catch {
            logger.warning(
                "payment: the processor cannot be asked", metadata: ["payment": "\(id)", "error": "\(error)"])
            try await database.write {
                try $0.keepWaiting(id, action: nil, until: now.adding(PaymentDeadline.askAgain))
            }
            return payment
        }
        return try await settle(payment, answer, by: actor, at: now)
    }

    func stored(_ id: PaymentID) async throws -> Payment {
        guard let payment = try await database.read({ try $0.payment(id) }) else { throw Problem.notFound }
        return payment
    }
}
