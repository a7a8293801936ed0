package import Access
package import Kernel
import Storage

/// What a room gets to open itself to the world. It never sees the router: it says who may come and what they get.
///
///     doors.public.get("/sign-in") { visit in … }
///     doors.organization(SeeProducts.self).get("products/{product}") { visit in … }
package final class Doors {
    package private(set) var routes: [Route] = []
    package private(set) var navigation: [NavigationItem] = []
    /// By name: what events can be about.
    package private(set) var subjects: [String: SubjectKind] = [:]
    /// What the rooms give to every page: see `search`, `action` and `banner`.
    package internal(set) var contributions = Contributions()

    package init() {}

    package var `public`: Door<Visit> {
        Door(doors: self, kind: .public, right: nil, prefix: "/") { visit in visit }
    }

    /// Whoever comes, in the sandbox; nobody in production.
    package var sandbox: Door<Visit> {
        Door(doors: self, kind: .sandbox, right: nil, prefix: "/sandbox/") { visit in visit }
    }

    package var signedIn: Door<SignedInVisit> {
        Door(doors: self, kind: .signedIn, right: nil, prefix: "/") { visit throws(Problem) in
            guard let person = visit.person else { throw .signInFirst }
            return SignedInVisit(visit: visit, person: person)
        }
    }

    /// Whoever runs the installation. For everybody else there is nothing here. In production the password alone is not enough
    /// to look at customers.
    package var staff: Door<SignedInVisit> {
        Door(doors: self, kind: .staff, right: nil, prefix: "/staff/") { visit in
            guard let person = visit.person else { throw Problem.signInFirst }
            guard person.isStaff else { throw Problem.notFound }
            guard person.hasSecondFactor || visit.house.settings.isSandbox else {
                throw Detour(link: "/security/second-factor")
            }
            return SignedInVisit(visit: visit, person: person)
        }
    }

    /// Paths below `/organizations/{organization}/`. Somebody else's organisation is not found.
    /// - Parameter isBeforeWall: open to members who still lack the second factor that the organisation requires (POL-2).
    package func organization<R: Right>(_ right: R.Type, isBeforeWall: Bool = false) -> Door<OrganizationVisit<R>> {
        Door(doors: self, kind: .organization, right: R.name, prefix: "/organizations/{organization}/") { visit in
            guard let person = visit.person else { throw Problem.signInFirst }
            let id: OrganizationID = try visit.id("organization")
            let own = person.organizations.first { $0.id == id }
            guard let organization = own ?? person.client, organization.id == id else { throw Problem.notFound }
            if organization.requiresSecondFactor, !person.hasSecondFactor, !isBeforeWall {
                throw Detour(link: "/organizations/\(id)/second-factor")
            }
            var visit = visit
            visit.organization = organization
            do {
                let permit = try organization.standing.permit(R.self)
                return OrganizationVisit(visit: visit, person: person, organization: organization, permit: permit)
            } catch {
                throw Explained(visit: visit, cause: error)
            }
        }
    }

    /// The public API: `/2/profile`, and `/profile` for its newest version.
    package var api: APIDoor { APIDoor(doors: self) }

    /// Puts an entry into the left navigation.
    package func navigate(_ item: NavigationItem) { navigation.append(item) }

    func add(_ subject: SubjectKind) {
        precondition(
            subjects.updateValue(subject, forKey: subject.name) == nil, "\(subject.name) belongs to two rooms.")
    }

    func add(_ route: Route) {
        // A path without a version may be a page as well: programs, which come with a token, get the API there.
        precondition(
            !routes.contains {
                $0.method == route.method && $0.path == route.path && ($0.door == .api) == (route.door == .api)
            },
            "\(route.method) \(route.path) has two handlers.")
        routes.append(route)
    }
}

/// The way leads past another page first, or there is another one by now.
package struct Detour: Error {
    let link: Link
    /// Of `Answer.redirect`.
    let notice: String?

    package init(link: Link, notice: String? = nil) {
        self.link = link
        self.notice = notice
    }
}

extension Problem {
    package static let signInFirst = Problem(.unauthorized, code: "not_authorized", word: "problem.sign_in_first")
}
