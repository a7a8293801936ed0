package import Kernel
package import Storage

extension PaymentPurpose {
    package static let topUpName = "top_up"

    /// Putting money on the prepaid account (PRE-2): a receipt, no VAT, 1025 / 2030.
    /// - Parameters:
    ///   - recipient: whom the receipt is for, under the address that was chosen (`keepAddress`), as it is then.
    ///   - description: the receipt's one line, in the recipient's language.
    package static func topUp(
        from issuer: LegalEntity,
        recipient: @escaping @Sendable (Connection, OrganizationID, BillingChoice?) throws -> Recipient,
        description: @escaping @Sendable (Language) -> String
    ) -> PaymentPurpose {
        .together(topUpName) { connection, payments, now in
            let choices = try connection.topUpAddresses(of: payments)
            var recipients: [OrganizationID: [BillingChoice?: Recipient]] = [:]
            for payment in payments where recipients[payment.organization]?[choices[payment.id]] == nil {
                recipients[payment.organization, default: [:]][choices[payment.id]] = try recipient(
                    connection, payment.organization, choices[payment.id])
            }
            let drafts = payments.compactMap { payment in
                recipients[payment.organization]?[choices[payment.id]].map { recipient in
                    let draft = DocumentDraft(
                        key: "receipt:payment:\(payment.id)", organization: payment.organization, recipient: recipient,
                        currency: payment.amount.currency,
                        lines: [
                            DraftLine(
                                description: description(recipient.language), unitListPrice: payment.amount,
                                vatClass: .none)
                        ])
                    return (draft: draft, actor: payment.actor)
                }
            }
            return try connection.issueReceipts(drafts, from: issuer, at: now).map { .prepaid(receipt: $0.id) }
        }
    }
}

extension PaymentRequest {
    /// A top-up; then `Payments.begin` and `charge`, as for anything else.
    package static func topUp(
        _ amount: Money, of organization: OrganizationID, by person: PersonID?, method: PaymentMethod = .card,
        clientKey: String
    ) -> PaymentRequest {
        PaymentRequest(
            organization: organization, person: person, purpose: PaymentPurpose.topUpName,
            purposeID: organization.rawValue, amount: amount, method: method, clientKey: clientKey)
    }
}
