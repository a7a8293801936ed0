package import Access
package import Kernel
import Organizations
package import Storage
package import Web

extension BillingAddress {
    /// - Throws: 403 where the right is over; 409 `too_many_billing_addresses`.
    package static func add(
        _ details: BillingDetails, by permit: Permit<ManageBilling>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws -> BillingAddressID {
        try permit.renew(in: connection)
        guard try connection.billingAddresses(of: permit.organization).addresses.count < countMax else {
            throw Problem(
                .conflict, code: "too_many_billing_addresses", word: "billing.address.too_many",
                arguments: ["max": String(countMax)])
        }
        let id: BillingAddressID = try connection.insert(
            """
            INSERT INTO billing_address (organization_id, name, contact, street, postcode, town, country, vat_number,
                is_default, revision, created_at)
            VALUES (\(permit.organization), \(details.name), \(details.contact), \(details.address.street),
                \(details.address.postcode), \(details.address.town), \(details.address.country), \(details.vatNumber),
                \(false), 1, \(now))
            RETURNING id
            """)
        try connection.announce(event("BillingAddressAdded", id, permit, actor), at: now)
        return id
    }

    /// What was issued or ordered before keeps the old details (ADDR-5).
    /// - Throws: 403 where the right is over; 409 where it was changed or removed since the form was filled in.
    package func change(
        to details: BillingDetails, revision: Int, by permit: Permit<ManageBilling>, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        let rows = try connection.execute(
            """
            UPDATE billing_address SET name = \(details.name), contact = \(details.contact),
                street = \(details.address.street), postcode = \(details.address.postcode),
                town = \(details.address.town), country = \(details.address.country),
                vat_number = \(details.vatNumber), revision = revision + 1
            WHERE id = \(id) AND organization_id = \(permit.organization) AND revision = \(revision)
            """)
        guard rows == 1 else { throw Problem(.conflict, code: "changed_meanwhile", word: "form.changed_meanwhile") }
        try connection.announce(BillingAddress.event("BillingAddressChanged", id, permit, actor), at: now)
    }

    /// Bills what nobody chooses an address for under this one from now on.
    /// - Throws: 403 where the right is over; 404 where it is no address of the organisation.
    package static func prefer(
        _ choice: BillingChoice, by permit: Permit<ManageBilling>, actor: Event.Actor, at now: Instant,
        in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        let book = try connection.billingAddresses(of: permit.organization)
        guard book.details(choice) != nil else { throw Problem.notFound }
        if book.preferred == choice { return }
        // One after the other: at no moment two of them are the default.
        try connection.execute(
            """
            UPDATE billing_address SET is_default = \(false)
            WHERE organization_id = \(permit.organization) AND is_default
            """)
        if let id = choice.id {
            try connection.execute("UPDATE billing_address SET is_default = \(true) WHERE id = \(id)")
        }
        try connection.announce(event("BillingAddressPreferred", choice.id, permit, actor), at: now)
    }

    /// Takes an address off the list. What is about to be billed under it stands against it; where it is the default, the
    /// next one is chosen with it.
    /// - Parameters:
    ///   - next: the default from now on, where this was it.
    ///   - uses: what is going to be billed under it.
    /// - Throws: 403 where the right is over; 404 where it is gone; 409 `billing_address_in_use`; 422 at the field `next`
    ///   where this is the default and no other was chosen.
    package static func remove(
        _ id: BillingAddressID, next: BillingChoice?, uses: BillingAddressUses, by permit: Permit<ManageBilling>,
        actor: Event.Actor, at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        try connection.lock("billing_address", id)
        let book = try connection.billingAddresses(of: permit.organization)
        guard book.addresses.contains(where: { $0.id == id }) else { throw Problem.notFound }
        guard try uses.find(id, permit.organization, connection).isEmpty else {
            throw Problem(.conflict, code: "billing_address_in_use", word: "billing.address.in_use")
        }
        if book.preferred == .address(id) {
            guard let next, next != .address(id), book.details(next) != nil else {
                throw Problem.field("next", "billing.address.next.missing", code: "validation_rule_required")
            }
            try prefer(next, by: permit, actor: actor, at: now, in: connection)
        }
        try connection.execute("DELETE FROM billing_address WHERE id = \(id)")
        try connection.announce(event("BillingAddressRemoved", id, permit, actor), at: now)
    }

    private static func event(
        _ name: String, _ id: BillingAddressID?, _ permit: Permit<ManageBilling>, _ actor: Event.Actor
    ) -> Event {
        Event(
            name, by: actor, organization: permit.organization, subject: id == nil ? "organization" : "billing_address",
            id?.rawValue ?? permit.organization.rawValue)
    }
}

/// What is going to be billed under an address and so stands against removing it: asked of the rooms above, which know
/// their orders, in the transaction that removes.
package struct BillingAddressUses: Sendable {
    package struct Use: Sendable {
        package let title: String
        package let link: Link

        package init(_ title: String, link: Link) {
            self.title = title
            self.link = link
        }
    }

    package let find: @Sendable (BillingAddressID, OrganizationID, Connection) throws -> [Use]

    package init(_ find: @escaping @Sendable (BillingAddressID, OrganizationID, Connection) throws -> [Use]) {
        self.find = find
    }
}
