package import Kernel
package import Storage

/// What an account is founded with: the organisation that comes with it (ACC-5 to ACC-8). Made by the room above, inside the
/// transaction that makes the account, so that nobody ever has an account without an organisation.
package struct Founding: Sendable {
    package let found: @Sendable (Connection, Founder, Event.Actor, Instant) throws -> OrganizationID

    package init(found: @escaping @Sendable (Connection, Founder, Event.Actor, Instant) throws -> OrganizationID) {
        self.found = found
    }
}

package struct Founder: Sendable {
    package let person: PersonID
    /// The company, or the person's own name (ACC-6).
    package let organizationName: String
    package let isCompany: Bool
    package let currency: Currency
    package let country: Country
    package let language: Language
    package let zone: Zone
}
