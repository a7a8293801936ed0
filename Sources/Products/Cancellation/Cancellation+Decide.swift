package import Access
package import Kernel
import Organizations
package import Storage

extension Cancellation {
    /// What became of a request for several.
    package struct Outcome: Sendable {
        /// Nil where none of them could be asked about; then nothing was written.
        package let id: CancellationID?
        let asked: [Product]
        let skipped: [SkippedProduct]
    }

    /// Asks for the end of products; those that cannot be ended are passed over and named. The letter with the link follows from
    /// the event of the first.
    /// - Parameter nonce: random, for the link.
    /// - Throws: 409 `not_cancellable` where none of them is there; for a single one the reason why it cannot be ended; what
    ///   `Permit.renew` throws.
    package static func request(
        _ ids: [ProductID], nonce: String, by permit: Permit<ManageProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> Outcome {
        let standing = try permit.renew(in: connection)
        let found = try Product.among(ids, by: standing.permit(), in: connection)
        guard !found.isEmpty else {
            throw Problem(.conflict, code: "not_cancellable", word: "products.cancellation.changed")
        }
        var asked: [Product] = []
        var skipped: [SkippedProduct] = []
        for product in found {
            if let problem = product.cancellationRefusal(for: standing.products) {
                skipped.append(SkippedProduct(name: product.name, problem: problem))
            } else {
                asked.append(product)
            }
        }
        if ids.count == 1, let only = skipped.first { throw only.problem }
        if asked.isEmpty { return Outcome(id: nil, asked: [], skipped: skipped) }
        let id = try insert(nonce: nonce, by: permit.person, in: permit.organization, at: now, connection)
        for (index, product) in asked.enumerated() {
            try connection.execute("UPDATE product SET cancellation_id = \(id) WHERE id = \(product.id)")
            try announce("ProductCancellationRequested", product, id, index, by: actor, at: now, connection)
        }
        return Outcome(id: id, asked: asked, skipped: skipped)
    }

    /// Ends the products at once. What is owed for them stays owed (PROD-9).
    /// - Throws: 404 where one of them is out of reach; 403 where one was blocked meanwhile; 410 where it was decided, or is too
    ///   old.
    package static func confirm(
        _ id: CancellationID, by permit: Permit<ManageProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let standing = try permit.renew(in: connection)
        guard let cancellation = try find(id, in: permit.organization, connection) else { throw Problem.notFound }
        let products = try Product.of(id, in: connection)
        for product in products {
            guard standing.products.contains(product.id) else { throw Problem.notFound }
            if let problem = product.managementRefusal(for: standing.products) { throw problem }
        }
        guard cancellation.state(at: now) == .requested, try close(id, as: .confirmed, at: now, connection)
        else { throw Problem(.gone, code: "cancellation_over", word: "products.cancellation.over") }
        for (index, product) in products.enumerated() {
            try Product.end(product.id, in: connection)
            try Grants.end(product.id, in: permit.organization, by: actor, at: now, connection)
            try announce("ProductCancelled", product, id, index, by: actor, at: now, connection)
        }
    }

    /// Keeps a product after all; with its last one the whole request is withdrawn.
    /// - Throws: 404 where it is out of reach; 403 where it is blocked; 409 where nothing is asked for.
    package static func withdraw(
        _ product: ProductID, by permit: Permit<ManageProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let kept = try Product.managed(product, by: permit, in: connection)
        guard kept.isCancelling, let id = kept.cancellation else {
            throw Problem(.conflict, code: "cancellation_over", word: "products.cancellation.over")
        }
        try connection.execute("UPDATE product SET cancellation_id = NULL WHERE id = \(product)")
        try announce("ProductCancellationWithdrawn", kept, id, 0, by: actor, at: now, connection)
        if try Product.of(id, in: connection).isEmpty { _ = try close(id, as: .withdrawn, at: now, connection) }
    }

    /// Has the mail with the link sent again to whoever asked; silent where there is nothing to confirm any more, or where one
    /// went out within `mailEvery`.
    /// - Throws: 404 where the product is out of reach; 403 where it is blocked.
    package static func mailAgain(
        _ product: ProductID, by permit: Permit<ManageProducts>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        let product = try Product.managed(product, by: permit, in: connection)
        guard product.isCancelling, let id = product.cancellation,
            try find(id, in: permit.organization, connection)?.state(at: now) == .requested
        else { return }
        let rows = try connection.execute(
            """
            UPDATE product_cancellation SET mailed_at = \(now)
            WHERE id = \(id) AND COALESCE(mailed_at, requested_at) <= \(now.adding(.zero - mailEvery))
            """)
        if rows == 1 { try announce("ProductCancellationMailed", product, id, 0, by: actor, at: now, connection) }
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
    /// Why its end cannot be asked for; nil where it can.
    func cancellationRefusal(for reach: ProductAccess) -> Problem? {
        func refused(_ word: String, _ code: String) -> Problem { Problem(.conflict, code: code, word: word) }
        switch state {
        case .ordered: return refused("products.cancellation.refused.ordered", "not_paid")
        case .cancelled: return refused("products.cancellation.refused.cancelled", "has_ended")
        case .active, .expired:
            if cancellation != nil { return refused("products.cancellation.refused.asked", "asked_already") }
            return managementRefusal(for: reach)
        }
    }

    static func end(_ id: ProductID, in connection: Connection) throws {
        try connection.execute(
            """
            UPDATE product SET state = \(State.cancelled), expires_at = NULL
            WHERE id = \(id) AND state IN \([State.active, State.expired])
            """)
    }
}
