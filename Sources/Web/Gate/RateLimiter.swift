import Kernel
import Synchronization

/// How often one source may do something.
package struct RateLimit: Sendable {
    let name: String
    let count: Int
    let perSeconds: Int

    package init(_ name: String, count: Int, perSeconds: Int) {
        self.name = name
        self.count = count
        self.perSeconds = perSeconds
    }

    /// Pages and files: a person never gets there, a runaway script does.
    package static let requests = RateLimit("requests", count: 1200, perSeconds: 60)
    /// Everything that changes something.
    package static let posts = RateLimit("posts", count: 120, perSeconds: 60)
    /// Trying passwords and making accounts: each costs a hash or a mail.
    package static let credentials = RateLimit("credentials", count: 20, perSeconds: 60)
    /// The public API, for each token; not increasable (API-5).
    package static let api = RateLimit("api", count: 60, perSeconds: 60)
}

/// Counts per source in fixed windows, in memory: this guards the process; what guards an account is in the database.
final class RateLimiter: Sendable {
    private struct Window {
        var endsAt: Instant
        var count: Int
    }

    private struct Key: Hashable {
        let limit: String
        let source: String
    }

    private let windows = Mutex<[Key: Window]>([:])
    /// A flood from many addresses must not fill the memory: beyond it, windows that have ended are dropped.
    private let windowsMax = 50_000

    /// Counts one more.
    /// - Returns: what is left in the window, when it ends, and whether this one was still within the limit.
    func count(_ limit: RateLimit, _ source: String, factor: Int, at now: Instant) -> (
        isAllowed: Bool, left: Int, resetSeconds: Int
    ) {
        windows.withLock { windows in
            if windows.count >= windowsMax {
                windows = windows.filter { $0.value.endsAt > now }
                // Whoever has that many addresses is not held by counting them; the memory of this process is.
                if windows.count >= windowsMax { windows.removeAll(keepingCapacity: true) }
            }
            let key = Key(limit: limit.name, source: source)
            var window = windows[key] ?? Window(endsAt: now, count: 0)
            // A clock that was moved back must not close a window for long.
            if window.endsAt <= now || window.endsAt > now.adding(.seconds(limit.perSeconds)) {
                window = Window(endsAt: now.adding(.seconds(limit.perSeconds)), count: 0)
            }
            window.count += 1
            windows[key] = window
            let seconds = Int(window.endsAt.duration(since: now).components.seconds) + 1
            return (window.count <= limit.count * factor, max(0, limit.count * factor - window.count), seconds)
        }
    }

    /// An IPv4 address as it is; of an IPv6 address its /64, as one customer has them all.
    static func source(of address: String) -> String {
        guard address.contains(":") else { return address }
        if address.lowercased().hasPrefix("::ffff:"), address.contains(".") { return String(address.dropFirst(7)) }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":").map(String.init)
        if groups.count < 4, halves.count == 2 {
            let tail = halves[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        return groups.prefix(4).joined(separator: ":") + "::/64"
    }
}

extension Problem {
    static func tooMany(retryAfterSeconds: Int) -> Problem {
        Problem(
            .tooMany(retryAfterSeconds: retryAfterSeconds), code: "too_many_requests", word: "problem.too_many",
            arguments: ["seconds": String(retryAfterSeconds)])
    }
}
