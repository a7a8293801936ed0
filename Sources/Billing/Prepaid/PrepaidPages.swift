import Access
import Kernel
import Storage
import Web

extension Billing {
    func openPrepaid(_ doors: Doors) {
        doors.organization(ManageBilling.self).get("billing/prepaid") { visit in
            let paging = visit.paging
            let organization = visit.permit.organization
            // Back from the bank: what was left open is asked about now.
            let open = try await database.read {
                try $0.pendingPayment(for: PaymentPurpose.topUpName, organization.rawValue)
            }
            if let open { try await payments.refresh(open.id, by: visit.actor) }
            let (account, list, pending) = try await database.read { connection in
                (
                    try connection.prepaidAccount(of: organization),
                    Listing(
                        items: try connection.prepaidMovements(
                            of: organization, limit: paging.size, offset: paging.offset),
                        total: try connection.prepaidMovementCount(of: organization), paging: paging),
                    try connection.pendingPayment(for: PaymentPurpose.topUpName, organization.rawValue)
                )
            }
            return .page(movementsPage(visit, account, list, pending))
        }
        doors.organization(ManageBilling.self).form("billing/prepaid/top-up", page: topUpPage) { visit, form in
            let currency = visit.organization.currency
            let amount: Money?
            do throws(Problem) { amount = try PrepaidAccount.deposit(form.typed("amount"), currency) } catch {
                form.add(error)
                amount = nil
            }
            let today = visit.organization.zone.day(of: visit.now)
            let card: Card?
            do throws(Problems) {
                card = try Card(
                    number: form.typed("card_number"), expiry: form.typed("card_expiry"), cvc: form.typed("card_cvc"),
                    on: today)
            } catch {
                for problem in error.all { form.add(problem) }
                card = nil
            }
            let clientKey = form.typed("client_key")
            guard let amount, let card, form.problems.isEmpty else { throw form.rejection }
            guard (16...PaymentRequest.clientKeyLengthMax).contains(clientKey.utf8.count) else {
                throw Problem(.invalid, code: "stale_form", word: "form.stale")
            }
            let token = try await payments.tokenize(card)
            let home: Link = "/organizations/\(visit.permit.organization)/billing/prepaid"
            let payment = try await database.write { connection in
                try Payments.begin(
                    .topUp(amount, of: visit.permit.organization, by: visit.permit.person, clientKey: clientKey),
                    in: connection, at: visit.now)
            }
            let settled = try await payments.charge(payment.id, with: token, returnPath: home.text, by: visit.actor)
            if let failure = settled.failure {
                form.set("client_key", surroundings.secret())
                throw Problem.field("card_number", PaymentFailure.word(for: failure), code: failure)
            }
            if let path = settled.actionPath.flatMap(Link.init(own:)) { return .redirect(path) }
            return .redirect(home, notice: settled.state == .posted ? "billing.topped_up" : nil)
        }
    }

    /// Each credit and debit with its origin and the running balance (PRE-13).
    private func movementsPage(
        _ visit: OrganizationVisit<ManageBilling>, _ account: PrepaidAccount, _ list: Listing<PrepaidMovement>,
        _ pending: Payment?
    ) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/billing/prepaid"
        let rows = list.items.map { movement -> HTML in
            let document: HTML =
                movement.document.map { id in
                    "<small><a href=\"\(Link("/organizations/\(visit.organization.id)/billing/documents/\(id)"))\">\(movement.documentNumber ?? id.description)</a></small>"
                } ?? .empty
            return """
                <tr><th scope="row">\(words(movement.origin.word))\(document)</th>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(movement.happenedAt, in: visit.zone))</td>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(movement.amount))</td>
                <td class="num" data-label="\(words("billing.movement.balance"))">\(words.money(movement.balance))</td></tr>
                """
        }
        let waiting: HTML =
            pending.map { payment in
                banner(
                    .warn, icon: "clock",
                    "<strong>\(words("billing.top_up.waiting", ["amount": words.money(payment.amount)]))</strong>",
                    action: payment.actionPath.flatMap(Link.init(own:)).map {
                        linkButton(words("products.order.to_bank"), $0)
                    }
                        ?? .empty)
            } ?? .empty
        return Page(
            title: words("billing.prepaid"), current: "prepaid",
            body: """
                \(pageHead(
                    words("billing.prepaid"), words("billing.prepaid.lead"),
                    action: linkButton(
                        words("billing.top_up"), "/organizations/\(visit.organization.id)/billing/prepaid/top-up",
                        icon: "plus", isPrimary: true)))
                \(waiting)
                <p class="gap-below"><span class="muted">\(words("billing.balance"))</span><br><span class="figure">\(words.money(account.balance))</span></p>
                \(list.items.isEmpty
                    ? panel(emptyState(icon: "wallet", words("billing.prepaid.none")))
                    : panel(
                        isFlush: true,
                        """
                        <table class="table"><caption>\(words.count("billing.movements.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("billing.movement.origin"))</th><th scope="col">\(words("billing.movement.when"))</th>\
                        <th scope="col" class="num">\(words("billing.movement.amount"))</th>\
                        <th scope="col" class="num">\(words("billing.movement.balance"))</th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """))
                \(pager(list, words) { home.query([("page", String($0))]) })
                """)
    }

    private func topUpPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("client_key", surroundings.secret())
        let home: Link = "/organizations/\(visit.organization.id)/billing/prepaid"
        return Page(
            title: words("billing.top_up"), current: "prepaid",
            body: """
                \(crumbs(words, [(words("billing.prepaid"), home), (words("billing.top_up"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.top_up"), words("billing.top_up.lead")))
                \(panel(
                    """
                    <form class="stack measure" method="post" action="\(Link("\(path: home.text)/top-up"))">\(visit.visit.formFields)\
                    \(form.hidden("client_key"))
                    \(form.field(
                        Field(
                            "amount", label: words("billing.top_up.amount", ["currency": visit.organization.currency.rawValue]),
                            hint: words("billing.top_up.amount.hint"), inputMode: "decimal", max: 12, isShort: true), words))
                    \(CardFields.show(form, isSandbox: visit.house.settings.isSandbox, words))
                    <div class="row">\(button(words("billing.top_up.pay")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                """)
    }
}
