import Access
import Billing
import Kernel
import Organizations
import Storage
import Web

extension Products {
    func openCheckout(_ doors: Doors) {
        doors.organization(OrderProducts.self).form("order/{type}", page: checkoutPage) { visit, form in
            let checkout = try await checkout(visit)
            // Without a script, a button of its own shows the price of what is chosen now.
            if form.typed("show") == "price" { return .page(try await checkoutPage(visit, form)) }
            try checkout.checkChoice(form)
            let quote = try checkout.quote(form)
            let name = checkout.name(&form)
            let address: PostalAddress?
            do { address = try checkout.ownAddress(&form) } catch is Problems { address = nil }
            let choice: ChosenPayment?
            do {
                choice = try await chooser(visit, checkout, quote).read(form, payments: payments)
            } catch let problem as Problem {
                form.add(problem)
                choice = nil
            } catch let problems as Problems {
                for problem in problems.all { form.add(problem) }
                choice = nil
            }
            let clientKey = form.typed("client_key")
            let confirmed = form.typed(OnceMore.field)
            let orderedBefore = { @Sendable (name: String, connection: Connection) in
                try Order.like(
                    quote, name: name, clientKey: clientKey, confirmed: confirmed, by: visit.permit, at: visit.now,
                    in: connection
                )?.onceMore(visit.words, in: visit.zone)
            }
            if let name, let problem = try await database.read({ try orderedBefore(name, $0) }) { form.add(problem) }
            guard let name, let address, let choice, form.problems.isEmpty else { throw form.rejection }
            guard form.typed("expected_total") == quote.total.plain else {
                throw Problem.field(
                    "term", "products.price_changed", code: "price_changed", ["price": visit.words.money(quote.total)])
            }
            guard (16...PaymentRequest.clientKeyLengthMax).contains(clientKey.utf8.count) else {
                throw Problem(.invalid, code: "stale_form", word: "form.stale")
            }
            if checkout.asksForAddress(form) {
                try await database.write { try Organization.move(to: address, by: visit.permit, in: $0) }
            }
            let order = try await place(
                quote, name: name, recipient: checkout.recipient(form, address), address: checkout.choice(form),
                choice: choice, clientKey: clientKey, permit: visit.permit, actor: visit.actor, at: visit.now,
                unless: { try orderedBefore(name, $0) })
            return .redirect("/organizations/\(visit.organization.id)/orders/\(order)")
        }
    }

    private func checkout(_ visit: OrganizationVisit<OrderProducts>) async throws -> CheckoutForm {
        guard let type = catalogue.type(visit.visit.parameter("type")),
            let found = try await database.read({ connection in
                try Organization.find(visit.organization.id, in: connection).map { organization in
                    (organization, try connection.billingAddresses(of: organization.id))
                }
            })
        else { throw Problem.notFound }
        let (organization, book) = found
        return CheckoutForm(
            type: type, organization: organization, book: book, today: organization.zone.day(of: visit.now),
            language: visit.language)
    }

    /// How it can be paid, by what it costs now.
    private func chooser(
        _ visit: OrganizationVisit<OrderProducts>, _ checkout: CheckoutForm, _ quote: Quote
    ) async throws -> PaymentChooser {
        let situation = try await database.read { connection in
            try payments.situation(
                .order, of: visit.organization.id, country: quote.recipient.country, total: quote.total,
                today: checkout.today, in: connection)
        }
        return PaymentChooser(situation, isSandbox: visit.house.settings.isSandbox)
    }

    private func checkoutPage(_ visit: OrganizationVisit<OrderProducts>, _ form: Form) async throws -> Page {
        let words = visit.words
        let checkout = try await checkout(visit)
        var form = form
        // A link can choose, and so can the script that asks for the price of what is chosen.
        for name in ["offer", "term", "name", "country", "method", BillingAddressChoice.field]
        where !visit.visit.query(name).isEmpty {
            form.fill(name, visit.visit.query(name))
        }
        let quote = try checkout.quote(form)
        form.set("offer", quote.offer.id)
        form.set("term", quote.term.rawValue)
        form.set(BillingAddressChoice.field, checkout.choice(form).text)
        form.fill("client_key", surroundings.secret())
        AddressFields.fill(&form, with: checkout.organization.address)
        let chooser = try await chooser(visit, checkout, quote)
        let price = PricePanel(quote: quote, words: words).html
        let type = checkout.type
        if visit.visit.request.header("x-fragment") == "price" {
            return Page(title: "", layout: .fragment, body: price)
        }
        let action: Link = "/organizations/\(visit.organization.id)/order/\(type.id)"
        let current = "products-\(type.id)"
        return Page(
            title: words("products.checkout", ["type": type.name[words.language]]), current: current,
            body: """
                \(crumbs(words, [
                    (words("products.offers"), "/organizations/\(visit.organization.id)/order"),
                    (type.name[words.language], nil),
                ]))
                \(form.summary(words))
                \(pageHead(words("products.checkout", ["type": type.name[words.language]]), words("products.checkout.lead")))
                <form class="split" method="post" action="\(action)" data-live="#price">\(visit.visit.formFields)\
                \(form.hidden("client_key"))
                <div class="stack">
                \(choices(checkout, form, words))
                \(when(
                    checkout.book.choices.count > 1,
                    panel(BillingAddressChoice.show(form, checkout.book, words))))
                \(when(
                    checkout.asksForAddress(form),
                    card(words("products.address"), "<div class=\"stack\">\(AddressFields.show(form, words))</div>")))
                \(panel("<div class=\"stack\">\(chooser.show(form, words))</div>"))
                \(try await onceMore(visit, form))
                </div>
                <aside class="card stay" aria-label="\(words("products.price"))"><div class="body stack" id="price">\(price)</div></aside>
                </form>
                """)
    }

