package import Kernel
import Organizations
package import Storage

extension Migration {
    static let billingAddresses = Migration(
        "billing-012-addresses",
        """
        CREATE TABLE billing_address (
            id IDENTITY,
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            name TEXT NOT NULL CHECK (name <> ''),
            contact TEXT NOT NULL,
            street TEXT NOT NULL CHECK (street <> ''),
            postcode TEXT NOT NULL CHECK (postcode <> ''),
            town TEXT NOT NULL CHECK (town <> ''),
            country TEXT NOT NULL,
            vat_number TEXT NOT NULL,
            is_default BOOLEAN NOT NULL,
            revision INTEGER NOT NULL,
            created_at BIGINT NOT NULL
        );
        CREATE INDEX billing_address_of_organization ON billing_address (organization_id, id);
        CREATE UNIQUE INDEX billing_address_default ON billing_address (organization_id) WHERE is_default;
        """)
}

extension Connection {
    /// - Throws: 404 where there is no such organisation.
    package func billingAddresses(of organization: OrganizationID) throws -> BillingAddressBook {
        let owner = try Organization.ask(organization, in: self)
        let rows = try rows(
            "\(BillingAddress.select) WHERE organization_id = \(organization) ORDER BY id LIMIT \(BillingAddress.countMax)"
        )
        guard let owner = try owner.answer() else { throw Problem.notFound }
        let preferred: BillingAddressID? = try rows.first { try $0["is_default"] }.map { try $0["id"] }
        return BillingAddressBook(
            owner: owner, addresses: try rows.map(BillingAddress.init), preferred: BillingChoice(preferred))
    }

    /// - Returns: nil where there is none, or where it belongs to another organisation.
    package func billingAddress(_ id: BillingAddressID, in organization: OrganizationID) throws -> BillingAddress? {
        try row("\(BillingAddress.select) WHERE id = \(id) AND organization_id = \(organization)")
            .map(BillingAddress.init)
    }

    /// Keeps an address until the end of the transaction, for what is going to use it: it cannot be removed meanwhile.
    /// - Throws: 409 where it was removed since it was chosen.
    package func hold(_ choice: BillingChoice, of organization: OrganizationID) throws {
        guard case .address(let id) = choice else { return }
        try lock("billing_address", id)
        guard try billingAddress(id, in: organization) != nil else {
            throw Problem(.conflict, code: "billing_address_gone", word: "billing.address.gone")
        }
    }
}

extension BillingAddress {
    fileprivate static let select: SQL = """
        SELECT id, organization_id, name, contact, street, postcode, town, country, vat_number, is_default, revision
        FROM billing_address
        """

    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        organization = try row["organization_id"]
        details = BillingDetails(
            name: try row["name"], contact: try row["contact"],
            address: PostalAddress(
                street: try row["street"], postcode: try row["postcode"], town: try row["town"],
                country: try row["country"]), vatNumber: try row["vat_number"])
        revision = try row["revision"]
    }
}
