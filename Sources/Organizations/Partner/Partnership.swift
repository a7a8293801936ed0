import Access
package import Kernel
import Storage
import Web

/// What a partner may do at a client (PART-10).
package enum PartnerAccess: Sendable, Hashable {
    /// Every product, orders and billing: as an administrator with the accounting right, but for what only members do: people and
    /// their rights, the policy, the activity log, money out of the prepaid account, the organisation itself.
    case full
    /// Certain products and nothing else, as somebody from outside.
    case products(Set<ProductID>)

    package var products: Set<ProductID> { if case .products(let products) = self { products } else { [] } }

    package var isFull: Bool { self == .full }

    /// As forms, events and words have it.
    var name: String { isFull ? "full" : "products" }
}

/// An organisation that acts for another one, its client, as the client allows (PART-29). One that has ended stays as a row; a
/// new one begins anew.
package struct Partnership: Sendable {
    package let id: PartnershipID
    package let partner: OrganizationID
    package let partnerName: String
    package let client: OrganizationID
    package let clientName: String
    package let access: PartnerAccess
    package let begunAt: Instant
    package let changedAt: Instant
    /// Counts the changes of the access, so that a form filled in from an older state is told so.
    package let revision: Int

    /// Why one is over.
    package enum End: String, Sendable {
        case client, partner
        /// The operator took the partner out of the programme.
        case programme
        /// One of the two was deleted.
        case deletion
    }

    init(_ row: Row, products: Set<ProductID>) throws {
        id = try row["id"]
        partner = try row["partner_id"]
        partnerName = try row["partner_name"]
        client = try row["client_id"]
        clientName = try row["client_name"]
        let hasAll: Bool = try row["has_all"]
        access = hasAll ? .full : .products(products)
        begunAt = try row["begun_at"]
        changedAt = try row["changed_at"]
        revision = try row["revision"]
    }

    var clientLink: Link { "/organizations/\(partner)/clients/\(client)" }
    var partnerLink: Link { "/organizations/\(client)/partners/\(partner)" }
}

extension Partnership.End: StoredAsText {}

extension Migration {
    /// The partner programme: who is in it, whom they asked, and what came of it.
    static let partners = Migration(
        "organizations-005-partners",
        """
        ALTER TABLE organization ADD COLUMN partner_since BIGINT;
        CREATE TABLE client_request (
            id IDENTITY,
            partner_id BIGINT NOT NULL REFERENCES organization (id),
            email TEXT NOT NULL,
            email_key TEXT NOT NULL,
            wants_all BOOLEAN NOT NULL,
            note TEXT NOT NULL,
            language TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'cancelled')),
            nonce TEXT NOT NULL,
            client_key TEXT NOT NULL,
            asked_by_id BIGINT NOT NULL REFERENCES person (id),
            client_id BIGINT REFERENCES organization (id),
            created_at BIGINT NOT NULL,
            sent_at BIGINT NOT NULL,
            times_sent INTEGER NOT NULL,
            expires_at BIGINT NOT NULL,
            decided_at BIGINT,
            CHECK (state <> 'accepted' OR client_id IS NOT NULL)
        );
        CREATE UNIQUE INDEX client_request_pending ON client_request (partner_id, email_key) WHERE state = 'pending';
        CREATE INDEX client_request_of_partner ON client_request (partner_id, id);
        CREATE INDEX client_request_of_address ON client_request (email_key);
        CREATE TABLE partnership (
            id IDENTITY,
            partner_id BIGINT NOT NULL REFERENCES organization (id),
            client_id BIGINT NOT NULL REFERENCES organization (id),
            has_all BOOLEAN NOT NULL,
            begun_at BIGINT NOT NULL,
            changed_at BIGINT NOT NULL,
            revision INTEGER NOT NULL,
            ended_at BIGINT,
            ended_by TEXT CHECK (ended_by IN ('client', 'partner', 'programme', 'deletion')),
            CHECK (partner_id <> client_id),
            CHECK ((ended_at IS NULL) = (ended_by IS NULL))
        );
        CREATE UNIQUE INDEX partnership_open ON partnership (client_id, partner_id) WHERE ended_at IS NULL;
        CREATE INDEX partnership_of_partner ON partnership (partner_id) WHERE ended_at IS NULL;
        CREATE TABLE partnership_product (
            partnership_id BIGINT NOT NULL REFERENCES partnership (id),
            product_id BIGINT NOT NULL,
            PRIMARY KEY (partnership_id, product_id)
        );
        CREATE INDEX partnership_product_of_product ON partnership_product (product_id);
        CREATE TABLE partnership_person (
            partnership_id BIGINT NOT NULL REFERENCES partnership (id),
            partner_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            PRIMARY KEY (partnership_id, person_id),
            FOREIGN KEY (partner_id, person_id) REFERENCES membership (organization_id, person_id) ON DELETE CASCADE
        );
        CREATE INDEX partnership_person_of_member ON partnership_person (partner_id, person_id);
        """)
}
