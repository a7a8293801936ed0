package import Kernel
package import Storage

extension Connection {
    /// Issues an invoice: number, frozen content and postings in this transaction. Payment follows by `Payments`.
    /// - Returns: the first document where the draft's key was issued before with the same content.
    /// - Throws: a `Problem` (409 `idempotency_conflict`) where the key was issued with other content, (409
    ///   `billed_period_overlaps`) where a product's term was billed before; `DraftError` for a draft that cannot be.
    package func issueInvoice(
        _ draft: DocumentDraft, from issuer: LegalEntity, by actor: Event.Actor, at now: Instant
    ) throws -> Document {
        let overlaps = try askOverlaps(draft)
        if let document = try alreadyIssued(draft, .invoice) { return document }
        try refuse(overlaps)
        let frozen = try freeze(draft, as: .invoice, from: issuer, at: now)
        let (document, computed) = (frozen.document, frozen.computed)
        if !document.total.isZero {
            try post(
                LedgerTransaction(
                    key: draft.key, kind: .invoice, organization: draft.organization, effectiveOn: document.issuedOn,
                    happenedAt: now, postings: draft.postings(computed, for: document.id)))
            try deferRevenue(of: document, computed.lines)
            if draft.dueDays > 0 { try followDue(document, .open, before: .open, on: document.issuedOn) }
        }
        try announce(document.issuedEvent(by: actor), at: now)
        if document.state == .paid { try announce(document.paidEvent(by: actor), at: now) }
        return document
    }

    /// Issues a pro forma invoice (PAYM-5, BILL-9): numbered in its own series, without postings.
    package func issueProForma(
        _ draft: DocumentDraft, from issuer: LegalEntity, by actor: Event.Actor, at now: Instant
    ) throws -> Document {
        if let document = try alreadyIssued(draft, .proForma) { return document }
        let document = try freeze(draft, as: .proForma, from: issuer, at: now).document
        try announce(document.issuedEvent(by: actor), at: now)
        return document
    }

    /// Issues receipts for money paid in advance, each told by its actor: no VAT, for nothing was supplied yet.
    /// - Parameter drafts: of different keys.
    /// - Returns: in the order of the drafts; the first one where a key was issued before.
    func issueReceipts(
        _ drafts: [(draft: DocumentDraft, actor: Event.Actor)], from issuer: LegalEntity, at now: Instant
    ) throws -> [Document] {
        var issued = try alreadyIssued(drafts.map(\.draft), .receipt)
        let new = drafts.filter { issued[$0.draft.key] == nil }
        for (order, frozen) in zip(new, try freeze(new.map(\.draft), as: .receipt, from: issuer, at: now)) {
            try announce(frozen.document.issuedEvent(by: order.actor), at: now)
            issued[order.draft.key] = frozen.document
        }
        return drafts.compactMap { issued[$0.draft.key] }
    }

    func alreadyIssued(_ draft: DocumentDraft, _ kind: DocumentKind) throws -> Document? {
        try alreadyIssued([draft], kind)[draft.key]
    }

    private func alreadyIssued(_ drafts: [DocumentDraft], _ kind: DocumentKind) throws -> [String: Document] {
        let keys = drafts.map(\.key)
        let found = try rows("SELECT id, key, input_hash FROM document WHERE \(dialect.among("key", keys))")
        if found.isEmpty { return [:] }
        var hashes: [String: (id: DocumentID, hash: String)] = [:]
        for row in found { hashes[try row["key"]] = (try row["id"], try row["input_hash"]) }
        var issued: [String: Document] = [:]
        for draft in drafts {
            guard let first = hashes[draft.key] else { continue }
            let hash = draft.inputHash(kind, draft.recipient.text)
            guard first.hash == hash else { throw Problem.idempotencyConflict }
            issued[draft.key] = try document(first.id, in: draft.organization)
        }
        return issued
    }

