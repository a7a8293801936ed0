package import Kernel

/// Proof that a person may do something in an organisation. Only `Standing.permit` makes one, so a rule or a store that
/// asks for a permit cannot be reached without the check: forgetting is a compile error.
package struct Permit<R: Right>: Sendable {
    package let person: PersonID
    package let organization: OrganizationID
    /// Which products it covers; a store that lists or finds products filters by it.
    package let products: ProductAccess
}
