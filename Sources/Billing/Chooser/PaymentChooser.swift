package import Kernel
import Storage
package import Web

/// How to pay, wherever something is paid for: one chooser for orders, invoices and top-ups (PAYM-6).
package struct PaymentChooser: Sendable {
    package let situation: PaymentSituation
    package let isSandbox: Bool

    package init(_ situation: PaymentSituation, isSandbox: Bool) {
        self.situation = situation
        self.isSandbox = isSandbox
    }

    /// - Throws: `Problems`, one for each field.
    package func read(_ form: Form, payments: Payments) async throws -> ChosenPayment {
        guard let option = situation.options.first(where: { $0.value == form.typed("method") }) else {
            throw Problem.noWayChosen
        }
        // Too little on the prepaid account is said with its amounts when it is to pay.
        if let refusal = option.refusal, refusal != .balanceTooLow {
            throw Problem.field(
                "method", refusal.word, code: "validation_rule_in", situation.onAccount?.arguments ?? [:])
        }
        switch option.way {
        case .saved(let profile):
            guard let instrument = profile.instrument else { throw Problem.notFound }
            return .processed(instrument, keeps: false, fromPrepaid: try part(form))
        case .method(.prepaid): return .prepaid
        case .onAccount:
            if form.isChecked("use_prepaid", situation.part?.plain ?? "") {
                throw Problem.field("method", "billing.method.on_account_whole", code: "validation_rule_in")
            }
            return .onAccount
        case .method(.transfer):
            if form.isChecked("use_prepaid", situation.part?.plain ?? "") {
                throw Problem.field("method", "billing.method.transfer_whole", code: "validation_rule_in")
            }
            return .transfer
        case .method(.card):
            let card = try Card(
                number: form.typed("card_number"), expiry: form.typed("card_expiry"), cvc: form.typed("card_cvc"),
                on: situation.today)
            let part = try part(form)
            return .processed(
                .card(try await payments.tokenize(card)), keeps: form.isChecked("save_card", "yes"), fromPrepaid: part)
        case .method(let wallet):
            // TWINT used once is saved (PAY-7); the others are saved on the page of methods.
            return .processed(.wallet(wallet), keeps: wallet == .twint, fromPrepaid: try part(form))
        }
    }

    /// The part of prepaid is what the page said. Where it is not so any more, the page says the new one.
    private func part(_ form: Form) throws -> Money? {
        let typed = form.typed("use_prepaid")
        if typed.isEmpty { return nil }
        guard let part = situation.part, typed == part.plain else {
            throw Problem.field("method", "billing.method.part_changed", code: "price_changed")
        }
        return part
    }

    package func show(_ form: Form, _ words: Words) -> HTML {
        let options = situation.options
        let chosen = form.typed("method").isEmpty ? situation.suggestion : form.typed("method")
        let rows = options.enumerated().map { index, option -> HTML in
            """
            <label class="choice"><input type="radio" name="method" value="\(option.value)"\
            \(when(index == 0, " id=\"method\""))\(when(option.value == chosen, " checked"))\
            \(when(option.refusal != nil, " disabled"))>\
            <span><strong>\(title(option, words))</strong>\(detail(option, words).map { "<small>\($0)</small>" as HTML })</span></label>
            """
        }
        let problem = form.error("method", words)
        let hasProblem = form.problem(of: "method") != nil
        let hasCard = options.contains { $0.way == .method(.card) }
        return """
            <fieldset class="stack"\(when(hasProblem, " aria-invalid=\"true\" aria-describedby=\"method-error\""))>\
            <legend>\(words("billing.method"))</legend>
            \(rows)
            \(problem)
            </fieldset>
            \(part(form, words))
            \(when(hasCard, CardFields.show(form, isConditional: true, isSandbox: isSandbox, words)))
            \(when(hasCard, form.checkbox("save_card", label: words("billing.method.save_card"))))
            """
    }

    private func part(_ form: Form, _ words: Words) -> HTML {
        guard let part = situation.part else { return .empty }
        return form.checkbox(
            "use_prepaid",
            label: words("billing.method.use_prepaid", ["part": words.money(part)]),
            value: part.plain)
    }

    private func title(_ option: PaymentOption, _ words: Words) -> String {
        switch option.way {
        case .saved(let profile): profile.title(words)
        case .method(let method): words(method.word)
        case .onAccount: words("billing.method.on_account")
        }
    }

    private func detail(_ option: PaymentOption, _ words: Words) -> String? {
        if let refusal = option.refusal { return words(refusal.word, situation.onAccount?.arguments ?? [:]) }
        switch option.way {
        case .saved(let profile):
            let isDefault = situation.standard == .profile(profile.id)
            return isDefault ? words("billing.profile.default") : words("billing.method.saved")
        case .method(.card): return words("billing.method.card.hint")
        case .method(.twint): return words("billing.method.twint.hint")
        case .method(.transfer): return words("billing.method.transfer.hint")
        case .method(.prepaid):
            return words("billing.method.prepaid.hint", ["balance": words.money(situation.account.available)])
        case .method: return words("billing.method.wallet.hint")
        case .onAccount:
            return situation.onAccount.map { standing in
                words(
                    "billing.method.on_account.hint",
                    ["days": String(standing.terms.dueDays), "left": words.money(standing.left)])
            }
        }
    }
}

extension Problem {
    package static let noWayChosen = Problem.field(
        "method", "billing.method.choose", code: "validation_rule_required")
}

extension PaymentProfile {
    /// "Visa ending in 4242, valid until 12/28", "TWINT, +41 79 …"
    package func title(_ words: Words) -> String {
        guard method == .card else {
            return label.isEmpty
                ? words(method.word)
                : words("billing.profile.account", ["method": words(method.word), "account": label])
        }
        return words(
            "billing.profile.card",
            [
                "brand": Payment.PaidCard(brand: brand, last4: label).brandName, "digits": label,
                "expiry": expires?.description ?? "",
            ])
    }
}

extension Payment {
    /// Where the customer goes on, at the bank or on the method's page: a link on a page of ours, for a form may not lead there.
    package var actionLink: Link? { actionPath.flatMap { Link(own: $0) ?? Link(web: $0) } }
}
