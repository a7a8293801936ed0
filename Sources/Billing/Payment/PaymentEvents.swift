import Kernel
import Storage

extension Payment {
    func succeededEvent(_ document: Document?, by actor: Event.Actor) -> Event {
        var more: [String: String] = [:]
        if let document {
            more["document_id"] = document.id.description
            more["number"] = document.number
        }
        return event("PaymentSucceeded", by: actor, more)
    }

    /// `PaymentFailed`, `PaymentVoided`, `PaymentExpired`, by the state it came to.
    func closedEvent(by actor: Event.Actor) -> Event {
        switch state {
        case .failed: event("PaymentFailed", by: actor, ["reason": failure ?? ""])
        case .voided: event("PaymentVoided", by: actor)
        case .expired: event("PaymentExpired", by: actor)
        case .pending, .posted: preconditionFailure("A payment that is \(state) was not closed without its money.")
        }
    }

    /// `PrepaidToppedUp` for a top-up, `PaymentCredited` for what came to prepaid without being sent there.
    func creditedEvent(_ split: PaymentSplit, by actor: Event.Actor) -> Event {
        var more = ["credited": split.toPrepaid.plain, "reason": split.origin.rawValue]
        if let receipt = split.receipt { more["document_id"] = receipt.description }
        return event(split.origin == .topUp ? "PrepaidToppedUp" : "PaymentCredited", by: actor, more)
    }

    func unidentifiedEvent(_ split: PaymentSplit, by actor: Event.Actor) -> Event {
        event(
            "PaymentUnidentified", by: actor,
            ["kept": split.unidentified.plain, "reason": split.origin.rawValue])
    }

    private func event(_ name: String, by actor: Event.Actor, _ more: [String: String] = [:]) -> Event {
        var payload = [
            "amount": amount.plain, "currency": amount.currency.rawValue, "method": method.rawValue,
            "purpose": purpose, "purpose_id": String(purposeID),
        ]
        if let person { payload["person_id"] = person.description }
        payload.merge(more) { _, new in new }
        return Event(
            name, by: actor, organization: organization, subject: "payment", id.rawValue, payload: payload,
            personal: card.map { ["card_brand": $0.brand, "card_last4": $0.last4] } ?? [:], about: person)
    }
}
