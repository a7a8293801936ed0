package import Access
package import Kernel
import Organizations
package import Storage

extension Migration {
    /// Since when the management of a product is blocked for all who do not administer its organisation.
    static let managementBlocks = Migration(
        "products-005-management-blocks", "ALTER TABLE product ADD COLUMN management_blocked_at BIGINT;")
}

/// Blocking the management of a product for the whole organisation (BLK-1, BLK-2): who was given it goes on using it, and only
/// those who administer the organisation manage it.
extension Product {
    /// Why somebody who reaches the product may not manage it now; nil where they may.
    func managementRefusal(for reach: ProductAccess) -> Problem? {
        if managementBlockedAt == nil || reach == .all { return nil }
        return Problem(.forbidden, code: "management_blocked", word: "products.block.refused")
    }

    /// Held for a change: whatever manages a product begins with it.
    /// - Throws: 404 where the permit does not cover it; 403 where its management is blocked; what `Permit.renew` throws.
    static func managed(
        _ id: ProductID, by permit: Permit<ManageProducts>, in connection: Connection
    ) throws -> Product {
        let standing = try permit.renew(in: connection)
        guard let product = try find(id, by: standing.permit(), in: connection) else { throw Problem.notFound }
        if let problem = product.managementRefusal(for: standing.products) { throw problem }
        return product
    }

    /// Whether there is anything to block: what has ended is managed by nobody.
    var isBlockable: Bool { state != .cancelled }

    /// Blocks its management, or lifts the block. Done already is done.
    /// - Throws: 404 where it is not the organisation's; 409 where it has ended, or where its type has maintenance in place of a
    ///   block (BLK-4); what `Permit.renew` throws.
    package static func setManagementBlocked(
        _ isBlocked: Bool, _ id: ProductID, by permit: Permit<BlockProducts>, catalogue: Catalogue, actor: Event.Actor,
        at now: Instant, in connection: Connection
    ) throws {
        try permit.renew(in: connection)
        guard let product = try stored(id, in: permit.organization, connection) else { throw Problem.notFound }
        if isBlocked {
            if catalogue.type(product.typeID)?.service == .mail {
                throw Problem(.conflict, code: "has_maintenance", word: "products.block.mail")
            }
            guard product.isBlockable else {
                throw Problem(.conflict, code: "has_ended", word: "products.cancellation.refused.cancelled")
            }
        }
        let rows = try connection.execute(
            """
            UPDATE product SET management_blocked_at = \(isBlocked ? now : nil)
            WHERE id = \(id) AND (management_blocked_at IS NULL) = \(isBlocked)
            """)
        guard rows == 1 else { return }
        try connection.announce(
            Event(
                isBlocked ? "ProductManagementBlocked" : "ProductManagementUnblocked", by: actor,
                organization: product.organization, subject: "product", product.id.rawValue, product: product.id),
            at: now)
    }
}
