import Kernel
import Storage

extension Withdrawal {
    /// `WithdrawalRequested`, `WithdrawalCancelled`, `WithdrawalPaid`, `WithdrawalReturned`. The whole account is in no event.
    func event(_ name: String, by actor: Event.Actor, _ more: [String: String] = [:]) -> Event {
        let payload = [
            "amount": amount.plain, "currency": amount.currency.rawValue, "method": target.method.rawValue,
            "reference": reference,
        ]
        return Event(
            name, by: actor, organization: organization, subject: "withdrawal", id.rawValue,
            payload: payload.merging(more) { _, new in new }, personal: ["target": target.masked], about: person)
    }
}
