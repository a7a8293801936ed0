package import Kernel
package import Storage

extension Connection {
    /// Gives up what is open of an invoice: 3805 and 2200, at the invoice's rates, against 1100.
    /// - Throws: a `Problem`: 404 for what is no invoice, 409 `nothing_open` where nothing is open.
    @discardableResult
    package func writeOff(
        _ id: DocumentID, in organization: OrganizationID, reason: String, from issuer: LegalEntity,
        by actor: Event.Actor, at now: Instant
    ) throws -> Document {
        _ = try lockBooks(of: organization)
        guard let invoice = try document(id, in: organization), invoice.kind == .invoice else { throw Problem.notFound }
        if invoice.state == .disputed { throw Problem.settledOtherwise }
        guard invoice.open.isPositive else {
            throw Problem(.conflict, code: "nothing_open", word: "billing.write_off.nothing_open")
        }
        let credited = try adjusted(.credit, of: invoice)
        let vat = WriteOff.vat(
            of: invoice.open, rates: try vat(of: invoice), credited: try creditedVAT(of: invoice),
            remaining: Money(minorUnits: invoice.total.minorUnits + credited.minorUnits, invoice.currency))
        let vatTotal = vat.reduce(0) { $0 + $1.amount.minorUnits }
        var postings: [Posting] = [
            .debit(
                .badDebt, Money(minorUnits: invoice.open.minorUnits - vatTotal, invoice.currency), organization,
                invoice.id)
        ]
        for row in vat {
            postings.append(.debit(.vatDue, row.amount, organization, invoice.id, detail: row.rate.plain))
        }
        postings.append(.credit(.receivable, invoice.open, organization, invoice.id))
        let ordinal = try row(
            "SELECT COUNT(*) AS count FROM adjustment WHERE document_id = \(id) AND kind = \(AdjustmentKind.writeOff)")
        let count: Int64 = try ordinal?["count"] ?? 0
        let transaction = try post(
            LedgerTransaction(
                key: "write-off:\(invoice.id):\(count + 1)", kind: .writeOff, organization: organization,
                effectiveOn: issuer.zone.day(of: now), happenedAt: now, postings: postings))
        try insertAdjustment(
            .writeOff, of: invoice.id, -invoice.open, vat: -vatTotal, reason: reason, by: transaction, at: now)
        try updateState(of: invoice, by: actor, at: now)
        try announce(
            Event(
                "InvoiceWrittenOff", by: actor, organization: organization, subject: "document", id.rawValue,
                payload: ["amount": invoice.open.plain, "currency": invoice.currency.rawValue, "reason": reason]),
            at: now)
        guard let written = try document(id, in: organization) else { throw Problem.notFound }
        return written
    }

    /// What was credited of an invoice's VAT, by rate in hundredths of a per cent.
    private func creditedVAT(of invoice: Document) throws -> [Int64: Int64] {
        let rows = try rows(
            """
            SELECT v.rate, CAST(SUM(v.vat) AS BIGINT) AS vat FROM credit_note c
            JOIN document_vat v ON v.document_id = c.id WHERE c.invoice_id = \(invoice.id) GROUP BY v.rate
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["rate"], try $0["vat"]) })
    }
}

enum WriteOff {
    /// The VAT in what is written off: all that is left of it where nothing was paid, else its share.
    /// - Parameter remaining: the invoice's total less what was credited of it.
    static func vat(
        of open: Money, rates: [VATAmount], credited: [Int64: Int64], remaining: Money
    ) -> [(rate: Percentage, amount: Money)] {
        rates.map { row in
            let vat = row.vat.minorUnits - (credited[row.rate.basisPoints] ?? 0)
            let share =
                open.minorUnits >= remaining.minorUnits
                ? vat : roundedHalfUp(vat * open.minorUnits, over: remaining.minorUnits)
            return (row.rate, Money(minorUnits: share, open.currency))
        }
    }
}
