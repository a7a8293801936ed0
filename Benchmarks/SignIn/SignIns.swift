import CArgon2
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
        var bare = 0.0
        var one = 0.0
        var two = 0.0
        for _ in 0..<3 {
            bare = max(bare, hashes(threads: cores, site) { Argon2.kept() })
            one = max(one, try signIns(clients: cores, forms, server, site))
            two = max(two, try signIns(clients: 2 * cores, forms, server, site))
        }
        let stock = hashes(threads: cores, site) { Argon2.fresh() }
        return Table(
            title: "Signing in",
            explanation: """
                POST /sign-in over HTTP to a session that is stored, SQLite. Raw: Argon2id alone at the same parameters \
                (\(Argon2.memoryKiB) KiB, \(Argon2.iterations) pass), in memory that is kept, on \(cores) threads.
                """,
            findings: [
                .rate("sign-in, \(cores) clients", one, raw: bare, atLeast: 0.95),
                .rate("sign-in, \(2 * cores) clients", two, raw: bare, atLeast: 0.95),
                .rate("Argon2id, memory asked for at every hash", stock, raw: bare),
            ])
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

    private static func signIns(clients: Int, _ forms: [Filled], _ server: Child, _ site: Site) throws -> Double {
        let tally = Tally()
        let failures = Tally()
        let seconds = Double(site.seconds)
        let start = ContinuousClock.now
        let port = server.port
        onThreads(clients) { index in
            let form = forms[index % forms.count]
            while (ContinuousClock.now - start).seconds < seconds {
                let answer = try? Exchange.send(
                    "POST", "/sign-in", port: port,
                    headers: ["cookie": form.cookie, "content-type": "application/x-www-form-urlencoded"], body: form.body)
                let isIn = answer?.status == 303 && answer?.text.contains("kontor-session=") == true
                if isIn { tally.add() } else { failures.add() }
            }
        }
        guard failures.count == 0 else { throw BenchError("\(failures.count) sign-ins were refused.") }
        return Double(tally.count) / (ContinuousClock.now - start).seconds
    }

    private static func hashes(threads: Int, _ site: Site, _ hash: @escaping @Sendable () -> Void) -> Double {
        let tally = Tally()
        let seconds = Double(site.seconds)
        let start = ContinuousClock.now
        onThreads(threads) { _ in
            while (ContinuousClock.now - start).seconds < seconds {
                hash()
                tally.add()
            }
            kontor_argon2_release()
        }
        return Double(tally.count) / (ContinuousClock.now - start).seconds
    }
}

/// The library itself, at the parameters that Kontor uses unless it is told otherwise.
enum Argon2 {
    static let memoryKiB = 47_104
    static let iterations = 1

    /// As Kontor calls it: each thread keeps its block.
    static func kept() {
        var digest = [UInt8](repeating: 0, count: 32)
        var password = Array(World.password.utf8)
        var salt = [UInt8](repeating: 7, count: 16)
        let code = kontor_argon2id(
            &digest, 32, &password, UInt32(password.count), &salt, 16, UInt32(memoryKiB), UInt32(iterations), 1)
        precondition(code == ARGON2_OK.rawValue, "Argon2 takes these parameters.")
    }

    /// As the library's own call does it.
    static func fresh() {
        var digest = [UInt8](repeating: 0, count: 32)
        let password = Array(World.password.utf8)
        let salt = [UInt8](repeating: 7, count: 16)
        let code = argon2id_hash_raw(
            UInt32(iterations), UInt32(memoryKiB), 1, password, password.count, salt, salt.count, &digest, digest.count)
        precondition(code == ARGON2_OK.rawValue, "Argon2 takes these parameters.")
    }
}
