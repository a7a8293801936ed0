package import Kernel
package import Storage

extension Connection {
    /// Credits an invoice, wholly or in part: a credit note with its own number and the invoice's rates; revenue and VAT
    /// reversed against the receivable. What had been paid of it goes to prepaid, or on its way back by the processor, in this
    /// transaction, so that the receivable never falls below zero.
    /// - Returns: the first credit note where the key was used before for the same.
    /// - Throws: a `Problem`: 404 for what is no invoice, 409 `idempotency_conflict`, 409 `nothing_to_credit`, 409
    ///   `document_settled_otherwise` for what was written off or is disputed, 422 on `line_N` for more than is left of a line.
    @discardableResult
    package func issueCreditNote(
        of id: DocumentID, in organization: OrganizationID, _ new: NewCreditNote, from issuer: LegalEntity,
        by actor: Event.Actor, at now: Instant
    ) throws -> IssuedCredit {
        let account = try lockBooks(of: organization)
        guard let invoice = try document(id, in: organization), invoice.kind == .invoice else { throw Problem.notFound }
        if let first = try firstCredit(new, of: invoice) { return first }
        if invoice.state == .writtenOff || invoice.state == .disputed { throw Problem.settledOtherwise }
        let credit = try ComputedCredit(of: invoice, try creditableLines(of: invoice), new.scope)
        let document = try freeze(
            new.draft(of: invoice, credit), as: .creditNote, from: issuer, computed: credit.document, at: now
        ).document
        try execute(
            "INSERT INTO credit_note (id, invoice_id, reason) VALUES (\(document.id), \(invoice.id), \(new.reason))")
        for (index, part) in credit.parts.enumerated() {
            try execute(
                """
                INSERT INTO document_credit (credit_note_id, credit_position, invoice_id, position, net)
                VALUES (\(document.id), \(index + 1), \(invoice.id), \(part.line.position), \(part.net.minorUnits))
                """)
        }
        let owed = max(0, document.total.minorUnits - invoice.open.minorUnits)
        let split = try OwedSplit(
            Money(minorUnits: owed, invoice.currency), to: new.destination, account: account, in: self)
        let transaction = try post(
            LedgerTransaction(
                key: "credit:\(document.id)", kind: .creditNote, organization: organization,
                effectiveOn: document.issuedOn, happenedAt: now,
                postings: try reversal(credit, of: invoice, by: document) + split.postings(of: invoice)))
        try insertAdjustment(.credit, of: invoice.id, -document.total, reason: new.reason, by: transaction, at: now)
        try insertAdjustment(.owed, of: invoice.id, split.owed, reason: new.reason, by: transaction, at: now)
        if split.toPrepaid.isPositive {
            try movePrepaid(
                NewPrepaidMovement(
                    organization: organization, amount: split.toPrepaid, origin: .credit, payment: nil,
                    document: document.id, transaction: transaction), at: now)
        }
        let refund = try split.refund.map { payment, amount, way in
            try insertRefund(
                of: payment, amount, by: way, document: document.id, reason: new.reason, key: "credit:\(document.id)",
                by: actor,
                at: now)
        }
        try announce(document.creditedEvent(invoice, reason: new.reason, by: actor), at: now)
        try updateState(of: invoice, by: actor, at: now)
        guard let issued = try self.document(document.id, in: organization) else { throw Problem.notFound }
        return IssuedCredit(document: issued, refund: refund?.id)
    }

    /// The lines of an invoice with what was credited of each before.
    package func creditableLines(of invoice: Document) throws -> [CreditableLine] {
        let rows = try rows(
            """
            SELECT position, CAST(SUM(net) AS BIGINT) AS net FROM document_credit
            WHERE invoice_id = \(invoice.id) GROUP BY position
            """)
        let credited: [Int: Int64] = Dictionary(
            uniqueKeysWithValues: try rows.map { (try $0["position"], try $0["net"]) })
        return try lines(of: invoice).map { line in
            CreditableLine(
                line: line, credited: Money(minorUnits: credited[line.position] ?? 0, invoice.currency))
        }
    }

    /// The credit notes of an invoice, oldest first.
    package func creditNotes(of invoice: Document) throws -> [Document] {
        try documents("d.id IN (SELECT c.id FROM credit_note c WHERE c.invoice_id = \(invoice.id)) ORDER BY d.id")
    }

    /// The invoice of a credit note.
    package func creditedInvoice(of note: Document) throws -> Document? {
        let row = try row("SELECT invoice_id FROM credit_note WHERE id = \(note.id)")
        guard let id: DocumentID = try row?["invoice_id"] else { return nil }
        return try document(id, in: note.organization)
    }

