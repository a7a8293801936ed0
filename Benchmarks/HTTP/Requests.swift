import Access
import Foundation

/// Requests a second over loopback, against Hummingbird with nothing of ours around it.
enum Requests {
    static func measure(_ site: Site) async throws -> Table {
        var findings: [Finding] = []
        // What the bare server reads: from SQLite in either case.
        var reading: (directory: String, token: String)?
        for place in site.places {
            let directory = try site.folder("http-\(place.rawValue)")
            let address = place == .postgres ? try site.makeDatabase("bench_http") : nil
            let world = try await World.open(directory, address: address)
            let token = try await world.token()
            try await world.orderFifty()
            let cookie = try await Browser(world).signIn(World.marie)
            let organization = try await world.standing(of: World.marie).organization
            await world.close()
            let read = reading ?? (directory, token)
            reading = read
            let targets = [
                Target(try bare(nil, site), "/profile"), Target(try bare(read, site), "/profile"),
                Target(try kontor(directory, address, site), "/2/profile", ["Authorization": "Bearer \(token)"]),
            ]
            let page = Target(
                targets[2].server, "/organizations/\(organization)/products?per_page=50", ["Cookie": cookie])
            defer { for target in targets { target.server.stop() } }
            findings += try compare(place, targets + [page], site)
        }
        return Table(
            title: "Requests",
            explanation: """
                wrk -t2 -c\(Wrk.connections) over loopback, on the cores that the server runs on too, in turns. Raw: bare Hummingbird \
                with one indexed SQLite read through GRDB on the calling thread (a constant, for that read itself). CPU: processor time \
                of the server for one request.
                """, findings: findings)
    }

    private struct Target {
        let server: Child
        let path: String
        let headers: [String: String]

        init(_ server: Child, _ path: String, _ headers: [String: String] = [:]) {
            self.server = server
            self.path = path
            self.headers = headers
        }
    }

    private static let turnsCount = 5

    private static func compare(_ place: Place, _ targets: [Target], _ site: Site) throws -> [Finding] {
        // One more turn than counts, to warm up.
        let turns = try (0...turnsCount).map { _ in
            try targets.map { try Wrk.load($0.server, $0.path, headers: $0.headers, site) }
        }.dropFirst()
        let best = targets.indices.map { index in Wrk.best(turns.map { $0[index] }) }
        func against(_ ours: Int, _ raw: Int) -> [(ours: Double, raw: Double)] {
            turns.map { ($0[ours].rate, $0[raw].rate) }
        }
        let goal = place == .sqlite ? 0.6 : nil
        let own: [Finding] = [
            .turns("GET /2/profile with a token, \(place.rawValue)", against(2, 1), best[2].note, atLeast: goal),
            Finding(
                what: "the same, processor time", measured: Figure.time(best[2].processorSeconds),
                raw: Figure.time(best[1].processorSeconds),
                ratio: Figure.ratio(best[1].processorSeconds / best[2].processorSeconds)),
            .turns("page of 50 products, \(place.rawValue)", against(3, 1), best[3].note),
        ]
        guard place == .sqlite else { return own }
        return [
            .rate("bare Hummingbird, a constant", best[0].rate, best[0].note),
            .turns("bare Hummingbird, one indexed SQLite read", against(1, 0), best[1].note),
        ] + own
    }

    /// The release build of the program itself.
    static func kontor(_ directory: String, _ address: String?, _ site: Site) throws -> Child {
        try Child.start(
            Site.program("kontor"), ["serve", "--data", directory] + (address.map { ["--database", $0] } ?? []),
            environment: ["KONTOR_RATE_FACTOR": "\(World.rateFactor)", "KONTOR_LOG_LEVEL": "warning"],
            log: "\(directory)/server.log"
        ).child
    }

    private static func bare(_ reading: (directory: String, token: String)?, _ site: Site) throws -> Child {
        var arguments = ["bare"]
        if let (directory, token) = reading {
            let publicID = String(token.dropFirst("kontor_pat_".count).prefix(22))
            arguments += ["--file", "\(directory)/kontor.sqlite", "--public-id", publicID]
        }
        return try Child.start(Site.program("kontor-bench"), arguments, log: site.path("bare.log")).child
    }
}
