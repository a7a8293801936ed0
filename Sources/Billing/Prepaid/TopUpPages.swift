import Access
import Kernel
import Organizations
import Storage
import Web

extension Billing {
    /// Under which address the receipts of transfers are made out.
    private static let transferAddressField = "transfer_address"

    /// Crediting the prepaid account (PRE-2), at once or by transfer.
    func openTopUps(_ doors: Doors) {
        doors.organization(ManageBilling.self).form("billing/prepaid/top-up", page: topUpPage) { visit, form in
            let currency = visit.organization.currency
            let amount: Money?
            do throws(Problem) { amount = try PrepaidAccount.deposit(form.typed("amount"), currency) } catch {
                form.add(error)
                amount = nil
            }
            let choice: ChosenPayment?
            do {
                choice = try await topUpChooser(visit).read(form, payments: payments)
            } catch let problem as Problem {
                form.add(problem)
                choice = nil
            } catch let problems as Problems {
                for problem in problems.all { form.add(problem) }
                choice = nil
            }
            let organization = visit.permit.organization
            let clientKey = form.typed("client_key")
            let confirmed = form.typed(OnceMore.field)
            if let amount,
                let earlier = try await database.read({ connection in
                    try connection.topUp(
                        like: amount, of: organization, clientKey: clientKey, confirmed: confirmed, at: visit.now)
                })
            {
                form.add(question(about: earlier, visit))
            }
            let typed = form.typed(BillingAddressChoice.field)
            guard let amount, case .processed(let instrument, let keeps, _)? = choice, form.problems.isEmpty else {
                throw form.rejection
            }
            guard (16...PaymentRequest.clientKeyLengthMax).contains(clientKey.utf8.count) else {
                throw Problem(.invalid, code: "stale_form", word: "form.stale")
            }
            let home: Link = "/organizations/\(visit.permit.organization)/billing/prepaid"
            let payment = try await database.write { connection in
                // The address before the books, as orders hold them.
                let address = try chosenAddress(
                    typed, at: BillingAddressChoice.field, of: organization, in: connection)
                // Asked again while the books are held: two forms may have been sent at once.
                try connection.lockBooks(of: organization)
                if let earlier = try connection.topUp(
                    like: amount, of: organization, clientKey: clientKey, confirmed: confirmed, at: visit.now)
                {
                    throw question(about: earlier, visit)
                }
                let payment = try Payments.begin(
                    .topUp(
                        amount, of: organization, by: visit.permit.person, method: instrument.method,
                        clientKey: clientKey), in: connection, at: visit.now)
                try connection.keepAddress(address, of: payment.id)
                return payment
            }
            let settled = try await payments.charge(
                payment.id, with: instrument, keeps: keeps, returnPath: home.text, by: visit.actor)
            if let failure = settled.failure {
                form.set("client_key", surroundings.secret())
                throw Problem.field("method", PaymentFailure.word(for: failure), code: failure)
            }
            if let path = settled.actionPath.flatMap(Link.init(own:)) { return .redirect(path) }
            return .redirect(home, notice: settled.state == .posted ? "billing.topped_up" : nil)
        }
        // By transfer (PRE-3): the reference is made when somebody wants it, and stays the same; to which address its receipts go
        // may change.
        doors.organization(ManageBilling.self).form("billing/prepaid/top-up/transfer", page: topUpPage) { visit, form in
            let organization = visit.permit.organization
            let typed = form.typed(Billing.transferAddressField)
            try await database.write { connection in
                try visit.permit.renew(in: connection)
                // Where there was nothing to choose, the receipts follow the default.
                if !typed.isEmpty {
                    try connection.keepTransferAddress(
                        chosenAddress(typed, at: Billing.transferAddressField, of: organization, in: connection),
                        of: organization)
                }
                _ = try payments.topUpReference(
                    of: organization, visit.organization.currency, in: connection, at: visit.now)
            }
            return .redirect("/organizations/\(organization)/billing/prepaid/top-up")
        }
    }

    /// Held, so that it is there when the receipt is made out.
    private func chosenAddress(
        _ text: String, at field: String, of organization: OrganizationID, in connection: Connection
    ) throws -> BillingChoice {
        let choice = try connection.billingAddresses(of: organization).choice(text, at: field)
        try connection.hold(choice, of: organization)
        return choice
    }

