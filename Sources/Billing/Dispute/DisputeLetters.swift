import Accounts
import Delivery
import Kernel
import Storage
import Web

extension Billing {
    var disputeSubscriptions: [Subscription] {
        [
            Subscription("PaymentDisputed") { try disputeLetter(.opened, $0, $1) },
            Subscription("DisputeWon") { try disputeLetter(.won, $0, $1) },
            Subscription("DisputeLost") { try disputeLetter(.lost, $0, $1) },
        ]
    }

    /// A bank took a payment back, and what became of that (REM-4): what it means for what was paid, and what to do.
    private func disputeLetter(
        _ step: Dispute.Step, _ recorded: RecordedEvent, _ connection: Connection
    ) throws -> [Dispatch] {
        let event = recorded.event
        guard let organization = event.organization,
            let dispute = try connection.dispute(
                of: PaymentID(rawValue: event.subjectID), event.payload["reference"] ?? ""),
            // Decided before the mail went out: then the mail about that says it all.
            step != .opened || dispute.state == .open
        else { return [] }
        let shares = try connection.shares(of: dispute.payment, dispute.amount)
        let invoices = try shares.compactMap { share in
            try share.document.flatMap { try connection.document($0, in: organization) }.map { ($0, share.amount) }
        }
        let aside = shares.first { $0.document == nil }
        let zone = payments.issuer.zone
        return try letters(organization, connection) { person, words in
            let amount = ["amount": words.money(dispute.amount)]
            let subject: String
            var paragraphs: [String]
            switch step {
            case .opened:
                subject = words("billing.mail.disputed.subject")
                paragraphs = [words("billing.mail.disputed.text", amount)]
                paragraphs += invoices.map { words("billing.mail.disputed.invoice", ["number": $0.0.number]) }
                if let aside {
                    paragraphs.append(
                        words("billing.mail.disputed.prepaid", ["amount": words.money(aside.amount)]))
                }
                paragraphs.append(words("billing.mail.disputed.mistake"))
                if let until = dispute.respondBy {
                    paragraphs.append(
                        words("billing.mail.disputed.until", ["day": words.day(zone.day(of: until))]))
                }
            case .won:
                subject = words("billing.mail.dispute_won.subject")
                paragraphs = [words("billing.mail.dispute_won.text", amount)]
            case .lost:
                subject = words("billing.mail.dispute_lost.subject")
                paragraphs = [words("billing.mail.dispute_lost.text", amount)]
                paragraphs += invoices.filter(\.0.canBePaid).map { invoice, share in
                    words(
                        "billing.mail.dispute_lost.invoice",
                        ["amount": words.money(share), "number": invoice.number])
                }
                if let prepaid = Money(event.payload, "prepaid", "currency"), prepaid.isPositive {
                    paragraphs.append(
                        words("billing.mail.dispute_lost.prepaid", ["amount": words.money(prepaid)]))
                }
            }
            return Letter(
                subject: subject, words: words, settings: settings, greeting: person.firstName,
                paragraphs: paragraphs, action: way(step, invoices.map(\.0), organization, words))
        }
    }

    /// To the one invoice it is about, to all, or to prepaid.
    private func way(
        _ step: Dispute.Step, _ invoices: [Document], _ organization: OrganizationID, _ words: Words
    ) -> (title: String, link: Link) {
        let documents: Link = "/organizations/\(organization)/billing/documents"
        guard let first = invoices.first else {
            return (words("billing.mail.movements"), "/organizations/\(organization)/billing/prepaid")
        }
        if invoices.count > 1 { return (words("billing.documents"), documents) }
        return step == .lost && first.canBePaid
            ? (words("billing.mail.on_account.action"), payLink(first))
            : (words("billing.mail.invoice.action"), "\(path: documents.text)/\(first.id)")
    }
}

extension Connection {
    fileprivate func dispute(of payment: PaymentID, _ reference: String) throws -> Dispute? {
        try row(
            "SELECT \(Dispute.columns) FROM dispute WHERE payment_id = \(payment) AND reference = \(reference)"
        ).map(Dispute.init)
    }
}

extension Migration {
    /// Until when the bank takes an answer, where the processor says it.
    static let disputeDeadlines = Migration(
        "billing-039-dispute-deadlines", "ALTER TABLE dispute ADD COLUMN respond_by BIGINT;")
}
