package import Access
package import Billing
package import Kernel
import Organizations
package import Storage

extension Products {
    /// Places an order and pays it. The order, its product and the payment are written first; only then is the processor
    /// asked. What stops in between leaves an order that stays payable, never one that is half paid.
    /// - Parameters:
    ///   - address: where `recipient` comes from: it is kept while the order waits for its payment.
    ///   - clientKey: made by the form, once: sent twice, there is one order.
    ///   - unless: what stands against it, asked while the books are held: two forms may have been sent at once.
    /// - Throws: a `Problem`: 422 `prepaid_balance_too_low` (then nothing was ordered), and what `Payments.begin` throws.
    func place(
        _ quote: Quote, name: String, recipient: Recipient, address: BillingChoice, choice: ChosenPayment,
        clientKey: String, permit: Permit<OrderProducts>, actor: Event.Actor, at now: Instant,
        unless objection: (@Sendable (Connection) throws -> Problem?)? = nil
    ) async throws -> OrderID {
        let (order, payment) = try await database.write { connection -> (OrderID, PaymentID?) in
            try connection.hold(address, of: permit.organization)
            if let objection {
                try connection.lockBooks(of: permit.organization)
                if let problem = try objection(connection) { throw problem }
            }
            guard
                let order = try Order.insert(
                    quote, name: name, recipient: recipient, address: address, clientKey: clientKey, permit: permit,
                    at: now, in: connection)
            else {
                // The second click: the first one's order, and nothing to pay again.
                guard let first = try Order.find(clientKey: clientKey, by: permit, in: connection) else {
                    throw Problem.notFound
                }
                return (first.id, nil)
            }
            let product = try Product.insert(order, type: quote.type, name: name, in: connection)
            try connection.announce(
                Event(
                    "OrderPlaced", by: actor, organization: order.organization, subject: "order", order.id.rawValue,
                    product: product,
                    payload: [
                        "offer": order.offerID, "name": name, "total": order.total.plain,
                        "currency": order.total.currency.rawValue,
                    ]),
                at: now)
            switch choice {
            case .prepaid:
                try payments.payFromPrepaid(
                    request(order, .prepaid, clientKey: clientKey, by: permit), in: connection, by: actor, at: now)
                return (order.id, nil)
            case .processed(let instrument, _, let part):
                let payment = try Payments.begin(
                    request(order, instrument.method, fromPrepaid: part, clientKey: clientKey, by: permit),
                    in: connection, at: now)
                return (order.id, payment.id)
            case .transfer:
                try requestTransfer(for: order, by: actor, at: now, in: connection)
                return (order.id, nil)
            case .onAccount:
                try putOnAccount(order, by: actor, at: now, in: connection)
                return (order.id, nil)
            }
        }
        if let payment, case .processed(let instrument, let keeps, _) = choice {
            try await payments.charge(
                payment, with: instrument, keeps: keeps, returnPath: path(of: order, permit), by: actor)
        }
        return order
    }

    /// Orders without a page: for the demo world, tests and benchmarks, by the same rules.
    /// - Throws: 404 for an offer that is not sold; what `place` throws.
    package func order(
        _ offerID: String, _ term: Term, name: String, address: BillingChoice? = nil, choice: ChosenPayment,
        clientKey: String, permit: Permit<OrderProducts>, actor: Event.Actor
    ) async throws -> OrderID {
        guard let sold = catalogue.offer(offerID) else { throw Problem.notFound }
        let now = surroundings.now()
        let book = try await database.read { try $0.billingAddresses(of: permit.organization) }
        let address = address ?? book.preferred
        let recipient = try book.recipient(address)
        let quote = try Quote(
            type: sold.type, offer: sold.offer, term: term, recipient: recipient,
            currency: book.owner.currency, on: book.owner.zone.day(of: now))
        return try await place(
            quote, name: name, recipient: recipient, address: address, choice: choice, clientKey: clientKey,
            permit: permit, actor: actor, at: now)
    }

