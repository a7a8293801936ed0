package import Kernel

/// Where a person stands in one organisation: the facts from which every right is decided, in memory, read once a request.
package struct Standing: Sendable, Hashable {
    package let person: PersonID
    package let organization: OrganizationID
    package let role: Role
    /// The accounting right, a separate yes or no on top of the role (PERM-1).
    package let hasBillingRight: Bool

    package init(person: PersonID, organization: OrganizationID, role: Role, hasBillingRight: Bool) {
        self.person = person
        self.organization = organization
        self.role = role
        self.hasBillingRight = hasBillingRight
    }

    /// The only way to a permit.
    /// - Throws: a `Problem` (403 `access_denied`) that names the right and who can grant it.
    package func permit<R: Right>(_ right: R.Type = R.self) throws(Problem) -> Permit<R> {
        guard R.isGranted(to: self) else {
            throw Problem(
                .forbidden, code: "access_denied", word: "access.denied.\(R.grantedBy.rawValue)",
                arguments: ["right": R.name])
        }
        return Permit(person: person, organization: organization)
    }

    /// For pages that show an action greyed with its reason (PERM-4) instead of offering it.
    package func has<R: Right>(_ right: R.Type) -> Bool { R.isGranted(to: self) }
}
