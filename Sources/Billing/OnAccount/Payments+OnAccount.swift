package import Kernel
import Organizations
package import Storage

extension Payments {
    /// Sells on account: what is bought is provided at once against an invoice that is open until its day, and carries the
    /// reference to pay it by transfer.
    /// - Parameters:
    ///   - total: what is bought, with VAT.
    ///   - issue: issues the invoice with so many days to pay, and provides what was bought. Called while the books are held.
    /// - Throws: a `Problem` (422, field `method`): `on_account_refused` where the organisation may not, has something
    ///   overdue, or would owe more than it may. Then nothing was issued.
    @discardableResult
    package func putOnAccount(
        _ total: Money, of organization: OrganizationID, in connection: Connection, by actor: Event.Actor,
        at now: Instant, issue: (_ dueDays: Int) throws -> Document
    ) throws -> Document {
        _ = try connection.lockBooks(of: organization)
        try Organization.hold(organization, in: connection)
        guard let standing = try connection.accountStanding(of: organization, on: issuer.zone.day(of: now)) else {
            throw Problem.field("method", "billing.on_account.not_granted", code: "on_account_refused")
        }
        if let refusal = standing.refusal(of: total) {
            throw Problem.field("method", refusal.word, code: "on_account_refused", standing.arguments)
        }
        let document = try issue(standing.terms.dueDays)
        guard document.open.isPositive else { return document }
        try askForTransfer(document, in: connection, at: now)
        try connection.announce(document.onAccountEvent(by: actor), at: now)
        return document
    }

    /// The reference under which an open invoice is paid by transfer: the same each time it is asked for.
    /// - Returns: nil where we have no account in its currency.
    @discardableResult
    func askForTransfer(_ invoice: Document, in connection: Connection, at now: Instant) throws -> TransferReference? {
        guard let account = receivingAccount(for: invoice.currency) else { return nil }
        return try connection.transferReference(
            for: PaymentPurpose.documentName, invoice.id.rawValue, of: invoice.organization, document: invoice.id,
            amount: invoice.total, to: account, at: now)
    }
}

extension TransferReference {
    /// The same for what is still open of an invoice.
    package func asking(_ amount: Money) -> TransferReference {
        TransferReference(
            id: id, organization: organization, purpose: purpose, purposeID: purposeID, document: document,
            amount: amount, account: account, reference: reference, createdAt: createdAt)
    }
}
