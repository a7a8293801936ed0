package import Kernel
package import Storage

/// What an account is founded with: the organisation that comes with it (ACC-5 to ACC-8). Made by the room above, inside the
/// transaction that makes the account, so that nobody ever has an account without an organisation.
package struct Founding: Sendable {
    package let found: @Sendable (Connection, Founder, Event.Actor, Instant) throws -> OrganizationID

    /// What an account joins instead when it comes from an invitation (ACC-7). Throws 410 where the invitation is not open
    /// any more; then there is no account either.
    package let join: @Sendable (Connection, InvitationID, PersonID, Event.Actor, Instant) throws -> OrganizationID

    package init(
        found: @escaping @Sendable (Connection, Founder, Event.Actor, Instant) throws -> OrganizationID,
        join: @escaping @Sendable (Connection, InvitationID, PersonID, Event.Actor, Instant) throws -> OrganizationID
    ) {
        self.found = found
        self.join = join
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
