import Synchronization

/// Cookies that were decided on while a request was answered and come with every answer to it, a refusal too: a session that
/// was given a new id must not be lost to an error that follows.
final class LateCookies: Sendable {
    private let cookies = Mutex<[Cookie]>([])

    func add(_ more: [Cookie]) { cookies.withLock { $0 += more } }

    /// - Returns: what was added, once.
    func take() -> [Cookie] {
        cookies.withLock { cookies in
            defer { cookies = [] }
            return cookies
        }
    }
}
