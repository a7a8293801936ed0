package import Access
package import Kernel
import Organizations
package import Storage

extension Cancellation {
    /// Asks for the end of products, all or none. The letter with the link follows from the event of the first.
    /// - Parameter nonce: random, for the link.
    /// - Throws: 409 `not_cancellable` where one of them has ended, waits for its payment or is asked about already; what
    ///   `Permit.renew` throws.
    package static func request(
        _ ids: [ProductID], nonce: String, by permit: Permit<OrderProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> CancellationID {
        try permit.renew(in: connection)
        let products = try Product.cancellable(ids, in: permit.organization, connection)
        guard !products.isEmpty, products.count == ids.count else {
            throw Problem(.conflict, code: "not_cancellable", word: "products.cancellation.changed")
        }
        let id = try insert(nonce: nonce, by: permit.person, in: permit.organization, at: now, connection)
        for (index, product) in products.enumerated() {
            try connection.execute("UPDATE product SET cancellation_id = \(id) WHERE id = \(product.id)")
            try announce("ProductCancellationRequested", product, id, index, by: actor, at: now, connection)
        }
        return id
    }

    /// Ends the products at once. What is owed for them stays owed (PROD-9).
    /// - Throws: 410 where it was decided, or is too old.
    package static func confirm(
        _ id: CancellationID, by permit: Permit<OrderProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard let cancellation = try find(id, in: permit.organization, connection),
            cancellation.state(at: now) == .requested, try close(id, as: .confirmed, at: now, connection)
        else { throw Problem(.gone, code: "cancellation_over", word: "products.cancellation.over") }
        for (index, product) in try Product.of(id, in: connection).enumerated() {
            try Product.end(product.id, in: connection)
            try Grants.end(product.id, in: connection)
            try announce("ProductCancelled", product, id, index, by: actor, at: now, connection)
        }
    }

    /// Keeps a product after all; with its last one the whole request is withdrawn.
    /// - Throws: 409 where nothing is asked for.
    package static func withdraw(
        _ product: ProductID, by permit: Permit<OrderProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard let kept = try Product.stored(product, in: permit.organization, connection), kept.isCancelling,
            let id = kept.cancellation
        else { throw Problem(.conflict, code: "cancellation_over", word: "products.cancellation.over") }
        try connection.execute("UPDATE product SET cancellation_id = NULL WHERE id = \(product)")
        try announce("ProductCancellationWithdrawn", kept, id, 0, by: actor, at: now, connection)
        if try Product.of(id, in: connection).isEmpty { _ = try close(id, as: .withdrawn, at: now, connection) }
    }

    /// Forgets what nobody confirmed, in portions.
    /// - Returns: how many there were.
    static func lapse(at now: Instant, in connection: Connection) throws -> Int {
        let due = try due(at: now, in: connection)
        for cancellation in due where try close(cancellation.id, as: .lapsed, at: now, connection) {
            for (index, product) in try Product.of(cancellation.id, in: connection).enumerated() {
                try connection.execute("UPDATE product SET cancellation_id = NULL WHERE id = \(product.id)")
                try announce(
                    "ProductCancellationLapsed", product, cancellation.id, index, by: .system, at: now, connection)
            }
        }
        return due.count
    }

    /// - Parameter index: of the product among those of the request; one letter speaks for all.
    private static func announce(
        _ name: String, _ product: Product, _ id: CancellationID, _ index: Int, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        try connection.announce(
            Event(
                name, by: actor, organization: product.organization, subject: "product", product.id.rawValue,
                product: product.id,
                payload: ["cancellation": id.description, "index": String(index)]), at: now)
    }
}

extension Product {
    static func end(_ id: ProductID, in connection: Connection) throws {
        try connection.execute(
            """
            UPDATE product SET state = \(State.cancelled), expires_at = NULL
            WHERE id = \(id) AND state IN \([State.active, State.expired])
            """)
    }
}
