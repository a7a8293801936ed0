import Access
import Accounts
import App
import Kernel
import Organizations
import Products
import Storage
import Web

/// The page of products, for somebody who reaches a lot of them one by one and for somebody who reaches all.
enum ProductPages {
    private static let turnsCount = 5
    private static let eachCount = 100
    private static let ratioMax = 1.5
    /// The same for rates: a bit over 1 / 1.5.
    private static let rateRatioMin = 0.67

    static func measure(_ crowd: Crowd, _ world: World, _ place: Place) async throws -> [Finding] {
        let owner = try await visitor(crowd.owner, crowd, world)
        let collaborator = try await visitor(crowd.collaborator, crowd, world)
        try await checkReach(crowd, collaborator)
        let pages = try await turns(
            owner: { try await owner.page() }, collaborator: { try await collaborator.page() })
        let recognising = try await turns(
            owner: { try await owner.recognise() }, collaborator: { try await collaborator.recognise() })
        return [
            time("page of 50 products, \(place.rawValue), processor time", pages, atMost: ratioMax),
            .turns(
                "the same, \(Machine.cores) clients", pages.map { ($0.collaborator.rate, $0.owner.rate) },
                Latencies.best(pages.map(\.collaborator.latencies)).note, atLeast: rateRatioMin, hasRawInside: false),
            time("recognising alone, \(place.rawValue), processor time", recognising),
            .turns(
                "the same, \(Machine.cores) clients", recognising.map { ($0.collaborator.rate, $0.owner.rate) },
                Latencies.best(recognising.map(\.collaborator.latencies)).note, hasRawInside: false),
        ]
    }

    private struct Load {
        let processorSeconds: Double
        let latencies: Latencies

        var rate: Double { latencies.rate }
    }

    private typealias Turn = (owner: Load, collaborator: Load)

    private static func turns(
        owner: @escaping @Sendable () async throws -> Void, collaborator: @escaping @Sendable () async throws -> Void
    ) async throws -> [Turn] {
        var turns: [Turn] = []
        for _ in 0..<turnsCount { turns.append((try await load(owner), try await load(collaborator))) }
        return turns
    }

    private static func load(_ ask: @escaping @Sendable () async throws -> Void) async throws -> Load {
        // Warms up, too.
        let processorSeconds = try await Measure.perCall { try await ask() }
        let latencies = try await Latencies.of(clients: Machine.cores, each: eachCount) { _, _ in try await ask() }
        return Load(processorSeconds: processorSeconds, latencies: latencies)
    }

    private static func time(_ what: String, _ turns: [Turn], atMost goal: Double? = nil) -> Finding {
        func ratio(_ turn: Turn) -> Double { turn.collaborator.processorSeconds / turn.owner.processorSeconds }
        let middle = turns.sorted { ratio($0) < ratio($1) }[turns.count / 2]
        return .time(
            what, middle.collaborator.processorSeconds, raw: middle.owner.processorSeconds, atMost: goal)
    }

    /// A person with a session, for either kind of question.
    private struct Visitor: Sendable {
        let browser: Browser
        let world: World
        let organization: OrganizationID
        let secretHash: [UInt8]

        func page() async throws {
            var browser = browser
            let answer = try await browser.ask(
                "GET", "/organizations/\(organization)/products", route: "/organizations/{organization}/products",
                query: ["per_page": ["50"]], parameters: ["organization": organization.description])
            guard Browser.isPage(answer) else { throw BenchError("The page of products is not shown.") }
        }

        /// As the gate does before every page of the organisation.
        func recognise() async throws {
            guard try await signedIn() != nil else { throw BenchError("The session was not recognised.") }
        }

        func signedIn() async throws -> SignedIn? {
            let now = world.kontor.surroundings.now()
            return try await world.kontor.database.read { [secretHash, organization] connection in
                try Accounts.recognise(secretHash, at: now, in: connection) { person in
                    try Organization.places(of: person, in: organization, connection)
                }
            }
        }
    }

    private static func visitor(_ person: PersonID, _ crowd: Crowd, _ world: World) async throws -> Visitor {
        let secret = try await Crowd.session(of: person, in: world)
        var browser = Browser(world, session: secret)
        // Once, for the cookies that a first visit brings.
        _ = try await browser.ask(
            "GET", "/organizations/\(crowd.organization)/products", route: "/organizations/{organization}/products",
            parameters: ["organization": crowd.organization.description])
        return Visitor(
            browser: browser, world: world, organization: crowd.organization, secretHash: Keys.sha256(secret))
    }

    /// What is measured must be what is promised.
    private static func checkReach(_ crowd: Crowd, _ collaborator: Visitor) async throws {
        let standing = try await collaborator.signedIn()?.organizations.first { $0.id == crowd.organization }?.standing
        guard let permit = try standing?.permit(SeeProducts.self) else {
            throw BenchError("The collaborator is not a member.")
        }
        let list = try await collaborator.world.kontor.database.read {
            try Product.list(ProductFilter(), Paging(size: 50), by: permit, in: $0)
        }
        guard list.total == Crowd.reachedCount, list.items.count == 50 else {
            throw BenchError("The collaborator reaches \(list.total) products, not \(Crowd.reachedCount).")
        }
    }
}
