import Access
import Billing
import Kernel
import Organizations
import Storage
import Web

extension Products {
    func openOrders(_ doors: Doors) {
        doors.organization(OrderProducts.self).get("orders") { visit in
            let list = try await database.read { try Order.list(visit.paging, by: visit.permit, in: $0) }
            return .page(listPage(visit, list))
        }
        doors.organization(OrderProducts.self).form("orders/{order}", page: orderPage) { visit, form in
            let order = try await order(visit)
            let home: Link = "/organizations/\(visit.organization.id)/orders/\(order.id)"
            guard order.state == .awaitingPayment else { return .redirect(home) }
            let choice = try await chooser(visit, order).read(form, payments: payments)
            let clientKey = form.typed("client_key")
            guard (16...PaymentRequest.clientKeyLengthMax).contains(clientKey.utf8.count) else {
                throw Problem(.invalid, code: "stale_form", word: "form.stale")
            }
            try await pay(
                order, choice: choice, clientKey: clientKey, permit: visit.permit, actor: visit.actor, at: visit.now)
            return .redirect(home)
        }
        doors.organization(OrderProducts.self).delete("orders/{order}", page: orderPage) { visit, form in
            let order = try await order(visit)
            try await cancel(order.id, permit: visit.permit, actor: visit.actor, at: visit.now)
            let page: Link = "/organizations/\(visit.organization.id)/orders/\(order.id)"
            return .redirect(Link(own: form.typed("back")) ?? page, notice: "products.cancelled")
        }
        doors.organization(OrderProducts.self).delete("orders/{order}/payment") { visit, _ in
            let order = try await order(visit)
            if let pending = try await database.read({ try $0.pendingPayment(for: "order", order.id.rawValue) }) {
                try await payments.abandon(pending.id, by: visit.actor)
            }
            return .redirect("/organizations/\(visit.organization.id)/orders/\(order.id)")
        }
    }

    private func order(_ visit: OrganizationVisit<OrderProducts>) async throws -> Order {
        let id: OrderID = try visit.visit.id("order")
        guard let order = try await database.read({ try Order.find(id, by: visit.permit, in: $0) }) else {
            throw Problem.notFound
        }
        return order
    }

    private func chooser(
        _ visit: OrganizationVisit<OrderProducts>, _ order: Order, takesTransfers: Bool = true
    ) async throws -> PaymentChooser {
        let today = visit.organization.zone.day(of: visit.now)
        let situation = try await database.read { connection in
            try payments.situation(
                .order, of: order.organization, country: order.recipient.country, total: order.total, today: today,
                takesTransfers: takesTransfers, in: connection)
        }
        return PaymentChooser(situation, isSandbox: visit.house.settings.isSandbox)
    }

    private func orderPage(_ visit: OrganizationVisit<OrderProducts>, _ form: Form) async throws -> Page {
        // Coming back from the bank, and waiting for it, both ask what became of the payment.
        let open = try await order(visit)
        if let pending = try await database.read({ try $0.pendingPayment(for: "order", open.id.rawValue) }) {
            try await payments.refresh(pending.id, by: visit.actor)
        }
        let order = try await order(visit)
        let (tries, product, transfer) = try await database.read { connection in
            (
                try connection.payments(for: "order", order.id.rawValue, in: order.organization),
                try Product.of(order.id, in: connection),
                try connection.transferReference(for: "order", order.id.rawValue)
            )
        }
        return OrderPage(
            visit: visit, order: order, product: product, tries: tries,
            chooser: try await chooser(visit, order, takesTransfers: transfer == nil), transfer: transfer,
            issuer: payments.issuer, form: form, newKey: surroundings.secret()
        ).page
    }

    private func listPage(_ visit: OrganizationVisit<OrderProducts>, _ list: Listing<Order>) -> Page {
        let words = visit.words
        let home: Link = "/organizations/\(visit.organization.id)/orders"
        let rows = list.items.map { order -> HTML in
            """
            <tr><th scope="row"><a href="\(Link("/organizations/\(order.organization)/orders/\(order.id)"))">\
            \(order.description)</a><small>\(words("products.order.number", ["number": order.id.description]))</small></th>
            <td data-label="\(words("products.state"))">\(order.state.tag(words))</td>
            <td class="date" data-label="\(words("products.ordered_on"))">\(words.day(visit.zone.day(of: order.orderedAt)))</td>
            <td class="num" data-label="\(words("products.total"))">\(words.money(order.total))</td>
            <td class="act">\(menu(order, visit))</td></tr>
            """
        }
        return Page(
            title: words("products.orders"), current: "orders",
            body: """
                \(pageHead(
                    words("products.orders"), words("products.orders.lead"),
                    action: linkButton(
                        words("products.order_something"), "/organizations/\(visit.organization.id)/order", icon: "plus",
                        isPrimary: true)))
                \(list.items.isEmpty
                    ? panel(emptyState(icon: "box", words("products.orders.none")))
                    : panel(
                        isFlush: true,
                        """
                        <table class="table"><caption>\(words.count("products.orders.count", list.total))</caption>
                        <thead><tr><th scope="col">\(words("products.order_title"))</th><th scope="col">\(words("products.state"))</th>\
                        <th scope="col">\(words("products.ordered_on"))</th>\
                        <th scope="col" class="num">\(words("products.total"))</th>\
                        <th scope="col" class="act"><span class="vh">\(words("products.order.actions"))</span></th></tr></thead>
                        <tbody>\(rows)</tbody></table>
                        """))
                \(pager(list, words) { home.query([("page", String($0))]) })
                """)
    }

    /// What can be done with an order from its row (ORD-1): paid or given up while it is open, its invoice afterwards.
    private func menu(_ order: Order, _ visit: OrganizationVisit<OrderProducts>) -> HTML {
        let words = visit.words
        let page: Link = "/organizations/\(order.organization)/orders/\(order.id)"
        let items: HTML
        if order.state == .awaitingPayment {
            items = """
                <ul role="list"><li><a href="\(Link("\(path: page.text)#pay"))">\(icon("card"))\(words("products.pay_order"))</a></li>
                <li><a href="\(Link("\(path: page.text)#give-up"))">\(icon("trash"))\(words("products.order.give_up"))</a></li></ul>
                """
        } else if let document = order.document, visit.standing.has(ManageBilling.self) {
            let invoice: Link = "/organizations/\(order.organization)/billing/documents/\(document)"
            items = """
                <ul role="list"><li><a href="\(invoice)">\(icon("document"))\(words("products.order.invoice"))</a></li></ul>
                """
        } else {
            return .empty
        }
        return """
            <button class="btn quiet" type="button" popovertarget="o\(order.id)">\(icon("more"))\
            <span class="vh">\(words("products.order.actions.of", ["number": order.id.description]))</span></button>
            <div class="menu-panel" id="o\(order.id)" popover data-side="end">\(items)</div>
            """
    }
}

extension Order.State {
    func tag(_ words: Words) -> HTML {
        switch self {
        case .awaitingPayment: Web.tag(.warn, words("products.order.awaiting_payment"))
        case .paid: Web.tag(.ok, words("products.order.paid"))
        case .onAccount: Web.tag(.info, words("products.order.on_account"))
        case .cancelled: Web.tag(.off, words("products.order.cancelled"))
        }
    }
}
