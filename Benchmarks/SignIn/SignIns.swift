import Foundation

/// Signing in against the hash that it cannot do without.
enum SignIns {
    static func measure(_ site: Site) async throws -> Table {
        let directory = try site.folder("sign-in")
        let world = try await World.open(directory, address: nil)
        _ = try await world.token()
        let forms = try await forms(world)
        await world.close()
        let server = try Requests.kontor(directory, nil, site)
        defer { server.stop() }
        let cores = Machine.cores
        var turns: [(bare: Load, one: Load, two: Load, fresh: Load)] = []
        for _ in 0..<turnsCount {
            let bare = try hashes(site, .kept)
            turns.append(
                (
                    bare, try signIns(clients: cores, forms, server, site),
                    try signIns(clients: 2 * cores, forms, server, site),
                    try hashes(site, .fresh)
                ))
        }
        let bareProcessor = turns.map(\.bare.processorSeconds).min() ?? 0
        let ownProcessor = turns.flatMap { [$0.one.processorSeconds, $0.two.processorSeconds] }.min() ?? 0
        return Table(
            title: "Signing in",
            explanation: """
                POST /sign-in over HTTP to a session that is stored, SQLite. Raw: libargon2's own call at the same parameters \
                (\(Hashes.memoryKiB) KiB, \(Hashes.iterations) pass), on \(cores) threads. That asks for its memory at every \
                hash; kept and in large pages, as here, it takes half the time: the lines below are beside that hash alone.
                """,
            findings: [
                .turns(
                    "sign-in, \(cores) clients", turns.map { ($0.one.rate, $0.fresh.rate) }, "", atLeast: 0.95,
                    hasRawInside: false),
                .turns(
                    "sign-in, \(2 * cores) clients", turns.map { ($0.two.rate, $0.fresh.rate) }, "", atLeast: 0.95,
                    hasRawInside: false),
                .turns("\(cores) clients, raw our hash alone", turns.map { ($0.one.rate, $0.bare.rate) }, ""),
                .turns("\(2 * cores) clients, raw our hash alone", turns.map { ($0.two.rate, $0.bare.rate) }, ""),
                Finding(
                    what: "processor time, raw our hash alone", measured: Figure.time(ownProcessor),
                    raw: Figure.time(bareProcessor),
                    ratio: Figure.ratio(bareProcessor / ownProcessor)),
            ])
    }

    private static let turnsCount = 7
    /// A hash takes tens of milliseconds; a turn has to have some hundred of them.
    private static func turnSeconds(_ site: Site) -> Int { site.seconds * 2 }

    private struct Load {
        let rate: Double
        /// For each.
        let processorSeconds: Double
    }

    private struct Filled: Sendable {
        let cookie: String
        let body: String
    }

    /// One for each client: a person of their own, as one account that many sign in to at once is locked.
    private static func forms(_ world: World) async throws -> [Filled] {
        let logins = [
            World.marie, "jean.favre@atelier.example", "lea.morand@atelier.example", "luca.bianchi@atelier.example",
            "nina.weber@extern.example", "paul.keller@agence.example", "staff@kontor.example",
        ]
        var forms: [Filled] = []
        for login in logins {
            var browser = Browser(world)
            // The device is known from the second time on.
            var form = try await browser.signInForm(login)
            _ = try await browser.ask("POST", "/sign-in", form: form)
            browser.forget("kontor-session")
            form = try await browser.signInForm(login)
            forms.append(Filled(cookie: browser.cookieHeader, body: form))
        }
        return forms
    }

    private static func signIns(clients: Int, _ forms: [Filled], _ server: Child, _ site: Site) throws -> Load {
        // The server gives its memory back when nobody signs in for a while.
        _ = try signIns(clients: clients, for: 0.1, forms, server)
        return try signIns(clients: clients, for: Double(turnSeconds(site)), forms, server)
    }

    private static func signIns(
        clients: Int, for seconds: Double, _ forms: [Filled], _ server: Child
    ) throws -> Load {
        let tally = Tally()
        let failures = Tally()
        let before = server.processorSeconds
        let start = ContinuousClock.now
        let port = server.port
        onThreads(clients) { index in
            let form = forms[index % forms.count]
            while (ContinuousClock.now - start).seconds < seconds {
                let answer = try? Exchange.send(
                    "POST", "/sign-in", port: port,
                    headers: ["cookie": form.cookie, "content-type": "application/x-www-form-urlencoded"],
                    body: form.body)
                let isIn = answer?.status == 303 && answer?.text.contains("kontor-session=") == true
                if isIn { tally.add() } else { failures.add() }
            }
        }
        guard failures.count == 0 else { throw BenchError("\(failures.count) sign-ins were refused.") }
        return Load(
            rate: Double(tally.count) / (ContinuousClock.now - start).seconds,
            processorSeconds: (server.processorSeconds - before) / Double(max(tally.count, 1)))
    }

    /// In a process of its own, as the server has one: the system shares the processors out among those, too.
    private static func hashes(_ site: Site, _ memory: Hashes.Memory) throws -> Load {
        let process = Process()
        process.executableURL = URL(filePath: Site.program("kontor-bench"))
        process.arguments = ["hashes", "--memory", memory.rawValue, "--seconds", "\(turnSeconds(site))"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let figures = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard figures.count == 2 else { throw BenchError("The bare hashes did not end well: \(text)") }
        return Load(rate: figures[0], processorSeconds: figures[1])
    }
}
