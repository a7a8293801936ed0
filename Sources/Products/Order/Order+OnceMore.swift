import Access
import Billing
import Kernel
import Storage
import Web

extension Order {
    /// The last order of the same offer under the same name, where it waits for its payment or was paid a short while ago, and nobody
    /// said that this one comes on top of it.
    /// - Parameters:
    ///   - clientKey: of the form; what was ordered with it already is no second one.
    ///   - confirmed: what the form says of the question.
    static func like(
        _ quote: Quote, name: String, clientKey: String, confirmed: String, by permit: Permit<OrderProducts>,
        at now: Instant, in connection: Connection
    ) throws -> Order? {
        let earlier = try connection.row(
            """
            SELECT \(columns) FROM product JOIN product_order ON product_order.id = product.order_id
            WHERE product.organization_id = \(permit.organization) AND product.type_id = \(quote.type.id)
                AND product.name = \(name) AND product.offer_id = \(quote.offer.id)
                AND (product_order.state = \(State.awaitingPayment)
                    OR product_order.state IN \([State.paid, .onAccount])
                        AND product_order.decided_at > \(now.adding(.zero - OnceMore.alike)))
            ORDER BY product_order.id DESC LIMIT 1
            """
        ).map(Order.init)
        guard let earlier, confirmed != earlier.id.description,
            try find(clientKey: clientKey, by: permit, in: connection) == nil
        else { return nil }
        return earlier
    }

    func onceMore(_ words: Words, in zone: Zone) -> Problem {
        OnceMore.question(
            about: id.description, code: "ordered_before",
            word: state == .awaitingPayment ? "products.order.again.waiting" : "products.order.again.done",
            ["order": description, "moment": words.moment(orderedAt, in: zone)])
    }
}

extension Products {
    func onceMore(_ visit: OrganizationVisit<OrderProducts>, _ form: Form) async throws -> HTML {
        guard let id = OrderID(OnceMore.asked(by: form)),
            let earlier = try await database.read({ try Order.find(id, by: visit.permit, in: $0) })
        else { return .empty }
        let words = visit.words
        let page: Link = "/organizations/\(earlier.organization)/orders/\(earlier.id)"
        let box = OnceMore.box(
            about: earlier.id.description, yes: words("products.order.again.yes"),
            more: """
                <p><a href="\(page)">\(words("products.order.number", ["number": earlier.id.description]))</a></p>
                """, form, words)
        return panel("<div class=\"stack\">\(box)</div>")
    }
}
