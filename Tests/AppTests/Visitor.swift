import TestSupport
import Web

/// Who may come.
enum Visitor: CaseIterable, Sendable {
    case anonymous
    /// Answers for another organisation.
    case foreign
    case staff
    case external, collaborator, accountant, administrator, legalRepresentative

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
        case .organization:
            guard let holders = Visitor.holders[route.right ?? ""] else { return nil }
            if self == .anonymous { return .taken(to: "/sign-in") }
            if self == .foreign || self == .staff { return .refused(404) }
            return holders.contains(self) ? .inside : .refused(403)
        }
    }

    private static let holders: [String: Set<Visitor>] = [
        "organization:see": [.external, .collaborator, .accountant, .administrator, .legalRepresentative],
        "organization:manage": [.legalRepresentative],
        "activity:see": [.administrator, .legalRepresentative],
        "products:see": [.administrator, .legalRepresentative],
        "products:order": [.administrator, .legalRepresentative],
        "billing:manage": [.accountant, .administrator, .legalRepresentative],
    ]
}
