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
                ] + (withdrawal.reason.map { [(words("billing.withdrawal.reason"), words.returned($0))] } ?? []),
                action: (words("billing.mail.movements"), "/organizations/\(organization)/billing/prepaid"),
                closing: what == "requested" ? [words("billing.mail.withdrawal.if_not")] : [])
        }
    }
}

extension Words {
    /// Why a payment of ours came back: a bank's code (ISO 20022, ExternalReturnReason1Code) in words, what it added, or what an
    /// operator wrote, as it is.
    func returned(_ reason: String) -> String {
        let parts = reason.split(separator: " ", maxSplits: 1).map(String.init)
        let word: String? =
            switch parts.first {
            case "AC01": "billing.mail.returned.ac01"
            case "AC04": "billing.mail.returned.ac04"
            case "AC06": "billing.mail.returned.ac06"
            case "BE04": "billing.mail.returned.be04"
            case "MS03": "billing.mail.returned.ms03"
            default: nil
            }
        guard let word else { return reason }
        return parts.count == 2 ? "\(self(word)) (\(parts[1]))" : self(word)
    }
}