    /// Billing a term twice is a hard error, in production too; a term that was credited may be billed again.
    private func refuse(_ overlaps: [(period: Period, invoice: Question<String?>)]) throws {
        for (period, invoice) in overlaps {
            guard let number = try invoice.answer() else { continue }
            throw Problem(
                .conflict, code: "billed_period_overlaps", word: "billing.problem.period_overlaps",
                arguments: [
                    "start": period.start.description, "end": period.lastDay.description,
                    "number": number,
                ])
        }
    }

    private func askOverlaps(_ draft: DocumentDraft) throws -> [(period: Period, invoice: Question<String?>)] {
        try draft.lines.filter(\.billsTerm).compactMap { line in
            guard let product = line.product, let period = line.period else { return nil }
            let invoice = try ask(
                """
                SELECT d.number FROM document_line l JOIN document d ON d.id = l.document_id
                WHERE l.product_id = \(product) AND l.bills_term AND d.kind = \(DocumentKind.invoice)
                    AND l.period_start < \(period.end) AND l.period_end > \(period.start)
                    AND NOT (l.net > 0 AND l.net <= COALESCE((
                        SELECT SUM(c.net) FROM document_credit c
                        WHERE c.invoice_id = l.document_id AND c.position = l.position
                    ), 0))
                LIMIT 1
                """
            ).first { try $0["number"] as String }
            return (period, invoice)
        }
    }

    /// Takes a number and writes everything that will not change, and the state it begins with.
    /// - Parameter given: what was computed from another document, for a credit note; its lines are those of the draft.
    func freeze(
        _ draft: DocumentDraft, as kind: DocumentKind, from issuer: LegalEntity,
        computed given: ComputedDocument? = nil,
        at now: Instant
    ) throws -> FrozenDocument {
        try freeze([draft], as: kind, from: issuer, computed: given, at: now)[0]
    }

    private func freeze(
        _ drafts: [DocumentDraft], as kind: DocumentKind, from issuer: LegalEntity,
        computed given: ComputedDocument? = nil, at now: Instant
    ) throws -> [FrozenDocument] {
        if drafts.isEmpty { return [] }
        // What needs no number comes first, for others wait for the next one.
        let texts = drafts.map { draft in
            let recipient = draft.recipient.text
            return (hash: draft.inputHash(kind, recipient), recipient: recipient)
        }
        let (numbers, issuedOn) = try nextNumbers(drafts.count, kind, of: issuer, on: issuer.zone.day(of: now))
        let computed = try drafts.map { draft in
            let computed = try given ?? draft.computed(on: issuedOn, treatment: kind == .receipt ? .outside : nil)
            if computed.total.isNegative { throw DraftError.negativeTotal }
            return computed
        }
        let inserted = try insert(
            into: """
                document (organization_id, key, input_hash, kind, issuer_code, year, ordinal, number, issuer, recipient,
                    treatment, currency, net, vat, rounding, total, issued_on, issued_at, due_on)
                """,
            drafts.indices.map { index in
                let (draft, number, computed) = (drafts[index], numbers[index], computed[index])
                return """
                    \(draft.organization), \(draft.key), \(texts[index].hash), \(kind), \(issuer.code),
                    \(number.year), \(number.ordinal), \(number.description), \(issuer.text),
                    \(texts[index].recipient), \(computed.treatment), \(draft.currency),
                    \(computed.net.minorUnits), \(computed.vatTotal.minorUnits), \(computed.rounding.minorUnits),
                    \(computed.total.minorUnits), \(issuedOn), \(now), \(issuedOn.adding(days: draft.dueDays))
                    """
            }, returning: "id, ordinal")
        var ids: [Int: DocumentID] = [:]
        for row in inserted { ids[try row["ordinal"]] = try row["id"] }
        let frozen = drafts.indices.map { index in
            guard let id = ids[numbers[index].ordinal] else {
                preconditionFailure("A document that is written has an id.")
            }
            return FrozenDocument(
                drafts[index], computed[index], id: id, kind, numbers[index], from: issuer, on: issuedOn, at: now)
        }
        try write(frozen)
        return frozen
    }