    private func firstCredit(_ new: NewCreditNote, of invoice: Document) throws -> IssuedCredit? {
        guard
            let row = try row(
                """
                SELECT d.id, c.invoice_id, c.reason, r.id AS refund_id FROM document d JOIN credit_note c ON c.id = d.id
                LEFT JOIN refund r ON r.document_id = d.id WHERE d.key = \(new.key)
                """)
        else { return nil }
        guard try row["invoice_id"] == invoice.id, try row["reason"] == new.reason,
            let first = try document(try row["id"], in: invoice.organization)
        else { throw Problem.idempotencyConflict }
        return IssuedCredit(document: first, refund: try row["refund_id"])
    }

    /// 2300 as far as it is not earned yet, else 3400; 2200 at the invoice's rates; against 1100 of the invoice.
    private func reversal(
        _ credit: ComputedCredit, of invoice: Document, by document: Document
    ) throws -> [Posting] {
        let organization = invoice.organization
        var postings: [Posting] = []
        for (line, net) in credit.parts {
            var deferred = Money.zero(invoice.currency)
            if let waiting = try revenueLine(invoice.id, line.position) {
                let part =
                    net.isNegative
                    ? max(net.minorUnits, min(0, waiting.left.minorUnits))
                    : min(net.minorUnits, max(0, waiting.left.minorUnits))
                deferred = Money(minorUnits: part, invoice.currency)
                if part != 0 { try takeDeferred(deferred, from: waiting) }
            }
            let detail = RevenueLine.detail(line.position)
            let earned = Money(minorUnits: net.minorUnits - deferred.minorUnits, invoice.currency)
            postings.append(.debit(.deferredRevenue, deferred, organization, invoice.id, detail: detail))
            postings.append(.debit(.services, earned, organization, invoice.id, detail: detail))
        }
        for row in credit.document.vat {
            postings.append(.debit(.vatDue, row.vat, organization, document.id, detail: row.rate.plain))
        }
        postings.append(.debit(.rounding, credit.document.rounding, organization, document.id))
        postings.append(.credit(.receivable, document.total, organization, invoice.id))
        return postings
    }
}

extension NewCreditNote {
    fileprivate func draft(of invoice: Document, _ credit: ComputedCredit) -> DocumentDraft {
        DocumentDraft(
            key: key, organization: invoice.organization, recipient: invoice.recipient, currency: invoice.currency,
            lines: credit.document.lines.map(\.draft))
    }
}

/// Where what had been paid goes: back by the processor, to prepaid as far as it may hold, the rest to account 2031.
struct OwedSplit {
    let owed: Money
    let refund: (payment: Payment, amount: Money, way: RefundWay)?
    let toPrepaid: Money
    let unidentified: Money

    init(
        _ owed: Money, to destination: NewCreditNote.Destination, account: PrepaidAccount, in connection: Connection
    ) throws {
        self.owed = owed
        var rest = owed.minorUnits
        if let (id, way) = destination.payment, rest > 0 {
            guard let payment = try connection.payment(id, in: account.organization) else { throw Problem.notFound }
            let most = min(rest, try connection.refundable(payment, by: way).minorUnits)
            let amount = way == .bank && most < Withdrawal.amountMinMinorUnits ? 0 : most
            rest -= amount
            refund = amount > 0 ? (payment, Money(minorUnits: amount, owed.currency), way) : nil
        } else {
            refund = nil
        }
        let credit = min(rest, account.room.minorUnits)
        toPrepaid = Money(minorUnits: credit, owed.currency)
        unidentified = Money(minorUnits: rest - credit, owed.currency)
    }

    func postings(of invoice: Document) -> [Posting] {
        let organization = invoice.organization
        return [
            .debit(.receivable, owed, organization, invoice.id),
            .credit(.refundsInTransit, refund?.amount ?? .zero(owed.currency), organization),
            .credit(.prepaid, toPrepaid, organization),
            .credit(.unidentifiedReceipts, unidentified, organization),
        ]
    }
}

extension NewCreditNote.Destination {
    fileprivate var payment: (PaymentID, RefundWay)? {
        switch self {
        case .prepaid: nil
        case .payment(let id): (id, .processor)
        case .bank(let id): (id, .bank)
        }
    }
}

extension Problem {
    static let settledOtherwise = Problem(
        .conflict, code: "document_settled_otherwise", word: "billing.credit.settled_otherwise")
}
