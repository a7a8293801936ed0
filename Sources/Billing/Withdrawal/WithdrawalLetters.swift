import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    var withdrawalSubscriptions: [Subscription] {
        [
            Subscription("WithdrawalRequested") { try withdrawalLetter("requested", $0, $1) },
            Subscription("WithdrawalCancelled") { try withdrawalLetter("cancelled", $0, $1) },
            Subscription("WithdrawalPaid") { try withdrawalLetter("paid", $0, $1) },
            Subscription("WithdrawalReturned") { try withdrawalLetter("returned", $0, $1) },
        ]
    }

    /// Money that leaves is told to everybody who looks after the bills, so that whoever did not ask for it can stop it.
    private func withdrawalLetter(
        _ what: String, _ recorded: RecordedEvent, _ connection: Connection
    ) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization,
            let withdrawal = try connection.withdrawal(
                WithdrawalID(rawValue: event.subjectID), in: organization, keys: withdrawals.keys)
        else { return [] }
        return try letters(organization, connection) { person, words in
            Letter(
                subject: words("billing.mail.withdrawal.\(what).subject"), words: words, settings: settings,
                greeting: person.firstName,
                paragraphs: [
                    words("billing.mail.withdrawal.\(what).text", ["amount": words.money(withdrawal.amount)])
                ],
                facts: [
                    (words("billing.withdrawal.target"), withdrawal.target.masked),
                    (words("billing.withdrawal.reference"), withdrawal.reference),
                ] + (withdrawal.reason.map { [(words("billing.withdrawal.reason"), $0)] } ?? []),
                action: (words("billing.mail.movements"), "/organizations/\(organization)/billing/prepaid"),
                closing: what == "requested" ? [words("billing.mail.withdrawal.if_not")] : [])
        }
    }
}
