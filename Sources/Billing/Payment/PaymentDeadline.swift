import Kernel

/// When to ask about a pending payment again, and when to give it up. Plain rules, without a database or a clock.
enum PaymentDeadline {
    /// A payment that the processor has not seen by then never reached it.
    static let unknown = Duration.minutes(15)
    /// 3-D Secure not finished by then is not going to be.
    static let action = Duration.hours(1)
    static let askAgain = Duration.minutes(1)
    /// The customer comes back by the return path; asking in between is only the net.
    static let askAgainDuringAction = Duration.minutes(5)

    enum Decision: Hashable {
        case succeeded(reference: String, fee: Money?)
        case failed(reason: String)
        case wait(until: Instant, action: String?)
        case giveUp(PaymentState)
    }

    /// - Parameter state: what the processor answered; nil where it never saw the payment.
    static func decide(_ payment: Payment, _ state: ChargeState?, at now: Instant) -> Decision {
        let since = payment.askedAt ?? payment.createdAt
        switch state {
        case .succeeded(let reference, let fee):
            return .succeeded(reference: reference, fee: fee)
        case .failed(let reason):
            return .failed(reason: reason)
        case .needsAction(let path, _):
            let end = since.adding(action)
            if now >= end { return .giveUp(.expired) }
            return .wait(until: min(now.adding(askAgainDuringAction), end), action: path)
        case .pending:
            return .wait(until: now.adding(askAgain), action: nil)
        case nil:
            let end = since.adding(unknown)
            if now >= end { return .giveUp(.voided) }
            return .wait(until: min(now.adding(askAgain), end), action: nil)
        }
    }
}
