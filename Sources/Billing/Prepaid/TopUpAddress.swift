package import Kernel
import Organizations
package import Storage
import Web

/// Under which address the receipt of a top-up is made out (ADDR-3): chosen when it is paid, and kept until the receipt is issued,
/// whatever becomes the default meanwhile. Transfers come when they come, so theirs is a choice of the organisation's.
extension Connection {
    /// Once: the first click chooses.
    package func keepAddress(_ choice: BillingChoice, of topUp: PaymentID) throws {
        try execute(
            """
            INSERT INTO top_up_address (payment_id, billing_address_id) VALUES (\(topUp), \(choice.id))
            ON CONFLICT (payment_id) DO NOTHING
            """)
    }

    func keepTransferAddress(_ choice: BillingChoice, of organization: OrganizationID) throws {
        try execute(
            """
            INSERT INTO transfer_address (id, billing_address_id) VALUES (\(organization), \(choice.id))
            ON CONFLICT (id) DO UPDATE SET billing_address_id = excluded.billing_address_id
            """)
    }

    /// - Returns: nil where nobody chose, so that it is the default.
    func transferAddress(of organization: OrganizationID) throws -> BillingChoice? {
        try transferAddresses(of: [organization])[organization]
    }

    private func transferAddresses(of organizations: Set<OrganizationID>) throws -> [OrganizationID: BillingChoice] {
        if organizations.isEmpty { return [:] }
        let rows = try rows(
            "SELECT id, billing_address_id FROM transfer_address WHERE \(dialect.among("id", organizations))")
        var choices: [OrganizationID: BillingChoice] = [:]
        for row in rows {
            let address: BillingAddressID? = try row["billing_address_id"]
            choices[try row["id"]] = BillingChoice(address)
        }
        return choices
    }

    /// What was chosen for each of these payments.
    func topUpAddresses(of payments: [Payment]) throws -> [PaymentID: BillingChoice] {
        let transfers = payments.filter { $0.method == .transfer }
        let standing = try transferAddresses(of: Set(transfers.map(\.organization)))
        var choices: [PaymentID: BillingChoice] = [:]
        for payment in transfers { choices[payment.id] = standing[payment.organization] }
        let others = payments.filter { $0.method != .transfer }.map(\.id)
        if others.isEmpty { return choices }
        for row in try rows(
            "SELECT payment_id, billing_address_id FROM top_up_address WHERE \(dialect.among("payment_id", others))")
        {
            let address: BillingAddressID? = try row["billing_address_id"]
            choices[try row["payment_id"]] = BillingChoice(address)
        }
        return choices
    }

    /// Top-ups that are not decided yet keep the address they were begun with (ADDR-5).
    func topUps(under address: BillingAddressID, of organization: OrganizationID) throws -> [BillingAddressUses.Use] {
        try rows(
            """
            SELECT p.currency, p.amount FROM top_up_address t JOIN payment p ON p.id = t.payment_id
            WHERE p.organization_id = \(organization) AND p.state = 'pending' AND t.billing_address_id = \(address)
            ORDER BY p.id LIMIT 20
            """
        ).map { row in
            let currency: Currency = try row["currency"]
            let amount = Money(minorUnits: try row["amount"], currency)
            return BillingAddressUses.Use(
                "\(currency.rawValue) \(amount.plain)", link: "/organizations/\(organization)/billing/prepaid")
        }
    }
}

extension BillingAddressUses {
    /// With what this room itself is going to bill.
    var withTopUps: BillingAddressUses {
        BillingAddressUses { address, organization, connection in
            try find(address, organization, connection) + connection.topUps(under: address, of: organization)
        }
    }
}

extension Billing {
    /// The chosen address, or the default where it is gone: money that has come wants its receipt.
    package static let topUpRecipient: @Sendable (Connection, OrganizationID, BillingChoice?) throws -> Recipient = {
        connection, organization, choice in
        let book = try connection.billingAddresses(of: organization)
        let details = choice.flatMap(book.details) ?? book.details(book.preferred) ?? book.own
        return details.recipient(book.owner.language)
    }
}

extension Migration {
    /// NULL is the organisation's own address.
    static let topUpAddresses = Migration(
        "billing-036-top-up-addresses",
        """
        CREATE TABLE top_up_address (
            payment_id BIGINT PRIMARY KEY REFERENCES payment (id),
            billing_address_id BIGINT
        );
        CREATE INDEX top_up_address_of_address ON top_up_address (billing_address_id)
            WHERE billing_address_id IS NOT NULL;
        CREATE TABLE transfer_address (
            id BIGINT PRIMARY KEY REFERENCES organization (id),
            billing_address_id BIGINT
        );
        """, appendOnly: ["top_up_address"])
}
