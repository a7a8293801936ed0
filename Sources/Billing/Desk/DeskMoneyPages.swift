import Accounts
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    private static let shownMax = 50

    var desk: MoneyDesk { MoneyDesk(withdrawals: withdrawals, fourEyesAbove: fourEyesAbove) }

    /// The operator's money desk: an organisation's invoices, what can go back, and what a colleague has to agree to.
    func openDesk(_ doors: Doors) {
        doors.staff.get("organizations/{organization}/money") { visit in
            .page(try await moneyPage(visit))
        }
        doors.staff.confirmed.form(
            "organizations/{organization}/documents/{document}/credit", page: creditPage
        ) { visit, form in
            let (id, invoice) = try await invoice(visit)
            let chosen = DeskRoute(form.typed("destination"))
            let act = DeskAct.credit(
                document: invoice.id.rawValue, payment: chosen.payment, byBank: chosen.isByBank ? true : nil,
                parts: try await creditedParts(of: invoice, form))
            let target = chosen.isByBank ? try refundTarget(&form, invoice.currency) : nil
            return try await ask(act, to: target, in: id, visit, &form)
        }
        doors.staff.confirmed.form(
            "organizations/{organization}/documents/{document}/write-off", page: writeOffPage
        ) { visit, form in
            let (id, invoice) = try await invoice(visit)
            return try await ask(.writeOff(document: invoice.id.rawValue), in: id, visit, &form)
        }
        doors.staff.confirmed.form(
            "organizations/{organization}/payments/{payment}/refund", page: refundPage
        ) { visit, form in
            let (id, payment, _) = try await payment(visit)
            guard let amount = Money(form.typed("amount"), payment.amount.currency) else {
                throw Problem.field("amount", "billing.prepaid.amount_unreadable", code: "validation_rule_numeric")
            }
            let chosen = DeskRoute(form.typed("destination"))
            let target = chosen.isByBank ? try refundTarget(&form, payment.amount.currency) : nil
            return try await ask(
                .refund(
                    payment: payment.id.rawValue, minorUnits: amount.minorUnits, byBank: chosen.isByBank ? true : nil),
                to: target, in: id, visit, &form)
        }
        openOnAccountDesk(doors)
        openDeskRequests(doors)
    }

    private func ask(
        _ act: DeskAct, to target: PayoutTarget? = nil, in organization: OrganizationID, _ visit: SignedInVisit,
        _ form: inout Form
    ) async throws -> Answer {
        let reason = form.text("reason", max: DeskRequest.reasonLengthMax)
        let key = form.typed("client_key")
        guard reason.count >= DeskRequest.reasonLengthMin else {
            throw Problem.reasonTooShort
        }
        guard (16...PaymentRequest.clientKeyLengthMax).contains(key.utf8.count) else {
            throw Problem(.invalid, code: "stale_form", word: "form.stale")
        }
        let request = try await database.write { [desk] connection in
            try desk.ask(
                act, to: target, in: organization, reason: reason, clientKey: "\(visit.person.id):\(key)",
                by: visit.actor,
                in: connection, at: visit.now)
        }
        return .redirect(
            "/staff/organizations/\(organization)/money",
            notice: request.state == .pending ? "billing.desk.asked" : "billing.desk.done")
    }

    func invoice(_ visit: SignedInVisit) async throws -> (OrganizationID, Document) {
        let organization: OrganizationID = try visit.visit.id("organization")
        let id: DocumentID = try visit.visit.id("document")
        let found = try await database.read { try $0.document(id, in: organization) }
        guard let found, found.kind == .invoice else { throw Problem.notFound }
        return (organization, found)
    }

    func payment(_ visit: SignedInVisit) async throws -> (OrganizationID, Payment, Money) {
        let organization: OrganizationID = try visit.visit.id("organization")
        let id: PaymentID = try visit.visit.id("payment")
        return try await database.read { connection in
            guard let payment = try connection.payment(id, in: organization) else { throw Problem.notFound }
            return (organization, payment, try connection.refundableFromPrepaid(payment, by: payment.refundWay))
        }
    }

    private func writeOffPage(_ visit: SignedInVisit, _ form: Form) async throws -> Page {
        let (_, invoice) = try await invoice(visit)
        return actPage(
            visit, form, act: "write_off", subject: invoice.number,
            action: "/staff/organizations/\(invoice.organization)/documents/\(invoice.id)/write-off",
            back: invoice.organization, fields: .empty)
    }

    /// One page for each act: what it does, why, and one button.
    func actPage(
        _ visit: SignedInVisit, _ form: Form, act: String, subject: String, action: Link, back: OrganizationID,
        fields: HTML
    ) -> Page {
        let words = visit.words
        var form = form
        form.fill("client_key", surroundings.secret())
        let threshold = Money(minorUnits: desk.fourEyesAbove, .chf).plain
        let title = words("billing.desk.\(act).title", ["subject": subject])
        return Page(
            title: title, current: "staff",
            body: """
                \(crumbs(words, [(words("billing.desk.money"), "/staff/organizations/\(back)/money"), (title, nil)]))
                \(form.summary(words))
                \(pageHead(title, words("billing.desk.\(act).lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(action)">\(visit.visit.formFields)\(form.hidden("client_key"))
                    \(fields)
                    \(form.field(
                        Field(
                            "reason", label: words("billing.desk.reason"), hint: words("billing.desk.reason.hint"),
                            autocomplete: "off", max: DeskRequest.reasonLengthMax), words))
                    <p class="hint">\(words("billing.desk.four_eyes", ["amount": threshold]))</p>
                    <div class="row">\(button(words("billing.desk.\(act)")))\
                    <a class="btn" href="\(Link("/staff/organizations/\(back)/money"))">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }

    private func moneyPage(_ visit: SignedInVisit) async throws -> Page {
        let id: OrganizationID = try visit.visit.id("organization")
        let words = visit.words
        let today = self.payments.issuer.zone.day(of: visit.now)
        let found = try await database.read { connection in
            guard let organization = try Organization.find(id, in: connection) else { throw Problem.notFound }
            let payments = try connection.settledPayments(of: id, limit: Billing.shownMax)
            return (
                name: organization.name,
                documents: try connection.documents(
                    of: id, DocumentFilter(kinds: [.invoice, .creditNote]), limit: Billing.shownMax),
                payments: try payments.map { ($0, try connection.refundableFromPrepaid($0, by: $0.refundWay)) },
                refunds: try connection.refunds(of: id, limit: Billing.shownMax),
                account: try connection.accountStanding(of: id, on: today)
            )
        }
        let documents = found.documents.map { document -> HTML in
            let base = "/staff/organizations/\(id)/documents/\(document.id)"
            let canCredit =
                document.kind == .invoice
                && ![.credited, .refunded, .writtenOff, .disputed].contains(document.state)
            let credit: HTML =
                canCredit
                ? "<a href=\"\(Link(own: "\(base)/credit") ?? "/staff")\">\(words("billing.desk.credit"))</a>" : .empty
            let writeOff: HTML =
                document.open.isPositive
                ? " <a href=\"\(Link(own: "\(base)/write-off") ?? "/staff")\">\(words("billing.desk.write_off"))</a>"
                : .empty
            return """
                <tr><th scope="row">\(words("billing.kind.\(document.kind.rawValue)")) \(document.number)<small>\(credit)\(writeOff)</small></th>
                <td data-label="\(words("billing.state"))">\(document.state.tag(words))</td>
                <td class="num" data-label="\(words("billing.desk.open"))">\(words.money(document.open))</td>
                <td class="num" data-label="\(words("billing.total"))">\(words.money(document.total))</td></tr>
                """
        }
        let payments = found.payments.map { payment, most -> HTML in
            let link: HTML =
                most.isPositive
                ? "<small><a href=\"\(Link("/staff/organizations/\(id)/payments/\(payment.id)/refund"))\">\(words("billing.desk.refund"))</a></small>"
                : .empty
            return """
                <tr><th scope="row">\(words.moment(payment.settledAt ?? payment.createdAt, in: visit.zone))\(link)</th>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(payment.amount))</td></tr>
                """
        }
        let refunds = found.refunds.map { refund -> HTML in
            """
            <tr><th scope="row">\(words.moment(refund.createdAt, in: visit.zone))<small>\(refund.reason)</small></th>
            <td data-label="\(words("billing.state"))">\(tag(refund.state.tone, words("billing.refund.\(refund.state.rawValue)")))</td>
            <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(refund.amount))</td></tr>
            """
        }
        return Page(
            title: words("billing.desk.money"), current: "staff",
            body: """
                \(crumbs(words, [(found.name, "/staff/organizations/\(id)"), (words("billing.desk.money"), nil)]))
                \(pageHead(
                    words("billing.desk.money"), words("billing.desk.money.lead"),
                    action: linkButton(words("billing.desk.requests"), "/staff/corrections")))
                <div class="stack">
                \(onAccountCard(found.account, of: id, words))
                \(list(words("billing.documents"), words, documents, heads: ["billing.document", "billing.state", "billing.desk.open", "billing.total"]))
                \(list(words("billing.desk.payments"), words, payments, heads: ["billing.movement.when", "billing.movement.amount"]))
                \(list(words("billing.desk.refunds"), words, refunds, heads: ["billing.movement.when", "billing.state", "billing.movement.amount"]))
                </div>
                """)
    }

    func list(_ title: String, _ words: Words, _ rows: [HTML], heads: [String]) -> HTML {
        if rows.isEmpty { return card(title, isFlush: true, emptyState(icon: "document", words("billing.desk.none"))) }
        let cells = heads.enumerated().map { index, head -> HTML in
            "<th scope=\"col\"\(when(index == heads.count - 1, " class=\"num\""))>\(words(head))</th>"
        }
        return card(
            title, isFlush: true,
            """
            <table class="table"><caption class="vh">\(title)</caption><thead><tr>\(cells)</tr></thead>
            <tbody>\(rows)</tbody></table>
            """)
    }
}

extension RefundState {
    fileprivate var tone: Tone {
        switch self {
        case .pending: .warn
        case .posted: .ok
        case .returned: .danger
        }
    }
}

extension Connection {
    /// Payments whose money came, newest first.
    fileprivate func settledPayments(of organization: OrganizationID, limit: Int) throws -> [Payment] {
        try rows(
            """
            SELECT \(Payment.columns) FROM payment
            WHERE organization_id = \(organization) AND state = \(PaymentState.posted) ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Payment.init)
    }
}