    private func topUpPage(_ visit: OrganizationVisit<ManageBilling>, _ form: Form) async throws -> Page {
        let words = visit.words
        var form = form
        form.fill("client_key", surroundings.secret())
        let home: Link = "/organizations/\(visit.organization.id)/billing/prepaid"
        let (book, standing) = try await database.read { connection in
            (
                try connection.billingAddresses(of: visit.permit.organization),
                try connection.transferAddress(of: visit.permit.organization)
            )
        }
        var standingForm = form
        standingForm.set(Billing.transferAddressField, book.chosen(standing?.text ?? "").text)
        let transfer = try await transferChoice(
            visit, home, BillingAddressChoice.show(standingForm, book, words, at: Billing.transferAddressField))
        form.set(BillingAddressChoice.field, book.chosen(form.typed(BillingAddressChoice.field)).text)
        let chooser = try await topUpChooser(visit)
        return Page(
            title: words("billing.top_up"), current: "prepaid",
            body: """
                \(crumbs(words, [(words("billing.prepaid"), home), (words("billing.top_up"), nil)]))
                \(form.summary(words))
                \(pageHead(words("billing.top_up"), words("billing.top_up.lead")))
                <div class="stack">
                \(card(
                    words("billing.top_up.at_once"),
                    """
                    <form class="stack measure" method="post" action="\(Link("\(path: home.text)/top-up"))">\(visit.visit.formFields)\
                    \(form.hidden("client_key"))
                    \(form.field(
                        Field(
                            "amount", label: words("billing.top_up.amount", ["currency": visit.organization.currency.rawValue]),
                            hint: words("billing.top_up.amount.hint"), inputMode: "decimal", max: 12, isShort: true), words))
                    \(BillingAddressChoice.show(form, book, words))
                    \(chooser.show(form, words))
                    \(try await onceMore(visit, form))
                    <div class="row">\(button(words("billing.top_up.pay")))<a class="btn" href="\(home)">\(words("form.cancel"))</a></div>
                    </form>
                    """))
                \(transfer)
                </div>
                """)
    }

    /// The ways of the closed list (PRE-3); transfers have a card of their own.
    private func topUpChooser(_ visit: OrganizationVisit<ManageBilling>) async throws -> PaymentChooser {
        let today = visit.organization.zone.day(of: visit.now)
        let situation = try await database.read { connection in
            try payments.situation(
                .topUp, of: visit.permit.organization,
                country: try Billing.recipient(connection, visit.permit.organization).country, total: nil,
                today: today, takesTransfers: false, in: connection)
        }
        return PaymentChooser(situation, isSandbox: settings.isSandbox)
    }

    /// How to transfer, or a button that says it; nothing where no account takes the currency.
    private func transferChoice(
        _ visit: OrganizationVisit<ManageBilling>, _ home: Link, _ addresses: HTML
    ) async throws -> HTML {
        let words = visit.words
        guard let account = payments.receivingAccount(for: visit.organization.currency) else { return .empty }
        let reference = try await database.read { connection in
            try connection.topUpReference(of: visit.permit.organization, to: account)
        }
        if let reference {
            let instructions = TransferInstructions(reference, to: payments.issuer, words).card(for: visit.standing)
            if addresses.isEmpty { return instructions }
            let change = transferForm(visit, home, addresses, words("form.save"))
            return "\(instructions)\(card(words("billing.top_up.by_transfer.receipts"), change))"
        }
        return card(
            words("billing.top_up.by_transfer"),
            transferForm(
                visit, home, "<p>\(words("billing.top_up.by_transfer.lead"))</p>\(addresses)",
                words("billing.top_up.by_transfer.show")))
    }

    private func transferForm(
        _ visit: OrganizationVisit<ManageBilling>, _ home: Link, _ content: HTML, _ title: String
    ) -> HTML {
        """
        <form class="stack" method="post" action="\(Link("\(path: home.text)/top-up/transfer"))">\(visit.visit.formFields)
        \(content)
        <div class="row"><button class="btn">\(title)</button></div>
        </form>
        """
    }
}
