import TestSupport
import Web

/// Who may come.
enum Visitor: CaseIterable, Sendable {
    case anonymous
    /// Answers for another organisation.
    case foreign
    case staff
    case external, collaborator, accountant, administrator, legalRepresentative
    /// A collaborator with a product of their own.
    case granted
    /// No members: people of partners with full access, with access to a product, and of one whose partnership is over.
    case partner, productPartner, formerPartner

    /// What a visitor may be answered at a door.
    enum Expected: CustomStringConvertible {
        case taken(to: String)
        case refused(Int)
        /// Inside: a page, a redirect, an object that is not there, a form that was sent empty, a thing that is done
        /// already, a link that is used up; never "may not", never a failure.
        case inside

        func contains(_ screen: Screen) -> Bool {
            switch self {
            case .taken(let path): screen.status == 303 && screen.location?.hasPrefix(path) == true
            case .refused(let status): screen.status == status
            case .inside:
                [200, 303, 404, 409, 410, 415, 422].contains(screen.status)
                    && screen.location?.hasPrefix("/sign-in?") != true
            }
        }

        var description: String {
            switch self {
            case .taken(let path): "taken to \(path)"
            case .refused(let status): "\(status)"
            case .inside: "inside"
            }
        }
    }

    /// - Returns: nil for a right that this table does not know.
    func expected(at route: Route) -> Expected? {
        switch route.door {
        case .public, .sandbox, .api: return .inside
        case .signedIn: return self == .anonymous ? .taken(to: "/sign-in") : .inside
        case .staff:
            switch self {
            case .anonymous: return .taken(to: "/sign-in")
            case .staff: return .inside
            default: return .refused(404)
            }
        case .organization:
            guard let holders = Visitor.holders[route.right ?? ""] else { return nil }
            if self == .anonymous { return .taken(to: "/sign-in") }
            if [.foreign, .staff, .formerPartner].contains(self) { return .refused(404) }
            return holders.contains(self) ? .inside : .refused(403)
        }
    }

    private static let holders: [String: Set<Visitor>] = [
        "organization:see": [
            .external, .collaborator, .granted, .accountant, .administrator, .legalRepresentative, .partner,
            .productPartner,
        ],
        "organization:manage": [.legalRepresentative],
        "products:see": [.granted, .administrator, .legalRepresentative, .partner, .productPartner],
        "products:manage": [.granted, .administrator, .legalRepresentative, .partner, .productPartner],
        "products:block": [.administrator, .legalRepresentative, .partner],
        "products:order": [.administrator, .legalRepresentative, .partner],
        "members:manage": [.administrator, .legalRepresentative],
        "teams:manage": [.administrator, .legalRepresentative],
        "policy:manage": [.administrator, .legalRepresentative],
        "appearance:manage": [.administrator, .legalRepresentative, .partner],
        "activity:see": [.administrator, .legalRepresentative],
        "billing:manage": [.accountant, .administrator, .legalRepresentative, .partner],
        "billing:withdraw": [.accountant, .administrator, .legalRepresentative],
        "partnerships:manage": [.legalRepresentative],
    ]
}
