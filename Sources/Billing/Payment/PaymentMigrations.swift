import Storage

extension Migration {
    /// A payment made partly from prepaid is two: the rest, which is decided outside, and the part that is held for it until
    /// then. `part_of_id` of the held one names the other.
    static let heldPayments = Migration(
        "billing-006-held-payments",
        """
        ALTER TABLE payment ADD COLUMN part_of_id BIGINT REFERENCES payment (id);
        CREATE UNIQUE INDEX payment_part ON payment (part_of_id) WHERE part_of_id IS NOT NULL;
        CREATE INDEX payment_prepaid_held ON payment (organization_id) WHERE state = 'pending' AND method = 'prepaid';
        """)
}
