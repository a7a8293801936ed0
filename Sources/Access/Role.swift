/// What a person is in an organisation (USR-1). The raw value is how it is stored.
package enum Role: String, CaseIterable, Sendable {
    /// Answers for the organisation; there is always at least one (ORG-20).
    case legalRepresentative = "legal_representative"
    /// All rights but those of the organisation's own details and end.
    case administrator
    /// Limited rights, covering chosen products (PERM-1).
    case collaborator
    /// From outside, with limited rights, left out of organisation-wide sharing (USR-2).
    case external

    /// What the public API calls it.
    package var accountType: String {
        switch self {
        case .legalRepresentative: "owner"
        case .administrator: "admin"
        case .collaborator: "normal"
        case .external: "client"
        }
    }

    /// Legal representatives and administrators have all rights over products and users (PERM-1).
    package var administers: Bool { self == .legalRepresentative || self == .administrator }
}
