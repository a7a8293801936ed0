/// Something a person may do in an organisation. Each right is a type of its own, so that permits cannot be mixed up.
package protocol Right: Sendable {
    /// As `kontor routes` and API errors name it: `products:view`.
    static var name: String { get }
    /// The least role that can grant it, for the sentence that says whom to ask.
    static var grantedBy: Role { get }
    static func isGranted(to standing: Standing) -> Bool
}

/// Seeing that the organisation exists, its name and one's own place in it: every member.
package enum SeeOrganization: Right {
    package static let name = "organization:see"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { true }
}

/// Seeing what was done in the organisation, by whom and from where (SES-3).
package enum SeeActivity: Right {
    package static let name = "activity:see"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role.administers
    }
}

/// Changing the organisation's details (ORG-10).
package enum ManageOrganization: Right {
    package static let name = "organization:manage"
    package static let grantedBy = Role.legalRepresentative
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role == .legalRepresentative
    }
}

/// Seeing products: all of them, or those that were granted (PERM-1). The permit says which.
package enum SeeProducts: Right {
    package static let name = "products:see"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { !standing.products.isNothing }
}

/// Managing products, all of them or those that were granted (PERM-1): what they are called, and their end. It takes
/// `BlockProducts` where an administrator has blocked a product's management (BLK-2); the permit says which products.
package enum ManageProducts: Right {
    package static let name = "products:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { !standing.products.isNothing }
}

/// Blocking the management of a product for the whole organisation, and lifting it (PERM-6, BLK-1). Whoever may, may also
/// manage what is blocked.
package enum BlockProducts: Right {
    package static let name = "products:block"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { standing.role.administers }
}

/// Ordering, and paying for what was ordered (PERM-3).
package enum OrderProducts: Right {
    package static let name = "products:order"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { standing.role.administers }
}

/// Documents, payments, the prepaid account (PERM-2): administrators, and whoever has the accounting right.
package enum ManageBilling: Right {
    package static let name = "billing:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.role.administers || standing.hasBillingRight
    }
}

/// Getting money out of the prepaid account (PRE-8): who manages billing as a member. A partner pays with it, and takes nothing
/// out.
package enum WithdrawPrepaid: Right {
    package static let name = "billing:withdraw"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && ManageBilling.isGranted(to: standing)
    }
}

/// Members, invitations and what they may do (USR-4, USR-9). Giving the legal representative's role takes more: see `Member`.
package enum ManageMembers: Right {
    package static let name = "members:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role.administers
    }
}

/// Teams, their members and their products (TEAM-7).
package enum ManageTeams: Right {
    package static let name = "teams:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role.administers
    }
}

/// Partnerships, on both sides: adding clients, and saying what a partner may do here (PERM-9, PART-7, PART-37).
package enum ManagePartnerships: Right {
    package static let name = "partnerships:manage"
    package static let grantedBy = Role.legalRepresentative
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role == .legalRepresentative
    }
}

/// The organisation's security policy (PERM-10).
package enum ManagePolicy: Right {
    package static let name = "policy:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool {
        standing.isMember && standing.role.administers
    }
}

/// Logos and initials (PERM-7, BRAND-1).
package enum ManageAppearance: Right {
    package static let name = "appearance:manage"
    package static let grantedBy = Role.administrator
    package static func isGranted(to standing: Standing) -> Bool { standing.role.administers }
}