    /// Pays an order that was left open (ORD-3).
    func pay(
        _ order: Order, choice: ChosenPayment, clientKey: String, permit: Permit<OrderProducts>, actor: Event.Actor,
        at now: Instant
    ) async throws {
        switch choice {
        case .prepaid:
            try await payments.payFromPrepaid(request(order, .prepaid, clientKey: clientKey, by: permit), by: actor)
        case .transfer:
            try await database.write { connection in
                try connection.lock("product_order", order.id)
                guard let order = try Order.stored(order.id, in: connection), order.state == .awaitingPayment else {
                    throw Problem(.conflict, code: "not_open", word: "products.order.not_open")
                }
                try requestTransfer(for: order, by: actor, at: now, in: connection)
            }
        case .onAccount:
            try await database.write { try putOnAccount(order, by: actor, at: now, in: $0) }
        case .processed(let instrument, let keeps, let part):
            let payment = try await database.write { connection in
                try connection.lock("product_order", order.id)
                guard try Order.stored(order.id, in: connection)?.state == .awaitingPayment else {
                    throw Problem(.conflict, code: "not_open", word: "products.order.not_open")
                }
                return try Payments.begin(
                    request(order, instrument.method, fromPrepaid: part, clientKey: clientKey, by: permit),
                    in: connection, at: now)
            }
            try await payments.charge(
                payment.id, with: instrument, keeps: keeps, returnPath: path(of: order.id, permit), by: actor)
        }
    }

    private func requestTransfer(
        for order: Order, by actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        let zone = try connection.zone(of: order.organization)
        let product = try Product.of(order.id, in: connection)
        let draft = order.draft(
            key: "pf:order:\(order.id)", product: product?.id, period: order.term.period(anchoredAt: zone.day(of: now)),
            dueDays: Payments.transferDueDays)
        try payments.requestTransfer(for: "order", order.id.rawValue, draft, in: connection, by: actor, at: now)
    }

    /// Gives up an order that was not paid. Money that is on its way will come to the prepaid account (ORD-5).
    func cancel(_ id: OrderID, permit: Permit<OrderProducts>, actor: Event.Actor, at now: Instant) async throws {
        try await database.write { connection in
            try connection.lock("product_order", id)
            guard try Order.cancel(id, by: permit, at: now, in: connection) else {
                throw Problem(.conflict, code: "not_open", word: "products.order.not_open")
            }
            try Product.cancel(of: id, in: connection)
            if let product = try Product.of(id, in: connection) {
                try Grants.end(product.id, in: permit.organization, by: actor, at: now, connection)
            }
            try connection.closeProFormas(of: "order", id.rawValue, as: .cancelled)
            try connection.announce(
                Event("OrderCancelled", by: actor, organization: permit.organization, subject: "order", id.rawValue),
                at: now)
        }
    }

    /// What paying for an order brings about, in the transaction that posts the payment: invoice, number, active product.
    package static func purpose(issuer: LegalEntity) -> PaymentPurpose {
        PaymentPurpose("order") { connection, payment, now in
            let id = OrderID(rawValue: payment.purposeID)
            try connection.lock("product_order", id)
            guard let (order, product, zone) = try Order.paidFor(id, in: connection) else { throw Problem.notFound }
            switch order.state {
            case .onAccount:
                // Money under the reference of the pro forma, or of a payment that was given up, pays the invoice.
                guard let id = order.document,
                    let document = try connection.document(id, in: order.organization), document.canBePaid
                else { return .nothingOpen(.duplicate) }
                return .document(document)
            case .paid: return .nothingOpen(.duplicate)
            case .cancelled: return .nothingOpen(.crossing)
            case .awaitingPayment: break
            }
            return .document(
                try fulfil(
                    order, product, in: zone, as: .paid, from: issuer, by: payment.actor, at: now, in: connection))
        }
    }

    private func request(
        _ order: Order, _ method: PaymentMethod, fromPrepaid part: Money? = nil, clientKey: String,
        by permit: Permit<OrderProducts>
    ) -> PaymentRequest {
        PaymentRequest(
            organization: order.organization, person: permit.person, purpose: "order", purposeID: order.id.rawValue,
            amount: order.total, fromPrepaid: part, method: method, clientKey: clientKey)
    }

    private func path(of order: OrderID, _ permit: Permit<OrderProducts>) -> String {
        "/organizations/\(permit.organization)/orders/\(order)"
    }
}
