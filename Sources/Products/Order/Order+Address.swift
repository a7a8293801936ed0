package import Billing
import Kernel
import Storage
import Web

extension Migration {
    /// Under which billing address an order will be invoiced: NULL for the organisation's own. What the invoice will say is
    /// frozen in `recipient`; this is for what stands against removing an address.
    static let orderAddresses = Migration(
        "products-003-order-addresses",
        """
        ALTER TABLE product_order ADD COLUMN billing_address_id BIGINT;
        CREATE INDEX product_order_of_address ON product_order (billing_address_id)
            WHERE billing_address_id IS NOT NULL AND state = 'awaiting_payment';
        """)
}

extension Products {
    /// Orders that wait for their payment keep the address they will be invoiced under (ADDR-5).
    package static let addressUses = BillingAddressUses { address, organization, connection in
        try connection.rows(
            """
            SELECT id, description FROM product_order
            WHERE billing_address_id = \(address) AND organization_id = \(organization) AND state = 'awaiting_payment'
            ORDER BY id LIMIT 20
            """
        ).map { row in
            let order: OrderID = try row["id"]
            return BillingAddressUses.Use(
                try row["description"], link: "/organizations/\(organization)/orders/\(order)")
        }
    }
}
