import Metrics
import Synchronization

/// What the desk knows of a path before anybody asks for it: its routes, how much a body may hold, and its meters, which are
/// made once and not looked up at each request.
final class ServedPath: Sendable {
    /// `/orders/{order}`, or `(none)` for what no route matches.
    let pattern: String
    let routes: [Route]
    let bodyLimit: Int

    private struct Outcome: Hashable {
        let method: String
        let status: Int
    }

    private let duration: Metrics.Timer
    private let counters = Mutex<[Outcome: Counter]>([:])

    static let none = "(none)"
    /// Anybody can make up a method; each would be a series of its own.
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    init(_ pattern: String, _ routes: [Route]) {
        self.pattern = pattern
        self.routes = routes
        bodyLimit = routes.map(\.bodyLimit).max() ?? Gate.bodyLimitDefault
        duration = Metrics.Timer(label: "http_request_duration_seconds", dimensions: [("route", pattern)])
    }

    /// Counts one answer.
    func answered(_ method: String, status: Int, after time: Duration) {
        let outcome = Outcome(method: ServedPath.methods.contains(method) ? method : "other", status: status)
        let counter = counters.withLock { counters in
            if let known = counters[outcome] { return known }
            let new = Counter(
                label: "http_requests_total",
                dimensions: [("method", outcome.method), ("route", pattern), ("status", String(status))])
            counters[outcome] = new
            return new
        }
        counter.increment()
        duration.recordNanoseconds(
            time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
    }
}
