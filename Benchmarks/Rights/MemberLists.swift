import Access
import Accounts
import App
import Kernel
import Organizations
import Storage
import Web

/// A page of the members, by every filter there is: as the gate answers it, or from the store where there is no such page.
enum MemberLists {
    static let rowsCount = Paging.sizeMax
    private static let askedCount = 100
    private static let secondsMax = 0.05
    private static let route = "/organizations/{organization}/members"

    static func measure(_ crowd: Crowd, _ world: World, _ place: Place) async throws -> [Finding] {
        let hasPage = world.kontor.routes.contains { $0.path == route && $0.method == "GET" }
        let what = "\(hasPage ? "page" : "store"), \(place.rawValue)"
        let ask = try await hasPage ? page(crowd, world) : store(crowd, world)
        var findings: [Finding] = []
        for question in questions(crowd) {
            for _ in 0..<5 { try await ask(question) }
            let latencies = try await Latencies.of(clients: 1, each: askedCount) { _, _ in try await ask(question) }
            let p95 = latencies.percentile(95)
            findings.append(
                Finding(
                    what: "\(what): \(question.name)",
                    measured: "p50 \(Figure.time(latencies.percentile(50))), p95 \(Figure.time(p95))",
                    goal: "p95 ≤ \(Figure.time(secondsMax))", isReached: p95 <= secondsMax))
        }
        return findings
    }

    private struct Question: Sendable {
        let name: String
        let filter: MemberFilter
        let page: Int

        init(_ name: String, page: Int = 1, _ fill: (inout MemberFilter) -> Void = { _ in }) {
            var filter = MemberFilter()
            fill(&filter)
            self.name = name
            self.filter = filter
            self.page = page
        }

        /// As the page reads it from its address.
        var query: [String: [String]] {
            let items = [
                "search": filter.search, "role": filter.role?.rawValue ?? "", "team": filter.team?.description ?? "",
                "lacking": filter.lacksSecondFactor ? "yes" : "", "order": filter.order.rawValue,
                "page": String(page), "per_page": String(rowsCount),
            ]
            return items.mapValues { [$0] }
        }
    }

    private static func questions(_ crowd: Crowd) -> [Question] {
        let last = Crowd.membersCount / rowsCount
        return [
            Question("everybody"),
            Question("everybody, the last page", page: last),
            Question("by role") { $0.order = .role },
            Question("by role, the last page", page: last) { $0.order = .role },
            Question("newest first") { $0.order = .joined },
            Question("newest first, the last page", page: last) { $0.order = .joined },
            Question("collaborators") { $0.role = .collaborator },
            Question("administrators") { $0.role = .administrator },
            Question("half of all, in one team") { $0.team = crowd.largestTeam },
            Question("without second factor") { $0.lacksSecondFactor = true },
            Question("search that finds one") { $0.search = "member-4321@" },
            Question("search that finds most") { $0.search = "e" },
            Question("search of five words") { $0.search = "ma er crowd member example" },
            Question("search that finds nobody") { $0.search = "xyzzy" },
            Question("all at once") {
                $0.search = "e"
                $0.role = .collaborator
                $0.team = crowd.largestTeam
                $0.lacksSecondFactor = true
                $0.order = .role
            },
        ]
    }

    private typealias Ask = @Sendable (Question) async throws -> Void

    private static func page(_ crowd: Crowd, _ world: World) async throws -> Ask {
        let visitor = Browser(world, session: try await Crowd.session(of: crowd.owner, in: world))
        let path = "/organizations/\(crowd.organization)/members"
        return { question in
            var visitor = visitor
            let answer = try await visitor.ask(
                "GET", path, route: route, query: question.query,
                parameters: ["organization": crowd.organization.description])
            guard Browser.isPage(answer) else { throw BenchError("The page of members is not shown.") }
        }
    }

    private static func store(_ crowd: Crowd, _ world: World) async throws -> Ask {
        let permit: Permit<ManageMembers> = try await world.kontor.database.read { connection in
            let own = try Organization.summaries(of: crowd.owner, connection)
            guard let standing = own.first(where: { $0.id == crowd.organization })?.standing else {
                throw BenchError("The owner is not a member.")
            }
            return try standing.permit()
        }
        return { question in
            let paging = Paging(page: question.page, size: rowsCount)
            _ = try await world.kontor.database.read { try Member.list(question.filter, paging, by: permit, in: $0) }
        }
    }
}
