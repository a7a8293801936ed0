import Kernel
import Storage

extension Withdrawal {
    /// What can be told of a withdrawal.
    enum Happening: String {
        case requested = "WithdrawalRequested"
        case cancelled = "WithdrawalCancelled"
        case paid = "WithdrawalPaid"
        case returned = "WithdrawalReturned"
    }

    /// The whole account is in no event.
    func event(_ happening: Happening, by actor: Event.Actor, _ more: [String: String] = [:]) -> Event {
        let payload = [
            "amount": amount.plain, "currency": amount.currency.rawValue, "method": target.method.rawValue,
            "reference": reference,
        ]
        return Event(
            happening.rawValue, by: actor, organization: organization, subject: "withdrawal", id.rawValue,
            payload: payload.merging(more) { _, new in new }, personal: ["target": target.masked], about: person)
    }
}