    private func write(_ frozen: [FrozenDocument]) throws {
        try insert(
            into: """
                document_line (document_id, position, description, product_id, period_start, period_end, bills_term, quantity,
                    unit_list_price, list_price, steps, net, vat_class, vat_rate)
                """,
            frozen.flatMap { frozen in
                frozen.computed.lines.enumerated().map { index, line -> SQL in
                    let draft = line.draft
                    return """
                        \(frozen.document.id), \(index + 1), \(draft.description), \(draft.product), \(draft.period?.start),
                        \(draft.period?.end), \(draft.billsTerm), \(draft.quantity), \(draft.unitListPrice.minorUnits),
                        \(line.list.minorUnits), \(line.stepsText), \(line.net.minorUnits),
                        \(draft.vatClass), \(line.vatRate.basisPoints)
                        """
                }
            })
        try insert(
            into: "document_vat (document_id, rate, net, vat)",
            frozen.flatMap { frozen in
                frozen.computed.vat.map { row -> SQL in
                    "\(frozen.document.id), \(row.rate.basisPoints), \(row.net.minorUnits), \(row.vat.minorUnits)"
                }
            })
        try insert(
            into: "document_state (document_id, state, paid_at)",
            frozen.map { "\($0.document.id), \($0.document.state), \($0.document.paidAt)" })
    }
}

/// A document as it was issued, with how it was computed.
struct FrozenDocument {
    let document: Document
    let computed: ComputedDocument

    fileprivate init(
        _ draft: DocumentDraft, _ computed: ComputedDocument, id: DocumentID, _ kind: DocumentKind,
        _ number: DocumentNumber, from issuer: LegalEntity, on issuedOn: Day, at now: Instant
    ) {
        let isPaid = kind == .receipt || kind == .invoice && computed.total.isZero
        let state: DocumentState = isPaid ? .paid : kind == .creditNote ? .credited : .open
        self.computed = computed
        document = Document(
            id: id, organization: draft.organization, kind: kind, number: number.description, issuer: issuer,
            recipient: draft.recipient, treatment: computed.treatment, net: computed.net, vat: computed.vatTotal,
            rounding: computed.rounding, total: computed.total, issuedOn: issuedOn, issuedAt: now,
            dueOn: issuedOn.adding(days: draft.dueDays), state: state,
            open: kind == .invoice ? computed.total : .zero(draft.currency), paidAt: isPaid ? now : nil)
    }
}

extension DocumentDraft {
    /// What makes two drafts of one key the same.
    /// - Parameter recipient: as it is written.
    fileprivate func inputHash(_ kind: DocumentKind, _ recipient: String) -> String {
        var content = "\(kind.rawValue)\u{1f}\(organization)\u{1f}\(recipient)\u{1f}\(currency.rawValue)"
        content += "\u{1f}\(dueDays)\u{1f}\(roundsToFiveRappen)"
        for line in lines {
            content += "\u{1e}\(line.description)\u{1f}\(line.product?.description ?? "")"
            content += "\u{1f}\(line.period.map { "\($0.start)/\($0.end)" } ?? "")\u{1f}\(line.billsTerm)"
            content += "\u{1f}\(line.quantity)\u{1f}\(line.unitListPrice.minorUnits)\u{1f}\(line.vatClass.rawValue)"
            for discount in line.discounts {
                content += "\u{1d}\(discount.label)\u{1f}\(discount.percentage.basisPoints)"
            }
        }
        return sha256(content)
    }

    /// 1100 / 2300 by line (3400 where there is no term to spread it over), 2200 by rate, 6990.
    fileprivate func postings(_ computed: ComputedDocument, for document: DocumentID) -> [Posting] {
        var postings = [Posting.debit(.receivable, computed.total, organization, document)]
        for (index, line) in computed.lines.enumerated() {
            let account: LedgerAccount = line.draft.period == nil ? .services : .deferredRevenue
            postings.append(.credit(account, line.net, organization, document, detail: "line \(index + 1)"))
        }
        for row in computed.vat {
            postings.append(.credit(.vatDue, row.vat, organization, document, detail: row.rate.plain))
        }
        postings.append(.credit(.rounding, computed.rounding, organization, document))
        return postings
    }
}
