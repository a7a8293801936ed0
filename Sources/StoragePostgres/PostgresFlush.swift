import Foundation

/// Group commit with early lock release: makes commits safe together, one flush of the disk for all that wait.
///
/// PostgreSQL holds the locks of a transaction until its commit is on the disk. Whoever wants what everybody wants, as the next
/// number of an invoice, waits for a flush of each one before. So who holds such a name (`Connection.lock(named:)`), while other
/// writers are at work, commits without waiting (`synchronous_commit = off`), and is not answered before a later commit has
/// returned that does wait. The log is written in order: what is on the disk has all with it that it was built on, and numbers
/// stay without gaps. Other writers may have read what is not safe yet, and wait for it too, though they wrote nothing. A page
/// may show a change some milliseconds before it is safe.
final class PostgresFlush: Sendable {
    private let condition = NSCondition()
    /// Under the condition's lock.
    nonisolated(unsafe) private var state = State()

    private struct State {
        /// Transactions that were begun and are not answered yet.
        var atWork = 0
        /// Those that commit without waiting, and are not safe yet.
        var early = 0
        /// Who asked to be made safe, in their order, and how many of them are.
        var asked = 0
        var safe = 0
        var isFlushing = false
    }

    func began() { locked { $0.atWork += 1 } }
    func ended() { locked { $0.atWork -= 1 } }

    /// Whether a commit may keep somebody waiting for its flush.
    var isShared: Bool { locked { $0.atWork > 1 } }

    /// Around a commit that does not wait, and all until it is safe.
    func early(_ body: () throws -> Void) rethrows {
        locked { $0.early += 1 }
        defer { locked { $0.early -= 1 } }
        try body()
    }

    /// Whether somebody may have read what is not safe yet.
    var isPending: Bool { locked { $0.early > 0 } }

    /// Returns when everything is safe that was committed before. One of those who wait flushes for all of them.
    /// - Parameter flush: on a connection that has committed.
    func wait(_ flush: () throws -> Void) throws {
        condition.lock()
        state.asked += 1
        let place = state.asked
        while state.isFlushing, state.safe < place { condition.wait() }
        if state.safe >= place { return condition.unlock() }
        state.isFlushing = true
        let reached = state.asked
        condition.unlock()
        let outcome = Result { try flush() }
        locked { state in
            state.isFlushing = false
            if case .success = outcome { state.safe = max(state.safe, reached) }
        }
        condition.broadcast()
        try outcome.get()
    }

    private func locked<T>(_ body: (inout State) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }
}
