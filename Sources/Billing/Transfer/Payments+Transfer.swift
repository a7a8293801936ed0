package import Kernel
package import Storage

extension Payments {
    /// Days a customer has to transfer what a pro forma asks for; what comes later still finds its way.
    package static let transferDueDays = 30

    /// Where transfers in this currency go; nil where they cannot be taken.
    package func receivingAccount(for currency: Currency) -> ReceivingAccount? { issuer.account(for: currency) }

    /// The customer transfers (PAYM-5): a pro forma is issued, with the reference under which the money will be recognised.
    /// Asked for again, it answers the first ones.
    /// - Parameter draft: what the pro forma says, as of now.
    /// - Throws: a `Problem` (422, field `method`) where there is no account in the currency.
    @discardableResult
    package func requestTransfer(
        for purpose: String, _ purposeID: Int64, _ draft: DocumentDraft, in connection: Connection,
        by actor: Event.Actor, at now: Instant
    ) throws -> TransferReference {
        guard let account = receivingAccount(for: draft.currency) else { throw Problem.noTransfers }
        if let first = try connection.transferReference(for: purpose, purposeID) { return first }
        let proForma = try connection.issueProForma(draft, from: issuer, by: actor, at: now)
        return try connection.transferReference(
            for: purpose, purposeID, of: draft.organization, document: proForma.id, amount: proForma.total, to: account,
            at: now)
    }

    /// The standing reference of an organisation's prepaid account: any amount, as often as they like (PRE-3).
    package func topUpReference(
        of organization: OrganizationID, _ currency: Currency, in connection: Connection, at now: Instant
    ) throws -> TransferReference {
        guard let account = receivingAccount(for: currency) else { throw Problem.noTransfers }
        return try connection.transferReference(
            for: PaymentPurpose.topUpName, organization.rawValue, of: organization, document: nil, amount: nil,
            to: account, at: now)
    }
}

extension Connection {
    /// The reference that was made for something, where a transfer was asked for.
    package func transferReference(for purpose: String, _ purposeID: Int64) throws -> TransferReference? {
        try row(
            """
            \(TransferReference.select) WHERE purpose = \(purpose) AND purpose_id = \(purposeID)
            ORDER BY id DESC LIMIT 1
            """
        ).map(TransferReference.init)
    }

    /// The standing reference of an organisation's prepaid account, once it was asked for; one that led to an account we have
    /// no more is not shown.
    func topUpReference(of organization: OrganizationID, to account: ReceivingAccount) throws -> TransferReference? {
        try transferReference(for: PaymentPurpose.topUpName, organization.rawValue).flatMap {
            $0.account == account ? $0 : nil
        }
    }

    /// What the pro formas of something asked for is paid, or nobody wants it any more: they stop asking.
    package func closeProFormas(of purpose: String, _ purposeID: Int64, as state: DocumentState) throws {
        try send(
            """
            UPDATE document_state SET state = \(state)
            WHERE state = \(DocumentState.open) AND document_id IN (
                SELECT d.id FROM transfer_reference r JOIN document d ON d.id = r.document_id
                WHERE r.purpose = \(purpose) AND r.purpose_id = \(purposeID) AND d.kind = \(DocumentKind.proForma))
            """)
    }
}

extension Problem {
    static let noTransfers = Problem.field("method", "billing.transfer.no_account", code: "transfer_not_accepted")
}
