import Access
import Foundation

/// Requests a second over loopback, against Hummingbird with nothing of ours around it.
enum Requests {
    static func measure(_ site: Site) async throws -> Table {
        var findings: [Finding] = []
        var bare: Wrk?
        for place in site.places {
            let directory = try site.folder("http-\(place.rawValue)")
            let address = place == .postgres ? try site.makeDatabase("bench_http") : nil
            let world = try await World.open(directory, address: address)
            let token = try await world.token()
            try await world.orderFifty()
            let cookie = try await Browser(world).signIn(World.marie)
            let organization = try await world.standing(of: World.marie).organization
            await world.close()

            if place == .sqlite {
                let (constant, read) = try bareServers(directory, token, site)
                bare = read
                findings.append(.rate("bare Hummingbird, a constant", constant.rate, constant.note))
                findings.append(
                    .rate("bare Hummingbird, one indexed SQLite read", read.rate, read.note, raw: constant.rate))
            }
            let server = try kontor(directory, address, site)
            defer { server.stop() }
            let profile = try load(server, "/2/profile", ["Authorization": "Bearer \(token)"], site)
            findings.append(
                .rate(
                    "GET /2/profile with a token, \(place.rawValue)", profile.rate, profile.note, raw: bare?.rate,
                    atLeast: place == .sqlite ? 0.6 : nil))
            let page = try load(
                server, "/organizations/\(organization)/products?per_page=50", ["Cookie": cookie], site)
            findings.append(
                .rate("page of 50 products, \(place.rawValue)", page.rate, page.note, raw: bare?.rate))
        }
        return Table(
            title: "Requests",
            explanation: """
                wrk -t2 -c\(Wrk.connections) over loopback, on the cores that the server runs on too; the best of several runs. Raw: bare \
                Hummingbird with one indexed read through GRDB on the calling thread (of the constant for that read itself).
                """, findings: findings)
    }

    /// The release build of the program itself.
    static func kontor(_ directory: String, _ address: String?, _ site: Site) throws -> Child {
        try Child.start(
            Site.program("kontor"), ["serve", "--data", directory] + (address.map { ["--database", $0] } ?? []),
            environment: ["KONTOR_RATE_FACTOR": "\(World.rateFactor)", "KONTOR_LOG_LEVEL": "warning"],
            log: "\(directory)/server.log"
        ).child
    }

    /// A first short run warms it up.
    private static func load(_ server: Child, _ path: String, _ headers: [String: String], _ site: Site) throws -> Wrk {
        Wrk.best(try (0..<3).map { _ in try Wrk.load(server, path, headers: headers, site) })
    }

    private static func bareServers(
        _ directory: String, _ token: String, _ site: Site
    ) throws -> (constant: Wrk, read: Wrk) {
        let publicID = String(token.dropFirst("kontor_pat_".count).prefix(22))
        let constant = try Child.start(Site.program("kontor-bench"), ["bare"], log: site.path("bare.log")).child
        let constantLoad = try load(constant, "/profile", [:], site)
        constant.stop()
        let reading = try Child.start(
            Site.program("kontor-bench"),
            ["bare", "--file", "\(directory)/kontor.sqlite", "--public-id", publicID], log: site.path("bare.log")
        ).child
        let readLoad = try load(reading, "/profile", [:], site)
        reading.stop()
        return (constantLoad, readLoad)
    }
}
