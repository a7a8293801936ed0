import Access
import Billing
import Kernel
import Web

/// One order: what it is, where it stands, and what can be done next.
struct OrderPage {
    let visit: OrganizationVisit<OrderProducts>
    let order: Order
    let product: Product?
    /// Newest first.
    let tries: [Payment]
    let chooser: PaymentChooser
    /// Where the customer chose to transfer.
    let transfer: TransferReference?
    let issuer: LegalEntity
    let form: Form
    let newKey: String

    var page: Page {
        let words = visit.words
        let pending = tries.first { $0.state == .pending }
        let isWaiting = pending != nil && pending?.actionPath == nil
        return Page(
            title: words("products.order.title", ["number": order.id.description]), current: "orders",
            waiting: isWaiting ? (seconds: 2, state: "pending") : nil,
            body: """
                \(crumbs(words, [
                    (words("products.orders"), "/organizations/\(order.organization)/orders"),
                    (words("products.order.number", ["number": order.id.description]), nil),
                ]))
                \(form.summary(words))
                \(state(pending))
                \(pageHead(order.description, words("products.order.number", ["number": order.id.description])))
                \(facts)
                \(when(order.state == .awaitingPayment && pending == nil, "\(instructions)\(payment)"))
                """)
    }

    /// What happened, in a sentence, and the next step.
    private func state(_ pending: Payment?) -> HTML {
        let words = visit.words
        let home: Link = "/organizations/\(order.organization)/orders/\(order.id)"
        switch order.state {
        case .paid, .onAccount:
            let (done, text) =
                order.state == .paid
                ? ("products.order.done", "products.order.done.text")
                : ("products.order.on_account.done", "products.order.on_account.text")
            let document = order.document.map { Link("/organizations/\(order.organization)/billing/documents/\($0)") }
            return banner(
                .ok, icon: "check",
                "<strong>\(words(done))</strong> \(words(text, ["name": product?.name ?? order.description]))",
                action: document.map { linkButton(words("products.order.invoice"), $0) } ?? .empty)
        case .cancelled:
            return banner(.warn, icon: "info", "<strong>\(words("products.order.is_cancelled"))</strong>")
        case .awaitingPayment:
            if let pending, let path = pending.actionLink {
                return banner(
                    .warn, icon: "clock",
                    "<strong>\(words("products.order.confirm"))</strong> \(words("products.order.confirm.text"))",
                    action: """
                        <div class="row"><a class="btn primary" href="\(path)">\(words("products.order.to_bank"))</a>
                        <form method="post" action="\(Link("\(path: home.text)/payment"))">\(visit.visit.formFields)\
                        <input type="hidden" name="_method" value="DELETE">\
                        <button class="btn">\(words("products.order.pay_otherwise"))</button></form></div>
                        """)
            }
            if pending != nil {
                return banner(
                    .info, icon: "clock",
                    "<strong>\(words("products.order.waiting"))</strong> \(words("products.order.waiting.text"))",
                    action: linkButton(words("products.order.look_again"), home))
            }
            if transfer != nil {
                return banner(
                    .info, icon: "clock",
                    "<strong>\(words("products.order.awaiting_transfer"))</strong> \(words("products.order.awaiting_transfer.text"))"
                )
            }
            if let failed = tries.first, let code = failed.failure {
                return banner(
                    .danger, icon: "warning",
                    "<strong>\(words(PaymentFailure.word(for: code)))</strong> \(words("products.order.still_open"))")
            }
            return banner(.warn, icon: "clock", "<strong>\(words("products.order.unpaid"))</strong>")
        }
    }

    private var facts: HTML {
        let words = visit.words
        let name: HTML =
            product.map { product in
                product.state == .ordered || product.state == .cancelled
                    ? HTML(product.name)
                    : "<a href=\"\(Link("/organizations/\(order.organization)/products/\(product.id)"))\">\(product.name)</a>"
            } ?? .empty
        let recipient = order.recipient
        return card(
            words("products.order_title"),
            summary([
                (words("products.product"), name, .empty),
                (words("products.state"), order.state.tag(words), .empty),
                (words("products.term"), HTML(words.term(order.term)), .empty),
                (words("products.total"), HTML(words.money(order.total)), .empty),
                (
                    words("products.address"),
                    "\(recipient.name)<br>\(recipient.street)<br>\(recipient.postcode) \(recipient.town)<br>\(words.country(recipient.country))",
                    .empty
                ),
                (words("products.ordered_on"), HTML(words.moment(order.orderedAt, in: visit.zone)), .empty),
            ]))
    }

    private var instructions: HTML {
        guard let transfer else { return .empty }
        return """
            <div class="gap-above">\(TransferInstructions(transfer, to: issuer, visit.words).card(for: visit.standing))</div>
            """
    }

    private var payment: HTML {
        let words = visit.words
        var form = form
        // A new try is a new payment; the same try sent twice is one.
        form.set("client_key", newKey)
        let action: Link = "/organizations/\(order.organization)/orders/\(order.id)"
        return """
            <div class="gap-above stack" id="pay">
            \(card(
                words(transfer == nil ? "products.pay_order" : "products.pay_otherwise"),
                """
                <form class="stack measure" method="post" action="\(action)">\(visit.visit.formFields)\(form.hidden("client_key"))
                \(chooser.show(form, words))
                <button class="btn primary large">\(words("products.pay", ["price": words.money(order.total)]))</button>
                </form>
                """))
            <form method="post" action="\(action)" id="give-up">\(visit.visit.formFields)<input type="hidden" name="_method" value="DELETE">\
            <button class="btn danger">\(words("products.order.give_up"))</button></form>
            </div>
            """
    }
}
