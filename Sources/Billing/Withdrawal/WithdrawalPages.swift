import Access
import Accounts
import Foundation
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// Getting money of the prepaid account back (PRE-8), and taking that back while it is here.
    func openWithdrawals(_ doors: Doors) {
        let door = doors.organization(WithdrawPrepaid.self).confirmed
        door.form("billing/prepaid/withdraw", page: withdrawalPage) { visit, form in
            let currency = visit.organization.currency
            let amount: Money?
            do throws(Problem) { amount = try PrepaidAccount.amount(form.typed("amount"), currency) } catch {
                form.add(error)
                amount = nil
            }
            let target = readTarget(&form, currency)
            guard let amount, let target, form.problems.isEmpty else { throw form.rejection }
            let request = WithdrawalRequest(
                amount: amount, target: target, clientKey: form.typed("client_key"),
                newestSeen: Int64(form.typed("newest")) ?? 0)
            do {
                try await database.write { connection in
                    _ = try connection.lockBooks(of: visit.permit.organization)
                    _ = try visit.permit.renew(in: connection)
                    try withdrawals.request(
                        request, by: visit.standing.permit(), actor: visit.actor, in: connection, at: visit.now)
                }
            } catch let frozen as PayoutsFrozen {
                throw Problem(
                    .conflict, code: "payouts_frozen", word: "billing.withdrawal.frozen",
                    arguments: ["until": visit.words.moment(frozen.until, in: visit.zone)])
            }
            return .redirect(
                "/organizations/\(visit.permit.organization)/billing/prepaid", notice: "billing.withdrawal_requested")
        }
        doors.organization(WithdrawPrepaid.self).delete("billing/prepaid/withdrawals/{withdrawal}") { visit, _ in
            let id: WithdrawalID = try visit.visit.id("withdrawal")
            try await database.write { connection in
                try withdrawals.cancel(
                    id, by: visit.standing.permit(), actor: visit.actor, in: connection, at: visit.now)
            }
            return .redirect(
                "/organizations/\(visit.permit.organization)/billing/prepaid", notice: "billing.withdrawal_cancelled")
        }
        doors.subject(
            "withdrawal", .billing,
            link: { organization, _ in organization.map { "/organizations/\($0)/billing/prepaid" } },
            titles: { _, ids, _ in
                Dictionary(uniqueKeysWithValues: ids.map { ($0, Withdrawal.reference(WithdrawalID(rawValue: $0))) })
            })
        doors.subject("payout_file", .billing)
    }

    private func readTarget(_ form: inout Form, _ currency: Currency) -> PayoutTarget? {
        switch PayoutTarget.Method(rawValue: form.typed("method")) {
        case .bank:
            let text = form.text("iban", max: 50)
            let holder = form.text("holder", max: PayoutTarget.holderLengthMax).precomposedStringWithCanonicalMapping
            if !PayoutTarget.isTransferable(holder) {
                form.add(.field("holder", "billing.withdrawal.holder_characters"))
            }
            if text.isEmpty { return nil }
            do throws(Problem) { return .bank(try PayoutTarget.account(text, for: currency), holder: holder) } catch {
                form.add(error)
                return nil
            }
        case .payPal:
            return form.value("paypal", otherwise: "billing.withdrawal.paypal_wrong") { EmailAddress($0) }
                .map { .payPal($0) }
        case nil:
            form.add(.field("method", "billing.withdrawal.method_missing", code: "validation_rule_required"))
            return nil
        }
    }

    private func withdrawalPage(_ visit: OrganizationVisit<WithdrawPrepaid>, _ form: Form) async throws -> Page {
        let words = visit.words
        let organization = visit.permit.organization
        let home: Link = "/organizations/\(organization)/billing/prepaid"
        let (account, newest, frozen) = try await database.read { connection in
            (
                try connection.prepaidAccount(of: organization), try connection.newestWithdrawal(of: organization),
                try PayoutFreeze.end(for: visit.person.id, at: visit.now, in: connection)
            )
        }
        var form = form
        form.fill("client_key", surroundings.secret())
        form.refresh("newest", String(newest))
        form.fill("method", PayoutTarget.Method.bank.rawValue)
        form.fill("holder", visit.organization.name)
        let body: HTML
        if let frozen {
            body = banner(
                .warn, icon: "lock",
                "<strong>\(words("billing.withdrawal.frozen", ["until": words.moment(frozen, in: visit.zone)]))</strong>"
            )
        } else if account.available.minorUnits < Withdrawal.amountMinMinorUnits {
            body = panel(
                emptyState(
                    icon: "wallet", words("billing.withdrawal.nothing"),
                    action: linkButton(words("billing.prepaid"), home)))
        } else {
            body = withdrawalForm(visit, form, account, home)
        }
        return Page(
            title: words("billing.withdraw"), current: "prepaid",
            body: """
                \(crumbs(words, [(words("billing.prepaid"), home), (words("billing.withdraw"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.withdraw"), words("billing.withdraw.lead")))
                \(body)
                """)
    }

    private func withdrawalForm(
        _ visit: OrganizationVisit<WithdrawPrepaid>, _ form: Form, _ account: PrepaidAccount, _ home: Link
    ) -> HTML {
        let words = visit.words
        let methods = PayoutTarget.Method.allCases.map { method in
            (
                value: method.rawValue, title: words("billing.withdrawal.method.\(method.rawValue)"),
                detail: String?.none
            )
        }
        let amount = Field(
            "amount", label: words("billing.top_up.amount", ["currency": account.balance.currency.rawValue]),
            hint: words("billing.withdraw.amount.hint", ["available": words.money(account.available)]),
            inputMode: "decimal", max: 12, isShort: true)
        let iban = Field(
            "iban", label: words("billing.withdrawal.iban"), hint: words("billing.withdrawal.iban.hint"),
            autocomplete: "off", max: 50, isConditional: true)
        let holder = Field(
            "holder", label: words("billing.withdrawal.holder"), autocomplete: "off", max: 70, isConditional: true)
        let payPal = Field(
            "paypal", label: words("billing.withdrawal.paypal"), type: "email", autocomplete: "off", max: 254,
            isConditional: true)
        return panel(
            """
            <form class="stack measure" method="post" action="\(Link("\(path: home.text)/withdraw"))" data-private>\(visit.visit.formFields)\
            \(form.hidden("client_key"))\(form.hidden("newest"))
            \(form.field(amount, words))
            \(form.choices("method", legend: words("billing.withdrawal.method"), options: methods, words))
            \(form.field(iban, words))
            \(form.field(holder, words))
            \(form.field(payPal, words))
            <div class="row">\(button(words("billing.withdraw.button")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
            </form>
            """)
    }

    /// On the prepaid page: what was asked for, and what became of it.
    func withdrawalList(_ visit: OrganizationVisit<ManageBilling>, _ list: [Withdrawal]) -> HTML {
        if list.isEmpty { return .empty }
        let words = visit.words
        let rows = list.map { withdrawal -> HTML in
            let reason: HTML = withdrawal.reason.map { "<small>\($0)</small>" } ?? .empty
            let cancel: HTML =
                withdrawal.state == .requested && visit.standing.has(WithdrawPrepaid.self)
                ? """
                <form method="post" action="\(Link("/organizations/\(withdrawal.organization)/billing/prepaid/withdrawals/\(withdrawal.id)"))">\
                \(visit.visit.formFields)<input type="hidden" name="_method" value="DELETE">\
                <button class="btn quiet">\(words("billing.withdrawal.cancel"))<span class="vh"> \(withdrawal.reference)</span></button></form>
                """ : .empty
            return """
                <tr><th scope="row">\(withdrawal.reference)<small>\(words("billing.withdrawal.method.\(withdrawal.target.method.rawValue)")), \(withdrawal.target.masked)</small></th>
                <td data-label="\(words("billing.state"))">\(withdrawal.state.tag(words))\(reason)</td>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.moment(withdrawal.createdAt, in: visit.zone))</td>
                <td class="num" data-label="\(words("billing.movement.amount"))">\(words.money(withdrawal.amount))</td>
                <td class="act">\(cancel)</td></tr>
                """
        }
        return card(
            words("billing.withdrawals"), isFlush: true,
            """
            <table class="table"><caption class="vh">\(words("billing.withdrawals"))</caption>
            <thead><tr><th scope="col">\(words("billing.withdrawal.target"))</th><th scope="col">\(words("billing.state"))</th>\
            <th scope="col">\(words("billing.movement.when"))</th>\
            <th scope="col" class="num">\(words("billing.movement.amount"))</th>\
            <th scope="col"><span class="vh">\(words("billing.withdrawal.cancel"))</span></th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """)
    }

    /// The newest: what is older stands among the movements.
    static let withdrawalsShownMax = 20
}
