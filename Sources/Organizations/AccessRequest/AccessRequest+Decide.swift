package import Access
package import Kernel
package import Storage

extension AccessRequest {
    /// Gives what was asked for. What only a role gives is not given here: that is a change of the member.
    /// - Parameter chosen: products, where the request names none.
    /// - Returns: false where it was decided before; then nothing happens.
    /// - Throws: 409 `needs_role`, `product_gone`; 422 where a product is yet to be chosen; what `Member.change` throws.
    package func grant(
        _ chosen: Set<ProductID>, permit: Permit<ManageMembers>,
        products directory: ProductDirectory, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> Bool {
        try permit.renew(in: connection)
        guard let current = try AccessRequest.find(id, by: permit, in: connection) else { throw Problem.notFound }
        guard current.state == .pending, let type = Rights.named(right) else { return false }
        guard let member = try Member.find(person, by: permit, in: connection) else { throw Problem.notFound }
        let standing = try member.standing(connection)
        var membership = member.membership
        switch Remedy.of(type, product: product, for: standing) {
        case .nothing:
            try AccessRequest.settle(person, in: permit.organization, by: actor, at: now, connection)
            return true
        case .accounting: membership.hasBillingRight = true
        case .product(let product?):
            // Asked for by its number, whether there is one or not: who asks is not told.
            guard try directory.list(permit.organization, connection).contains(where: { $0.id == product }) else {
                throw Problem(.conflict, code: "product_gone", word: "requests.refused.gone")
            }
            membership.products.insert(product)
        case .product(nil):
            guard !chosen.isEmpty else {
                throw Problem.field("products", "requests.choose_product", code: "validation_rule_required")
            }
            membership.products.formUnion(chosen)
        case .role: throw Problem(.conflict, code: "needs_role", word: "requests.refused.role")
        }
        // `change` settles what the person has asked for and now has.
        try Member.change(
            person, to: membership, revision: member.revision, permit: permit, products: directory,
            answering: id, actor: actor, at: now, in: connection)
        return true
    }

    /// - Returns: false where it was decided before; then nothing happens.
    package func refuse(
        _ answer: String, permit: Permit<ManageMembers>, actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws -> Bool {
        try permit.renew(in: connection)
        let rows = try connection.execute(
            """
            UPDATE access_request SET state = \(State.refused), answer = \(answer), decided_by_id = \(permit.person),
                decided_at = \(now)
            WHERE id = \(id) AND organization_id = \(permit.organization) AND state = 'pending'
            """)
        guard rows == 1 else { return false }
        try connection.announce(
            Event(
                "AccessRefused", by: actor, organization: organization, subject: "access_request", id.rawValue,
                product: product, payload: ["right": right]), at: now)
        return true
    }

    /// Closes what a person has asked for and has by now, however they came to it.
    static func settle(
        _ person: PersonID, in organization: OrganizationID, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        let open = try AccessRequest.open(of: person, in: organization, connection)
        if open.isEmpty { return }
        guard let member = try Member.find(person, in: organization, connection) else { return }
        let standing = try member.standing(connection)
        for request in open {
            guard let type = Rights.named(request.right),
                Remedy.of(type, product: request.product, for: standing) == .nothing
            else { continue }
            let rows = try connection.execute(
                """
                UPDATE access_request SET state = \(State.granted), decided_by_id = \(actor.person), decided_at = \(now)
                WHERE id = \(request.id) AND state = 'pending'
                """)
            guard rows == 1 else { continue }
            try connection.announce(
                Event(
                    "AccessGranted", by: actor, organization: organization, subject: "access_request",
                    request.id.rawValue, product: request.product, payload: ["right": request.right]), at: now)
        }
    }

    /// Closes what was asked for a product that has ended: nobody can give it any more.
    static func close(
        of product: ProductID, in organization: OrganizationID, by actor: Event.Actor, at now: Instant,
        _ connection: Connection
    ) throws {
        let rows = try connection.rows(
            """
            SELECT id, right_name FROM access_request
            WHERE organization_id = \(organization) AND product_id = \(product) AND state = 'pending' ORDER BY id
            """)
        for row in rows {
            let id: AccessRequestID = try row["id"]
            let closed = try connection.execute(
                """
                UPDATE access_request SET state = \(State.refused), decided_at = \(now)
                WHERE id = \(id) AND state = 'pending'
                """)
            guard closed == 1 else { continue }
            try connection.announce(
                Event(
                    "AccessRequestClosed", by: actor, organization: organization, subject: "access_request",
                    id.rawValue, product: product, payload: ["right": try row["right_name"]]), at: now)
        }
    }

    /// Forgets what somebody whose account is deleted wrote, and what was written to them.
    static func erase(_ person: PersonID, in connection: Connection) throws {
        try connection.execute("UPDATE access_request SET note = '', answer = '' WHERE person_id = \(person)")
    }

    /// Who is no member any more asks for nothing.
    static func drop(
        of person: PersonID, in organization: OrganizationID, at now: Instant, _ connection: Connection
    ) throws {
        try connection.execute(
            """
            UPDATE access_request SET state = \(State.refused), decided_at = \(now)
            WHERE organization_id = \(organization) AND person_id = \(person) AND state = 'pending'
            """)
    }
}

extension Member {
    /// With everything that was given to them and to their teams.
    func standing(_ connection: Connection) throws -> Standing {
        let standing = Standing(
            person: id, organization: organization, role: role, hasBillingRight: membership.hasBillingRight)
        if standing.products == .all { return standing }
        return standing.granting(try Grants.products(of: id, in: organization, connection))
    }
}