    private func choices(_ checkout: CheckoutForm, _ form: Form, _ words: Words) -> HTML {
        let type = checkout.type
        let currency = checkout.organization.currency
        let offers = type.offers.map { offer in
            (
                value: offer.id, title: offer.name[words.language],
                detail: Optional("\(offer.details[words.language]). \(prices(of: offer, in: currency, words))")
            )
        }
        let chosen = type.offers.first { $0.id == form.typed("offer") } ?? type.offers[0]
        let terms = chosen.terms.map { term in
            // With several offers their prices stand beside them: those of the chosen one here would be old at the next choice.
            (
                value: term.rawValue, title: words.term(term),
                detail: type.offers.count > 1
                    ? nil : chosen.price(term, currency).map { words("products.net_price", ["price": words.money($0)]) }
            )
        }
        let isDomain = type.naming == .domain
        return card(
            words("products.what"),
            """
            <div class="stack">
            \(when(
                type.offers.count > 1,
                form.choices("offer", legend: words("products.offer"), options: offers, words)))
            \(form.choices("term", legend: words("products.term"), options: terms, words))
            <p data-nojs><button class="btn" name="show" value="price">\(words("products.show_price"))</button></p>
            \(form.field(
                Field(
                    "name", label: words(isDomain ? "products.domain" : "products.name"),
                    hint: words(isDomain ? "products.domain.hint" : "products.name.hint"),
                    max: isDomain ? 253 : Product.nameLengthMax), words))
            </div>
            """)
    }
}

/// `1 month CHF 6.90, 1 year CHF 69.00`
private func prices(of offer: Offer, in currency: Currency, _ words: Words) -> String {
    offer.terms.compactMap { term in
        offer.price(term, currency).map { "\(words.term(term)) \(words.money($0))" }
    }.joined(separator: ", ")
}

/// Period, net, VAT, total and the renewal price, always in sight (interface.md, "Money").
struct PricePanel {
    let quote: Quote
    let words: Words

    var html: HTML {
        let computed = quote.computed
        let line = computed.lines[0]
        let steps = zip(line.steps, discounts(line)).map { step, amount -> HTML in
            """
            <div><dt>\(step.label) \(words.percentage(Percentage(basisPoints: step.basisPoints)))</dt>\
            <dd>\(words.money(-amount))</dd></div>
            """
        }
        let vat = computed.vat.map { row -> HTML in
            "<div><dt>\(words("products.vat", ["rate": words.percentage(row.rate)]))</dt><dd>\(words.money(row.vat))</dd></div>"
        }
        return """
            <h2>\(words("products.to_pay"))</h2>
            <input type="hidden" name="expected_total" value="\(quote.total.plain)">
            <dl class="price">
            <div><dt>\(quote.offer.name[words.language]), \(words.term(quote.term))</dt><dd>\(words.money(line.list))</dd></div>
            \(steps)\(vat)
            <div class="total"><dt>\(words("products.total"))</dt><dd data-total>\(words.money(quote.total))</dd></div>
            </dl>
            \(when(computed.treatment.note != nil, "<p class=\"muted\">\(words(computed.treatment.note ?? ""))</p>"))
            <p class="muted">\(words("products.runs", ["period": words.period(quote.period)]))</p>
            <button class="btn primary large wide">\(words("products.order_and_pay", ["price": words.money(quote.total)]))</button>
            <dl class="price"><div><dt>\(words("products.renewal.\(quote.term.rawValue)", ["day": words.day(quote.period.end)]))</dt>\
            <dd>\(words.money(quote.renewal))</dd></div></dl>
            <p class="muted">\(words("products.renewal.explained"))</p>
            """
    }

    /// What each discount takes off.
    private func discounts(_ line: ComputedLine) -> [Money] {
        var before = line.list.minorUnits
        return line.steps.map { step in
            defer { before = step.remainingMinorUnits }
            return Money(minorUnits: before - step.remainingMinorUnits, line.list.currency)
        }
    }
}
