import Access
import Kernel
import Organizations
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
            let filter = MovementFilter(visit.visit)
            let (account, list, pending, paidOut) = try await database.read { connection in
                (
                    try connection.prepaidAccount(of: organization),
                    Listing(
                        items: try connection.prepaidMovements(
                            of: organization, filter.window(visit.organization.zone), limit: paging.size,
                            offset: paging.offset),
                        total: try connection.prepaidMovementCount(
                            of: organization, filter.window(visit.organization.zone)), paging: paging),
                    try connection.pendingPayment(for: PaymentPurpose.topUpName, organization.rawValue),
                    try connection.withdrawals(
                        of: organization, limit: Billing.withdrawalsShownMax, keys: withdrawals.keys)
                )
            }
            return .page(movementsPage(visit, account, list, pending, paidOut))
        }
        doors.organization(ManageBilling.self).get("billing/prepaid/movements.csv") { visit in
            let window = MovementFilter(visit.visit).window(visit.organization.zone)
            let rows = try await database.read { connection in
                try connection.prepaidMovements(
                    of: visit.permit.organization, window, limit: Billing.movementsExportedMax)
            }
            return .bytes(MovementTable(rows, visit).bytes, contentType: "text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"prepaid.csv\"")
        }
        openTopUps(doors)
    }

    /// Each credit and debit with its origin and the running balance (PRE-13).
    private func movementsPage(
        _ visit: OrganizationVisit<ManageBilling>, _ account: PrepaidAccount, _ list: Listing<PrepaidMovement>,
        _ pending: Payment?, _ paidOut: [Withdrawal]
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
                    action: payment.actionLink.map {
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
                        words("billing.prepaid.credit"), "/organizations/\(visit.organization.id)/billing/prepaid/top-up",
                        icon: "plus", isPrimary: true)))
                \(waiting)
                \(balances(visit, account, home))
                \(withdrawalList(visit, paidOut))
                \(panel(
                    isFlush: true,
                    """
                    \(periodFilter(visit.visit, home, table: Link("\(path: home.text)/movements.csv")))
                    \(list.items.isEmpty
                        ? emptyState(icon: "wallet", words("billing.prepaid.none"))
                        : """
                        <table class="table"><caption>\(words.count("billing.movements.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("billing.movement.origin"))</th><th scope="col">\(words("billing.movement.when"))</th>\
                        <th scope="col" class="num">\(words("billing.movement.amount"))</th>\
                        <th scope="col" class="num">\(words("billing.movement.balance"))</th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """)
                    """))
                \(pager(list, words) { page in
                    home.query(MovementFilter.names.map { ($0, visit.visit.query($0)) } + [("page", String(page))])
                })
                """)
    }

    /// What is there, what is held for payments under way, and what is left to use.
    private func balances(
        _ visit: OrganizationVisit<ManageBilling>, _ account: PrepaidAccount, _ home: Link
    ) -> HTML {
        let words = visit.words
        let held: HTML =
            account.held.isZero
            ? .empty
            : """
            <p>\(words("billing.prepaid.held", ["held": words.money(account.held), "available": words.money(account.available)]))</p>
            """
        let withdraw: HTML =
            account.available.minorUnits < Withdrawal.amountMinMinorUnits
            ? .empty
            : "<p class=\"gap-below\">\(visit.standing.has(WithdrawPrepaid.self) ? linkButton(words("billing.withdraw"), "\(path: home.text)/withdraw", icon: "external") : visit.locked(words("billing.withdraw"), WithdrawPrepaid.self, id: "withdraw"))</p>"
        return """
            <p class="gap-below"><span class="muted">\(words("billing.balance"))</span><br><span class="figure">\(words.money(account.balance))</span></p>
            \(held)\(withdraw)
            """
    }

    /// A period to look at, and the same as a table for a spreadsheet.
    func periodFilter(_ visit: Visit, _ home: Link, table: Link) -> HTML {
        let words = visit.words
        let table = table.query(MovementFilter.names.map { ($0, visit.query($0)) })
        return """
            <form class="filters" method="get" action="\(home)" role="search" aria-label="\(words("billing.filter"))">
            <label for="from">\(words("billing.from"))</label>
            <input class="input" id="from" name="from" type="date" value="\(visit.query("from"))">
            <label for="until">\(words("billing.until"))</label>
            <input class="input" id="until" name="until" type="date" value="\(visit.query("until"))">
            <button class="btn">\(words("billing.filter"))</button>
            <a class="btn" href="\(table)">\(icon("download"))CSV</a>
            </form>
            """
    }

    /// Of the newest; more is asked for a period at a time.
    private static let movementsExportedMax = 10_000
}
