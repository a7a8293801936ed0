package import Kernel
package import Storage

extension PaymentPurpose {
    package static let topUpName = "top_up"

    /// Putting money on the prepaid account (PRE-2): a receipt, no VAT, 1025 / 2030.
    /// - Parameters:
    ///   - recipient: whom the receipt is for: the organisation's address as it is then.
    ///   - description: the receipt's one line, in the recipient's language.
    package static func topUp(
        from issuer: LegalEntity,
        recipient: @escaping @Sendable (Connection, OrganizationID) throws -> Recipient,
        description: @escaping @Sendable (Language) -> String
    ) -> PaymentPurpose {
        PaymentPurpose(topUpName) { connection, payment, now in
            let recipient = try recipient(connection, payment.organization)
            let draft = DocumentDraft(
                key: "receipt:payment:\(payment.id)", organization: payment.organization, recipient: recipient,
                currency: payment.amount.currency,
                lines: [
                    DraftLine(
                        description: description(recipient.language), unitListPrice: payment.amount, vatClass: .none)
                ])
            let receipt = try connection.issueReceipt(draft, from: issuer, by: payment.actor, at: now)
            return .prepaid(receipt: receipt.id)
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
