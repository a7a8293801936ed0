import Billing
import Kernel
import Storage

extension Migration {
    /// Orders that were put on account: provided, and not paid when they were.
    static let onAccount = Migration(
        "products-007-on-account", "",
        checks: [
            CheckChange(
                "product_order", "product_order_state_check",
                "CHECK (state IN ('awaiting_payment', 'paid', 'cancelled'))",
                "CHECK (state IN ('awaiting_payment', 'paid', 'cancelled', 'on_account'))"),
            CheckChange(
                "product_order", "product_order_check", "CHECK ((state = 'paid') = (document_id IS NOT NULL))",
                "CHECK ((state IN ('paid', 'on_account')) = (document_id IS NOT NULL))"),
        ])
}

extension Products {
    /// What an order becomes when it is paid, or put on account: an invoice, its number, an active product.
    static func fulfil(
        _ order: Order, _ product: ProductID, in zone: Zone, dueDays: Int = 0, as state: Order.State,
        from issuer: LegalEntity,
        by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> Document {
        let period = order.term.period(anchoredAt: zone.day(of: now))
        let document = try connection.issueInvoice(
            order.draft(
                key: "inv:\(product):\(period.start):order", product: product, period: period, dueDays: dueDays),
            from: issuer, by: actor, at: now)
        try Order.fulfilled(order.id, by: document.id, as: state, at: now, in: connection)
        try connection.closeProFormas(of: "order", order.id.rawValue, as: state == .paid ? .paid : .cancelled)
        try Product.activate(product, for: period, until: zone.start(of: period.end), in: connection)
        try connection.announce(
            Event(
                "ProductActivated", by: actor, organization: order.organization, subject: "product",
                product.rawValue, product: product, payload: ["until": period.lastDay.description]), at: now)
        return document
    }

    /// Provides what was ordered against an invoice that is open.
    func putOnAccount(_ order: Order, by actor: Event.Actor, at now: Instant, in connection: Connection) throws {
        try payments.putOnAccount(order.total, of: order.organization, in: connection, by: actor, at: now) { dueDays in
            try connection.lock("product_order", order.id)
            guard let (order, product, zone) = try Order.paidFor(order.id, in: connection),
                order.state == .awaitingPayment
            else { throw Problem(.conflict, code: "not_open", word: "products.order.not_open") }
            if let pending = try connection.pendingPayment(for: "order", order.id.rawValue) {
                throw Problem(
                    .conflict, code: "payment_under_way", word: "billing.payment.under_way",
                    arguments: ["payment": pending.id.description])
            }
            return try Products.fulfil(
                order, product, in: zone, dueDays: dueDays, as: .onAccount, from: payments.issuer, by: actor, at: now,
                in: connection)
        }
    }
}

extension Connection {
    func zone(of organization: OrganizationID) throws -> Zone {
        try row("SELECT time_zone FROM organization WHERE id = \(organization)")?["time_zone"] ?? .zurich
    }
}
